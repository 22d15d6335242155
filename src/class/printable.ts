import stringWidth from 'string-width';

/** Characters that move the cursor or change the writing direction. */
const disturbing = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
const allDisturbing = new RegExp(disturbing, 'gu');

export function isPrintable(text: string): boolean {
  return !disturbing.test(text);
}

/** Text from somebody else's file, on one line, safe for a terminal. */
export function printable(text: string, most = 300): string {
  const clean = text.replaceAll(allDisturbing, '?');
  return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean;
}

const signs = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Cut or filled up to so many places of a terminal. */
export function inPlaces(text: string, places: number): string {
  const clean = printable(text, 1000);
  const taken = stringWidth(clean);
  if (taken <= places) return clean + ' '.repeat(places - taken);
  let [kept, left] = ['', places - 1];
  for (const { segment } of signs.segment(clean)) {
    const width = stringWidth(segment);
    if (width > left) break;
    kept += segment;
    left -= width;
  }
  return `${kept}…${' '.repeat(left)}`;
}
