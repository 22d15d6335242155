import type { ColouredCell } from './canvas.ts';
import { inks } from './colours.ts';
import type { Ink } from './colours.ts';
import { drawable } from './signs.ts';

/** What a line of output is, as far as colours need it. */
export type LineKind = 'code' | 'json' | 'plain';

const json =
  /(?<name>"(?:\\.|[^"\\])*"(?=\s*:))|(?<text>"(?:\\.|[^"\\])*")|(?<number>-?\b\d[\d.]*\b|\b(?:true|false|null)\b)|(?<other>[^])/gu;

const code =
  /(?<comment>\/\/.*|^\s*\/?\*.*)|(?<text>'[^']*')|(?<word>\b(?:import|type|from|export|const|let|async|await|for|of|try|catch|return|if|throw|new|function)\b)|(?<name>\b[\w$]+(?=\())|(?<other>[\w$]+|[^])/gu;

const colours: Readonly<Record<string, Ink>> = {
  name: inks.blue,
  text: inks.green,
  number: inks.amber,
  comment: inks.quiet,
  word: inks.violet,
};

/** Colours one line of output lightly. */
export function colouredLine(line: string, kind: LineKind): ColouredCell[] {
  if (kind === 'plain') return cellsOf(line, inks.text);
  return [...line.matchAll(kind === 'json' ? json : code)].flatMap(({ groups = {} }) => {
    const [name = 'other', text = ''] =
      Object.entries(groups).find(([, part]) => part !== undefined) ?? [];
    const quiet = kind === 'json' && /^[{}[\],:]$/.test(text);
    return cellsOf(text, quiet ? inks.quiet : (colours[name] ?? inks.text));
  });
}

export function cellsOf(text: string, colour: Ink): ColouredCell[] {
  return drawable(text).map((sign) => ({ sign, colour }));
}
