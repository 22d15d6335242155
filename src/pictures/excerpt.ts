/** Which lines of a recorded output a picture shows, and which of them it lights. */

export type Tone = 'bad' | 'good' | 'key' | 'tie';

/** Lines that decide. */
export interface Light {
  readonly find: RegExp;
  /** A few words for the margin, with `$1` for what was found; on the first line that is found. */
  readonly note?: string;
  readonly tone: Tone;
  /** Ids of the rules that these lines decide. */
  readonly rules: readonly string[];
}

export interface Look {
  readonly lights: readonly Light[];
  /** Lines that are shown although they decide nothing. */
  readonly also?: RegExp;
  /** All lines from the first of these to the first of those after it are shown. */
  readonly span?: { readonly from: RegExp; readonly to: RegExp };
  /** True: of the brackets around a lit line, none is shown for its own sake. */
  readonly plain?: boolean;
  /** Up to so many lines are shown whole. */
  readonly whole?: number;
}

export interface ExcerptLine {
  /** Its number in the output, from 0 on. */
  readonly at: number;
  /** The line as it was printed, byte by byte. */
  readonly text: string;
  readonly lit?: {
    readonly tone: Tone;
    readonly note: string | undefined;
    readonly rules: readonly string[];
  };
}

export interface LeftOut {
  readonly leftOut: number;
}

export type ExcerptPart = ExcerptLine | LeftOut;

export const isLine = (part: ExcerptPart): part is ExcerptLine => 'text' in part;

/** Some lines of an output. */
export interface Range {
  readonly from: number;
  /** The first line after them. */
  readonly to: number;
}

/** The lines of an output; the line end after the last one begins no further line. */
export function outputLines(output: string): string[] {
  return output.replace(/\n$/, '').split('\n');
}

/**
 * The lines that decide, what encloses them, and how many lines are left out in between. An output that is short is
 * shown whole.
 */
export function excerptOf(output: string, look: Look, range?: Range): ExcerptPart[] {
  const all = outputLines(output);
  const { from, to } = range ?? { from: 0, to: all.length };
  const lit = litLines(all, look.lights, { from, to });
  const shown = shownLines(all, { look, lit, range: { from, to } });
  const parts: ExcerptPart[] = [];
  let leftOut = 0;
  const close = () => {
    if (leftOut > 0) parts.push({ leftOut });
    leftOut = 0;
  };
  for (let at = from; at < to; at += 1) {
    if (!shown.has(at)) {
      leftOut += 1;
      continue;
    }
    close();
    const light = lit.get(at);
    const text = all[at] ?? '';
    parts.push(light === undefined ? { at, text } : { at, text, lit: light });
  }
  close();
  return parts;
}

type Lit = NonNullable<ExcerptLine['lit']>;

function litLines(all: readonly string[], lights: readonly Light[], { from, to }: Range) {
  const lit = new Map<number, Lit>();
  for (const { find, note, tone, rules } of lights) {
    let words = note;
    for (let at = from; at < to; at += 1) {
      const found = find.exec(all[at] ?? '');
      if (found === null || lit.has(at)) continue;
      const noted = words?.replaceAll(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? '');
      lit.set(at, { tone, rules, note: noted });
      words = undefined;
    }
  }
  return lit;
}

function shownLines(
  all: readonly string[],
  {
    look,
    lit,
    range: { from, to },
  }: {
    readonly look: Look;
    readonly lit: ReadonlyMap<number, Lit>;
    readonly range: Range;
  },
): Set<number> {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i);
  if (numbers.length <= (look.whole ?? 20)) return new Set(numbers);
  const kept = numbers.filter((at) => lit.has(at) || look.also?.test(all[at] ?? '') === true);
  const shown = new Set([...kept, ...spanned(all, look, numbers)]);
  if (look.plain !== true) {
    for (const at of kept) for (const around of brackets(all, at, from)) shown.add(around);
  }
  // A mark in place of a single line would save nothing.
  for (const at of numbers) if (shown.has(at - 1) && shown.has(at + 1)) shown.add(at);
  return shown;
}

function spanned(all: readonly string[], { span }: Look, numbers: readonly number[]): number[] {
  if (span === undefined) return [];
  const first = numbers.find((at) => span.from.test(all[at] ?? ''));
  const last = numbers.find(
    (at) => first !== undefined && at > first && span.to.test(all[at] ?? ''),
  );
  return first === undefined || last === undefined
    ? []
    : numbers.filter((at) => at >= first && at <= last);
}

const indentOf = (line: string) => line.length - line.trimStart().length;

/** The lines that open what a line stands in, and those that close it. */
function brackets(all: readonly string[], at: number, from: number): number[] {
  const found: number[] = [];
  let indent = indentOf(all[at] ?? '');
  for (let above = at - 1; above >= from && indent > 0; above -= 1) {
    const line = all[above] ?? '';
    if (indentOf(line) >= indent || !/[[{]$/.test(line)) continue;
    indent = indentOf(line);
    found.push(above);
    const close = all.findIndex(
      (other, below) => below > above && indentOf(other) === indent && /^\s*[\]}]/.test(other),
    );
    if (close >= 0) found.push(close);
  }
  return found;
}
