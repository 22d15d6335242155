import { columnsIn, textWidth } from './canvas.ts';
import type { Canvas, ColouredCell } from './canvas.ts';
import { edge, grounds, inks } from './colours.ts';
import type { Ink } from './colours.ts';
import { isLine } from './excerpt.ts';
import type { ExcerptLine, ExcerptPart, Tone } from './excerpt.ts';
import { cellsOf, colouredLine } from './line-colours.ts';
import type { LineKind } from './line-colours.ts';
import { drawable } from './signs.ts';
import { shellLines } from './shell-colours.ts';
import { wrap } from './wrap.ts';

/** A line of ours between those that were printed; it looks like none of them. */
export interface Aside {
  readonly text: string;
  readonly tone: Tone;
}

/** A terminal: what was typed, and what of the output is shown. */
export interface Panel {
  readonly command: string;
  readonly parts: readonly ExcerptPart[];
  readonly kind: LineKind;
  /** So many lines are those of a file, and have their number before them. */
  readonly numbered?: number;
  /** What stands above it all: a command whose output is left out. */
  readonly lead?: string;
  /** Before the output line of that number. */
  readonly before?: ReadonlyMap<number, Aside>;
  /** After the output line of that number. */
  readonly after?: ReadonlyMap<number, readonly Aside[]>;
}

export const tones: Readonly<Record<Tone, { readonly ink: Ink; readonly tint: string }>> = {
  key: { ink: inks.amber, tint: grounds.keyTint },
  good: { ink: inks.green, tint: grounds.goodTint },
  bad: { ink: inks.red, tint: grounds.badTint },
  tie: { ink: inks.violet, tint: grounds.tieTint },
};

interface Row {
  readonly cells: readonly ColouredCell[];
  readonly tone?: Tone | undefined;
  /** In the margin, at the right end. */
  readonly note?: string | undefined;
}

const size = 14;
const rowHeight = 21;
const barHeight = 30;
const pad = 16;

/** `14 of 31 lines` */
export function shownCount(parts: readonly ExcerptPart[]): string {
  const shown = parts.filter(isLine).length;
  const leftOut = parts.reduce((sum, part) => sum + (isLine(part) ? 0 : part.leftOut), 0);
  const lines = shown + leftOut === 1 ? 'line' : 'lines';
  return leftOut === 0 ? `all ${shown} ${lines}` : `${shown} of ${shown + leftOut} lines`;
}

/** `⋯ 12 lines left out` */
export function leftOutWords(count: number): string {
  return `⋯ ${count} ${count === 1 ? 'line' : 'lines'} left out`;
}

/** Lays out a panel of this width. */
export function terminalRows(panel: Panel, width: number): Row[] {
  const columns = columnsIn(width - 2 * pad, size);
  const lead = wrap(cellsOf(panel.lead ?? '', inks.quiet), { columns });
  return [
    ...(panel.lead === undefined ? [] : lead.map((cells) => ({ cells }))),
    ...commandRows(panel.command, columns),
    ...panel.parts.flatMap(partRows),
  ];

  function partRows(part: ExcerptPart): Row[] {
    if (!isLine(part)) return [{ cells: cellsOf(leftOutWords(part.leftOut), inks.quiet) }];
    const before = panel.before?.get(part.at);
    const after = panel.after?.get(part.at) ?? [];
    return [
      ...(before === undefined ? [] : asideRows(before, columns)),
      ...lineRows(part, panel, columns),
      ...after.flatMap((aside) => asideRows(aside, columns)),
    ];
  }
}

export function terminalHeight(rows: readonly Row[]): number {
  return barHeight + 10 + rows.length * rowHeight + 8;
}

/** @returns the bottom of the panel */
export function drawTerminal(
  canvas: Canvas,
  panel: Panel,
  { x, y, width, height }: { x: number; y: number; width: number; height?: number },
): number {
  const rows = terminalRows(panel, width);
  const whole = Math.max(terminalHeight(rows), height ?? 0);
  canvas.rectangle(
    { x, y, width, height: whole, radius: 10 },
    { fill: grounds.panel, stroke: edge },
  );
  canvas.path(`M${x} ${y + barHeight}H${x + width}`, { stroke: edge });
  for (const [at, colour] of [inks.red, inks.amber, inks.green].entries()) {
    const dot = `M${x + 14 + at * 18} ${y + barHeight / 2}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0`;
    canvas.path(dot, { fill: colour });
  }
  const count = `output: ${shownCount(panel.parts)}`;
  const countX = x + width - pad - textWidth(count.length, 13);
  canvas.write(count, { x: countX, y: y + 20 }, { size: 13, colour: inks.quiet });
  for (const [at, row] of rows.entries())
    drawRow(canvas, row, { x, width, top: y + barHeight + 10 + at * rowHeight });
  return y + whole;
}

function drawRow(
  canvas: Canvas,
  { cells, tone, note }: Row,
  { x, width, top }: { x: number; width: number; top: number },
): void {
  const baseline = top + 15.5;
  if (tone !== undefined) {
    const { ink, tint } = tones[tone];
    canvas.rectangle({ x: x + 1, y: top, width: width - 2, height: rowHeight }, { fill: tint });
    canvas.rectangle({ x: x + 1, y: top, width: 5, height: rowHeight }, { fill: ink });
  }
  canvas.writeCells(cells, { x: x + pad, y: baseline }, { size });
  if (note === undefined) return;
  const noteX = x + width - pad - textWidth(drawable(note).length, size);
  const colour = tone === undefined ? inks.quiet : tones[tone].ink;
  canvas.write(note, { x: noteX, y: baseline }, { size, colour, weight: 'bold' });
}

function commandRows(command: string, columns: number): Row[] {
  const quiet = (text: string) => cellsOf(text, inks.quiet);
  return shellLines(command).flatMap(({ starts, cells }) =>
    wrap(cells, { columns: columns - 2, indent: 2 }).map((part, at) => ({
      cells: [...quiet(starts && at === 0 ? '$ ' : '  '), ...(at > 0 ? quiet('↪ ') : []), ...part],
    })),
  );
}

const arrow = '← ';

function lineRows(
  { at, text, lit }: ExcerptLine,
  { kind, numbered = 0 }: Panel,
  columns: number,
): Row[] {
  const number = at < numbered ? `${String(at + 1).padStart(3)}  ` : '';
  const room = columns - number.length;
  const tone = lit?.tone;
  const rows: Row[] = wrap(colouredLine(text, kind), { columns: room, indent: 2 }).map(
    (part, index) => ({
      tone,
      cells: [
        ...cellsOf(index === 0 ? number : ' '.repeat(number.length), inks.quiet),
        ...(index > 0 ? cellsOf('↪ ', inks.quiet) : []),
        ...part,
      ],
    }),
  );
  if (lit?.note === undefined) return rows;
  return withNote(rows, `${arrow}${lit.note}`, columns);
}

/** A note stands beside its line where there is room, else below it. */
function withNote(rows: readonly Row[], note: string, columns: number): Row[] {
  const length = drawable(note).length;
  const last = rows.length - 1;
  const beside = (rows[last]?.cells.length ?? 0) + 2 + length <= columns;
  if (beside) return rows.map((row, at) => (at === last ? { ...row, note } : row));
  if (length <= columns) return [...rows, { tone: rows[0]?.tone, cells: [], note }];
  return [...rows, ...asideRows({ text: note, tone: rows[0]?.tone ?? 'key' }, columns)];
}

function asideRows({ text, tone }: Aside, columns: number): Row[] {
  return wrap(cellsOf(text, tones[tone].ink), { columns }).map((part) => ({
    tone,
    cells: part.map((cell) => ({ ...cell, weight: 'bold' as const })),
  }));
}
