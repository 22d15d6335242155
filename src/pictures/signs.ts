import { hasGlyph } from './fonts.ts';

/** Stands in a picture for a sign that cannot be drawn in one cell. */
export const placeholder = '▯';

const namedEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Makes what has no looks of its own visible: controls, format signs (zero width, direction) and halves of
 * characters become `\u{1b}` and the like. XML could not even hold some of them.
 */
export function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu,
    (sign) => namedEscapes[sign] ?? `\\u{${sign.codePointAt(0)?.toString(16)}}`,
  );
}

/** As `visible`, line by line. */
export function visibleLines(text: string): string[] {
  return text.split(/\r?\n/).map(visible);
}

/**
 * The signs of one line, each for one cell of a fixed grid. An emoji, a sign that is written from right to
 * left or that joins its neighbour would leave the grid: a placeholder shows that something stands here.
 */
export function drawable(text: string): string[] {
  return Array.from(visible(text).normalize('NFC'), (sign) =>
    sign === ' ' || (standsAlone(sign) && hasGlyph(sign)) ? sign : placeholder,
  );
}

function standsAlone(sign: string): boolean {
  return (
    /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}]$/u.test(sign) &&
    !/[\p{M}\p{Z}\u0590-\u08FF]/u.test(sign)
  );
}
