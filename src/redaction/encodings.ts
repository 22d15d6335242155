/** A text as somebody reads it who undoes escapes, with the way back to where each character came from. */
export interface View {
  readonly text: string;
  /** Where character i begins and ends in the original; undefined when nothing was undone. */
  readonly places: { readonly starts: Int32Array; readonly ends: Int32Array } | undefined;
}

/** JSON in JSON in a URL in HTML; what lies deeper is nobody's accident. */
const mostRounds = 6;

/**
 * The text as it stands, and after each round of undoing escapes: of JSON and shells (`\"`, `\u0041`, a line
 * continuation), of URLs (`%41`), of HTML (`&#65;`), of terminals (colours). A text may hold several depths side by side, so all are kept.
 */
export function viewsOf(text: string): View[] {
  const views: View[] = [{ text, places: undefined }];
  for (let round = 0; round < mostRounds; round++) {
    const next = undoOnce(views[round] as View);
    if (next === undefined) break;
    views.push(next);
  }
  return views;
}

export function startIn({ places }: View, index: number): number {
  return places === undefined ? index : (places.starts[index] ?? 0);
}

/** @param index of the first character that is no longer meant */
export function endIn({ places }: View, index: number): number {
  return places === undefined ? index : (places.ends[index - 1] ?? 0);
}

/** The escape that `index` of the original lies in the middle of. */
export function escapeAround(
  index: number,
  { places }: View,
): { start: number; end: number } | undefined {
  if (places === undefined) return undefined;
  const { starts, ends } = places;
  // The last character that begins at or before the index.
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  const [start = 0, end = 0] = [starts[low], ends[low]];
  return start < index && index < end ? { start, end } : undefined;
}

const escape =
  // oxlint-disable-next-line no-control-regex
  /\\(?:\r?\n|u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|["'\\/`bfnrt])|%[0-7][0-9a-fA-F]|%[c-fC-F][0-9a-fA-F](?:%[89abAB][0-9a-fA-F]){1,3}|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});|\u001b\[[\d;?]{0,20}[A-Za-z]|\u001b\][^\u0007\u001b]{0,400}(?:\u0007|\u001b\\)|[\u00ad\u200b\u2060\ufeff]/g;

function undoOnce(view: View): View | undefined {
  const { text } = view;
  const starts = new Int32Array(text.length);
  const ends = new Int32Array(text.length);
  let [result, last] = ['', 0];
  const keep = (piece: string, at: number) => {
    for (let i = 0; i < piece.length; i++) {
      starts[result.length + i] = startIn(view, at + i);
      ends[result.length + i] = endIn(view, at + i + 1);
    }
    result += piece;
  };
  let changed = false;
  for (const match of text.matchAll(escape)) {
    const meant = meaning(match[0]);
    if (meant === undefined) continue;
    changed = true;
    keep(text.slice(last, match.index), last);
    last = match.index + match[0].length;
    starts.fill(startIn(view, match.index), result.length, result.length + meant.length);
    ends.fill(endIn(view, last), result.length, result.length + meant.length);
    result += meant;
  }
  if (!changed) return undefined;
  keep(text.slice(last), last);
  const places = {
    starts: starts.subarray(0, result.length),
    ends: ends.subarray(0, result.length),
  };
  return { text: result, places };
}

const letters: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  bsol: '\\',
  colon: ':',
  commat: '@',
  equals: '=',
  gt: '>',
  lowbar: '_',
  lt: '<',
  nbsp: ' ',
  num: '#',
  percnt: '%',
  period: '.',
  plus: '+',
  quot: '"',
  shy: '',
  sol: '/',
};

/** What one escape stands for; undefined when it stands for nothing. */
function meaning(escaped: string): string | undefined {
  // Colours of a terminal, and signs that nobody sees.
  if (/^[^\\%&]/.test(escaped)) return '';
  if (escaped.startsWith('\\')) {
    const [, kind = ''] = escaped;
    if (kind === '\r' || kind === '\n') return '';
    if ((kind === 'u' || kind === 'x') && escaped.length > 2) {
      return character(Number.parseInt(escaped.slice(2).replaceAll(/[{}]/g, ''), 16));
    }
    return letters[kind] ?? kind;
  }
  if (escaped.startsWith('%')) {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return undefined;
    }
  }
  const name = escaped.slice(1, -1);
  if (!name.startsWith('#')) return entities[name.toLowerCase()];
  return character(/^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
}

function character(code: number): string | undefined {
  return code > 0x10_ff_ff ? undefined : String.fromCodePoint(code);
}
