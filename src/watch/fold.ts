import { printable } from '../lab/terminal.ts';

/** How wide the text may be: as the terminal, but no line longer than a person likes to read. */
export function textWidth(columns: number | undefined): number {
  return Math.min(Math.max(columns ?? 80, 20), 96);
}

export interface Fold {
  readonly width: number;
  /** Before the first line, for example `  ✓ `. */
  readonly first?: string;
  /** Before every other line; as wide as `first` when it is left out. */
  readonly rest?: string;
}

/** Breaks a text between its words. A word that is wider than the terminal stays whole: it can be copied. */
export function fold(
  text: string,
  { width, first = '', rest = ' '.repeat(first.length) }: Fold,
): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of printable(text)
    .split(/\s+/)
    .filter((part) => part !== '')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

/** One line that never wraps: what does not fit is cut, and says so. */
export function clip(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1)}…`;
}
