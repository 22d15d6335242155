import stringWidth from 'string-width';
import { printable, wrapped } from '../lab/terminal.ts';

/** How wide the text may be: as the terminal, but no line longer than a person likes to read. */
export function textWidth(columns: number | undefined): number {
  return Math.min(Math.max(columns ?? 80, 20), 96);
}

/**
 * Breaks a text between its words. A word that is wider than the terminal stays whole: it can be copied.
 * @param first before the first line, for example `  ✓ `; every other line is indented as far
 */
export function fold(
  text: string,
  { width, first = '' }: { readonly width: number; readonly first?: string },
): string[] {
  const indent = stringWidth(first);
  return wrapped(printable(text), width - indent).map(
    (line, i) => (i === 0 ? first : ' '.repeat(indent)) + line,
  );
}

/** One line that never wraps: what does not fit is cut, and says so. */
export function clip(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1)}…`;
}
