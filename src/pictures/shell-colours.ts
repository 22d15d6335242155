import type { ColouredCell } from './canvas.ts';
import { inks } from './colours.ts';
import { drawable } from './signs.ts';

export interface ShellLine {
  /** False for a line that goes on with the command above it. */
  readonly starts: boolean;
  readonly cells: readonly ColouredCell[];
}

/** What a shell sees in a command, as far as colours need it. A quote that is never closed goes to the end. */
const tokens = new RegExp(
  [
    String.raw`(?<comment>(?<!\S)#[^\n]*)`,
    String.raw`(?<quoted>\$'(?:\\[^]|[^'\\])*'?|'[^']*'?|"(?:\\[^]|[^"\\])*"?)`,
    String.raw`(?<variable>\$(?:\w+|\{[^}\n]*\}))`,
    String.raw`(?<flag>(?<!\S)--?[\w-]+)`,
    String.raw`(?<escape>\\(?:\r?\n|[^])?)`,
    String.raw`(?<plain>[^])`,
  ].join('|'),
  'gu',
);

const colours: Readonly<Record<string, string>> = {
  comment: inks.quiet,
  quoted: inks.green,
  variable: inks.violet,
  flag: inks.blue,
  escape: inks.quiet,
};

/** Colours a shell command lightly: the program, its flags, what is quoted, variables. */
export function shellLines(command: string): ShellLine[] {
  const lines: { starts: boolean; cells: ColouredCell[] }[] = [{ starts: true, cells: [] }];
  for (const { groups = {} } of command.matchAll(tokens)) {
    const [kind = 'plain', text = ''] =
      Object.entries(groups).find(([, part]) => part !== undefined) ?? [];
    for (const [at, part] of text.split(/\r?\n/).entries()) {
      if (at > 0) lines.push({ starts: kind === 'plain', cells: [] });
      lines.at(-1)?.cells.push(...coloured(part, kind));
    }
  }
  return lines.map((line) => (line.starts ? { ...line, cells: boldFirstWord(line.cells) } : line));
}

function coloured(text: string, kind: string): ColouredCell[] {
  const colour = colours[kind] ?? inks.text;
  // Between double quotes the shell still fills in variables.
  const parts = text.startsWith('"') ? text.split(/(\$(?:\w+|\{[^}\n]*\}))/) : [text];
  return parts.flatMap((part, at) =>
    drawable(part).map((sign) => ({ sign, colour: at % 2 === 1 ? inks.violet : colour })),
  );
}

function boldFirstWord(cells: readonly ColouredCell[]): ColouredCell[] {
  const start = cells.findIndex(({ sign }) => sign !== ' ');
  const space = cells.findIndex(({ sign }, at) => at > start && sign === ' ');
  const end = space === -1 ? cells.length : space;
  return cells.map((cell, at) =>
    at < end && cell.colour === inks.text ? { ...cell, weight: 'bold' } : cell,
  );
}
