import { columnsIn, short, textWidth } from './canvas.ts';
import type { Canvas, Rectangle } from './canvas.ts';
import { grounds, inks, onInk } from './colours.ts';
import type { Ink } from './colours.ts';
import { textLines } from './parts.ts';
import { drawable } from './signs.ts';

/** The drawing above the terminal: what a proof is about, seen from across the room. */
export interface Figure {
  readonly height: number;
  readonly draw: (canvas: Canvas, place: { x: number; y: number; width: number }) => void;
  /** The same in words, for the text twin. */
  readonly words: readonly string[];
}

export interface Words {
  readonly text: string;
  readonly size: number;
  readonly colour?: Ink;
  readonly bold?: boolean;
}

const widthOf = (text: string, size: number) => textWidth(drawable(text).length, size);

/** Lines of text, one below the other, in the middle of a rectangle; what has no room is made smaller, then wrapped. */
export function centred(canvas: Canvas, area: Rectangle, words: readonly Words[]): void {
  const lines = words.flatMap(({ text, size, colour = inks.text, bold = false }) => {
    const fitting = Math.max(
      13,
      Math.min(size, Math.floor((size * (area.width - 16)) / Math.max(1, widthOf(text, size)))),
    );
    return textLines(text, columnsIn(area.width - 16, fitting), 'prose').map((line) => ({
      line: line.trimEnd(),
      size: fitting,
      colour,
      bold,
    }));
  });
  const whole = lines.reduce((sum, { size }) => sum + size * 1.3, 0);
  let y = area.y + (area.height - whole) / 2;
  for (const { line, size, colour, bold } of lines) {
    const x = area.x + (area.width - widthOf(line, size)) / 2;
    const weight = bold ? 'bold' : 'regular';
    canvas.write(line, { x, y: y + size * 1.02 }, { size, colour, weight });
    y += size * 1.3;
  }
}

/** A box with words. */
export function node(
  canvas: Canvas,
  area: Rectangle,
  { words, colour, tint = grounds.row }: { words: readonly Words[]; colour: Ink; tint?: string },
): void {
  canvas.rectangle({ radius: 10, ...area }, { fill: tint, stroke: colour, strokeWidth: 2.5 });
  centred(canvas, area, words);
}

/** A queue: round at both ends, with places for messages. */
export function queue(
  canvas: Canvas,
  area: Rectangle,
  { words, colour }: { words: readonly Words[]; colour: Ink },
): void {
  canvas.rectangle(
    { ...area, radius: area.height / 2 },
    { fill: grounds.row, stroke: colour, strokeWidth: 2.5 },
  );
  const places = 4;
  const slot = Math.min(34, (area.width - 60) / places - 8);
  const top = area.y + area.height - 34;
  const left = area.x + (area.width - places * (slot + 8) + 8) / 2;
  for (let at = 0; at < places; at += 1) {
    canvas.rectangle(
      { x: left + at * (slot + 8), y: top, width: slot, height: 18, radius: 5 },
      { stroke: colour, dash: '4 3' },
    );
  }
  centred(canvas, { ...area, y: area.y + 4, height: area.height - 40 }, words);
}

/** An arrow from left to right, with words above it and below it. */
export function arrow(
  canvas: Canvas,
  { x, y, to }: { x: number; y: number; to: number },
  { colour, above, below }: { colour: Ink; above?: Words; below?: Words },
): void {
  canvas.path(`M${short(x)} ${short(y)}H${short(to - 10)}`, { stroke: colour, strokeWidth: 3 });
  canvas.path(`M${short(to)} ${short(y)}l-14 -8v16z`, { fill: colour });
  const area = { x, width: to - x };
  const room = 90;
  if (above !== undefined) {
    const height = above.size * 1.5;
    centred(canvas, { ...area, y: y - height - 8, height }, [above]);
  }
  if (below !== undefined) centred(canvas, { ...area, y: y + 8, height: room - 50 }, [below]);
}

/** An arrow from above to below. */
export function arrowDown(
  canvas: Canvas,
  { x, y, to }: { x: number; y: number; to: number },
  colour: Ink,
): void {
  canvas.path(`M${short(x)} ${short(y)}V${short(to - 10)}`, { stroke: colour, strokeWidth: 3 });
  canvas.path(`M${short(x)} ${short(to)}l-8 -14h16z`, { fill: colour });
}

/** A number or a word on a disc. */
export function disc(
  canvas: Canvas,
  { x, y, radius }: { x: number; y: number; radius: number },
  { text, colour }: { text: string; colour: Ink },
): void {
  const side = 2 * radius;
  const area = { x: x - radius, y: y - radius, width: side, height: side };
  canvas.rectangle({ ...area, radius }, { fill: colour });
  const size = Math.min(radius * 1.1, (radius * 2.6) / drawable(text).length);
  const left = x - widthOf(text, size) / 2;
  canvas.write(text, { x: left, y: y + size * 0.36 }, { size, colour: onInk, weight: 'bold' });
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Shares of the width. */
  readonly columns: readonly number[];
}

export interface Cell {
  readonly text: string;
  readonly colour?: Ink;
  readonly tint?: string;
  readonly bold?: boolean;
}

const cellHeight = 36;

export function tableHeight({ rows }: Table): number {
  return 30 + rows.length * (cellHeight + 4);
}

/** A table; a cell with a tint is a patch of colour. */
export function table(
  canvas: Canvas,
  { head, rows, columns }: Table,
  { x, y, width }: { x: number; y: number; width: number },
): void {
  const shares = columns.reduce((sum, share) => sum + share, 0);
  const lefts = columns.map(
    (_, at) => x + (columns.slice(0, at).reduce((a, b) => a + b, 0) * width) / shares,
  );
  const widths = columns.map((share) => (share * width) / shares - 4);
  for (const [at, words] of head.entries()) {
    const area = { x: lefts[at] ?? x, y, width: widths[at] ?? 0, height: 26 };
    centred(canvas, area, [{ text: words, size: 15, colour: inks.quiet, bold: true }]);
  }
  for (const [row, cells] of rows.entries()) {
    const top = y + 30 + row * (cellHeight + 4);
    for (const [at, { text, colour = inks.text, tint, bold = false }] of cells.entries()) {
      const area = { x: lefts[at] ?? x, y: top, width: widths[at] ?? 0, height: cellHeight };
      const shape = tint === undefined ? { fill: grounds.row } : { fill: tint, stroke: colour };
      canvas.rectangle({ ...area, radius: 6 }, shape);
      if (text !== '') centred(canvas, area, [{ text, size: 17, colour, bold }]);
    }
  }
}

/** A table in words. */
export function tableWords({ head, rows }: Table): string[] {
  const all = [head, ...rows.map((cells) => cells.map(({ text }) => text))];
  const widths = head.map((_, at) => Math.max(...all.map((cells) => cells[at]?.length ?? 0)));
  return all.map((cells) =>
    cells
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
