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

/** Signs of East Asian scripts and emoji take two places. */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
const signs = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** How many places of a terminal a text takes. */
export function placesOf(text: string): number {
  return [...signs.segment(text)].reduce(
    (sum, { segment }) => sum + (wide.test(segment) ? 2 : 1),
    0,
  );
}

/** Cut or filled up to so many places of a terminal. */
export function inPlaces(text: string, places: number): string {
  const clean = printable(text, 1000);
  const taken = placesOf(clean);
  if (taken <= places) return clean + ' '.repeat(places - taken);
  let [kept, left] = ['', places - 1];
  for (const { segment } of signs.segment(clean)) {
    const width = placesOf(segment);
    if (width > left) break;
    kept += segment;
    left -= width;
  }
  return `${kept}…${' '.repeat(left)}`;
}
