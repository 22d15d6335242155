import { Canvas, columnsIn, textWidth } from './canvas.ts';
import { grounds, inks, onInk } from './colours.ts';
import { badge, drawBadge, drawBand, drawFoot, margin, textLines, titleLines } from './parts.ts';
import { finish } from './picture.ts';
import type { Layout, Picture } from './picture.ts';
import { outcomeWords, proofAlt, proofText, sameInWords, score, verdictOf } from './proof-words.ts';
import type { Shape } from './shape.ts';
import { shapeOf } from './shapes.ts';
import { drawable } from './signs.ts';
import { drawTerminal, terminalHeight, terminalRows } from './terminal.ts';
import type { DrawnProof } from './picture-facts.ts';

const width = 960;
const inner = width - 2 * margin;
const panelPad = 16;
const titleSize = 26;
const gap = 22;

const outcomeInks = { pass: inks.green, fail: inks.red, 'not judged': inks.amber } as const;

/** One proof: what is claimed, its matter, what the command printed, the values that matter and the verdict. */
export function proofPicture(data: DrawnProof): Picture {
  const shape = shapeOf(data);
  return finish(proofLayout(data, shape), {
    title: data.claim,
    alt: proofAlt(data),
    txt: proofText(data, shape),
  });
}

/** Puts everything in its place, top down; the height follows from the content. */
export function proofLayout(data: DrawnProof, shape: Shape = shapeOf(data)): Layout {
  const canvas = new Canvas(width);
  let y = drawHead(canvas, data) + gap;
  if (shape.figure !== undefined) {
    shape.figure.draw(canvas, { x: margin, y, width: inner });
    y += shape.figure.height + gap;
  }
  y = drawPanels(canvas, shape.panels, y) + gap - 6;
  y = drawValues(canvas, data.values, y) + gap - 6;
  y = drawVerdict(canvas, data, y);
  return { canvas, height: drawFoot(canvas, { stamp: data.stamp, y: y + gap }) };
}

function drawHead(canvas: Canvas, data: DrawnProof): number {
  const room = inner - badge(data.stamp).width - 24;
  const eyebrow = textLines(`Proof ${data.number} · ${data.name}`, columnsIn(room, 17), 'prose');
  const title = titleLines(data.claim, columnsIn(inner, titleSize));
  const below = margin + Math.max(badge(data.stamp).height, eyebrow.length * 24) + 10;
  const bottom = below + title.length * 38 + 14;
  drawBand(canvas, bottom);
  for (const [at, line] of eyebrow.entries()) {
    const place = { x: margin, y: margin + 27 + at * 24 };
    canvas.write(line, place, { size: 17, colour: inks.quiet, weight: 'bold' });
  }
  drawBadge(canvas, data.stamp, margin);
  for (const [at, line] of title.entries()) {
    const place = { x: margin, y: below + 28 + at * 38 };
    canvas.write(line, place, { size: titleSize, colour: inks.text, weight: 'bold' });
  }
  return bottom;
}

/** One panel, or several side by side and of one height. */
function drawPanels(canvas: Canvas, panels: Shape['panels'], y: number): number {
  const between = 14;
  const each = (inner - between * (panels.length - 1)) / panels.length;
  const height = Math.max(...panels.map((panel) => terminalHeight(terminalRows(panel, each))));
  for (const [at, panel] of panels.entries())
    drawTerminal(canvas, panel, { x: margin + at * (each + between), y, width: each, height });
  return y + height;
}

const valueSize = 15;
const valueLine = 22;

type Value = DrawnProof['values'][number];

/** What a row has room for: two short values beside each other, or one. */
function valueRows(values: readonly Value[]): (readonly Value[])[] {
  const rows: Value[][] = [];
  for (const value of values) {
    const before = rows.at(-1);
    if (before?.length === 1 && isShort(value) && before.every(isShort)) before.push(value);
    else rows.push([value]);
  }
  return rows;
}

function isShort({ label, value, tie }: Value): boolean {
  const columns = columnsIn(inner / 2 - 2 * panelPad - 20, valueSize);
  return (
    tie !== true && !value.includes('\n') && drawable(`${label}${value}`).length <= columns - 4
  );
}

function drawValues(canvas: Canvas, values: DrawnProof['values'], top: number): number {
  let y = top;
  const rows = valueRows(values);
  // The values of whole rows stand below each other.
  const whole = rows.flatMap((row) => (row.length > 1 ? [] : row));
  const labels = whole.map(({ label }) => drawable(label).length);
  const labelColumns = Math.min(24, Math.max(1, ...labels));
  for (const [row, pair] of rows.entries()) {
    const cells = pair.map((value, at) =>
      layValue(value, { at, count: pair.length, labelColumns }),
    );
    const height = Math.max(...cells.map(({ lines }) => lines)) * valueLine + 10;
    const fill = row % 2 === 0 ? grounds.row : grounds.card;
    canvas.rectangle({ x: margin, y, width: inner, height, radius: 6 }, { fill });
    for (const { draw } of cells) draw(canvas, y + 21);
    y += height;
  }
  return y;
}

/** A label, its value, and where else the same value stands. */
function layValue(
  one: Value,
  { at, count, labelColumns }: { at: number; count: number; labelColumns: number },
) {
  const size = valueSize;
  const room = inner / count;
  const left = margin + panelPad + at * room;
  const wide = count > 1 ? drawable(one.label).length : labelColumns;
  const labels = textLines(one.label, wide, 'prose');
  const valueLeft = left + textWidth(wide, size) + 18;
  const columns = columnsIn(left + room - 2 * panelPad - valueLeft, size);
  const values = textLines(one.value === '' ? '(empty)' : one.value, columns, 'code');
  const same = sameInWords(one);
  const end = drawable(values.at(-1)?.trimEnd() ?? '').length + 2;
  // Behind its value where there is room, else below it.
  const beside = end + same.length <= columns;
  const lines = Math.max(labels.length, values.length + (same === '' || beside ? 0 : 1));
  const draw = (canvas: Canvas, baseline: number) => {
    const place = (x: number, line: number) => ({ x, y: baseline + line * valueLine });
    for (const [line, text] of labels.entries())
      canvas.write(text, place(left, line), { size, colour: inks.quiet });
    for (const [line, text] of values.entries())
      canvas.write(text, place(valueLeft, line), { size, colour: inks.text, weight: 'bold' });
    const x = valueLeft + textWidth(beside ? end : 0, size);
    canvas.write(same, place(x, values.length - (beside ? 1 : 0)), { size, colour: inks.violet });
  };
  return { lines, draw };
}

/** One line when every rule holds; each one that does not is named. */
function drawVerdict(canvas: Canvas, data: DrawnProof, top: number): number {
  const verdict = verdictOf(data);
  const colour = outcomeInks[verdict];
  const words = `${outcomeWords[verdict].sign} ${outcomeWords[verdict].word}`;
  const pill = {
    x: margin,
    y: top,
    width: textWidth(words.length, 22) + 32,
    height: 40,
    radius: 8,
  };
  canvas.rectangle(pill, { fill: colour });
  const pen = { size: 22, colour: onInk, weight: 'bold' as const };
  canvas.write(words, { x: margin + 16, y: top + 28 }, pen);
  const scoreX = margin + pill.width + 16;
  canvas.write(score(data), { x: scoreX, y: top + 27 }, { size: 19, colour, weight: 'bold' });
  let y = top + 40;
  for (const { text, outcome } of data.rules) {
    if (outcome === 'pass') continue;
    const { sign, word } = outcomeWords[outcome];
    const line = `${sign} ${word}  ${text}`;
    for (const part of textLines(line, columnsIn(inner - panelPad, 16), 'prose')) {
      const place = { x: margin + panelPad, y: y + 24 };
      canvas.write(part, place, { size: 16, colour: outcomeInks[outcome] });
      y += 24;
    }
    y += 6;
  }
  return y;
}
