import { Canvas, columnsIn, textWidth } from './canvas.ts';
import { edge, grounds, inks, onInk } from './colours.ts';
import { badge, balancedLines, drawBadge, drawBand, drawFoot, margin, textLines } from './parts.ts';
import { finish } from './picture.ts';
import type { Layout, Picture } from './picture.ts';
import { outcomeWords, proofAlt, proofText, score, verdictOf } from './proof-words.ts';
import { shellLines } from './shell-colours.ts';
import { drawable } from './signs.ts';
import type { ProofPicture } from './types.ts';
import { wrap } from './wrap.ts';

const width = 960;
const inner = width - 2 * margin;
const panelPad = 16;

const outcomeInks = { pass: inks.green, fail: inks.red, 'not judged': inks.amber } as const;

/** One proof: what is claimed, the command, the values that matter and the rules they were held to. */
export function proofPicture(data: ProofPicture): Picture {
  return finish(proofLayout(data), {
    title: data.claim,
    alt: proofAlt(data),
    txt: proofText(data),
  });
}

/** Puts everything in its place, top down; the height follows from the content. */
export function proofLayout(data: ProofPicture): Layout {
  const canvas = new Canvas(width);
  let y = drawHead(canvas, data);
  y = drawCommand(canvas, data.command, y + 26);
  y = drawValues(canvas, data.values, y + 26);
  y = drawRules(canvas, data.rules, y + 26);
  return { canvas, height: drawFoot(canvas, { stamp: data.stamp, y: y + 26 }) };
}

function drawHead(canvas: Canvas, data: ProofPicture): number {
  const verdict = verdictOf(data);
  const { sign, word } = outcomeWords[verdict];
  const eyebrow = textLines(`Proof ${data.number} · ${data.name}`, columnsIn(inner, 17), 'prose');
  const title = balancedLines(data.claim, columnsIn(inner, 30));
  const below = margin + badge(data.stamp).height + 18;
  const bottom = below + eyebrow.length * 24 + 8 + title.length * 40 + 16;
  drawBand(canvas, bottom);

  const verdictWidth = textWidth(word.length + 2, 26) + 32;
  canvas.rectangle(
    { x: margin, y: margin, width: verdictWidth, height: 42, radius: 8 },
    { fill: outcomeInks[verdict] },
  );
  canvas.write(
    `${sign} ${word}`,
    { x: margin + 16, y: margin + 30 },
    { size: 26, colour: onInk, weight: 'bold' },
  );
  canvas.write(
    score(data),
    { x: margin + verdictWidth + 16, y: margin + 27 },
    { size: 18, colour: inks.text },
  );
  drawBadge(canvas, data.stamp, margin);

  for (const [at, line] of eyebrow.entries()) {
    const place = { x: margin, y: below + 17 + at * 24 };
    canvas.write(line, place, { size: 17, colour: inks.quiet });
  }
  const titleTop = below + eyebrow.length * 24 + 8;
  for (const [at, line] of title.entries()) {
    const place = { x: margin, y: titleTop + 30 + at * 40 };
    canvas.write(line, place, { size: 30, colour: inks.text, weight: 'bold' });
  }
  return bottom;
}

function drawHeading(canvas: Canvas, text: string, y: number): number {
  canvas.write(text, { x: margin, y: y + 13 }, { size: 15, colour: inks.quiet, weight: 'bold' });
  return y + 26;
}

function drawCommand(canvas: Canvas, command: string, top: number): number {
  const y = drawHeading(canvas, 'COMMAND', top);
  const columns = columnsIn(inner - 2 * panelPad, 16) - 2;
  const quiet = (sign: string): { sign: string; colour: string } => ({ sign, colour: inks.quiet });
  const lines = shellLines(command).flatMap(({ starts, cells }) =>
    wrap(cells, { columns, indent: 2 }).map((part, at) => [
      ...(starts && at === 0 ? [quiet('$'), quiet(' ')] : [quiet(' '), quiet(' ')]),
      ...(at > 0 ? [quiet('↪'), quiet(' ')] : []),
      ...part,
    ]),
  );
  const height = lines.length * 25 + 2 * panelPad - 5;
  canvas.rectangle(
    { x: margin, y, width: inner, height, radius: 10 },
    { fill: grounds.panel, stroke: edge },
  );
  for (const [at, line] of lines.entries()) {
    canvas.writeCells(line, { x: margin + panelPad, y: y + panelPad + 15 + at * 25 }, { size: 16 });
  }
  return y + height;
}

const tieWidth = 46;

function drawValues(canvas: Canvas, values: ProofPicture['values'], top: number): number {
  let y = drawHeading(canvas, 'VALUES', top);
  const size = 16;
  const line = 24;
  const ties = values.some(({ tie }) => tie === true);
  const longest = Math.max(18, ...values.map(({ label }) => drawable(label).length));
  const labelColumns = Math.min(longest, 24);
  const tieLeft = margin + panelPad + textWidth(labelColumns, size) + 12;
  const valueLeft = tieLeft + (ties ? tieWidth + 12 : 8);
  const columns = columnsIn(margin + inner - panelPad - valueLeft, size);
  for (const [row, { label, value, tie }] of values.entries()) {
    const labels = textLines(label, labelColumns, 'prose');
    const lines = textLines(value === '' ? '(empty)' : value, columns, 'code');
    const height = Math.max(labels.length, lines.length) * line + 18;
    const fill = row % 2 === 0 ? grounds.row : grounds.card;
    canvas.rectangle({ x: margin, y, width: inner, height, radius: 6 }, { fill });
    for (const [at, text] of labels.entries()) {
      const place = { x: margin + panelPad, y: y + 27 + at * line };
      canvas.write(text, place, { size, colour: inks.quiet });
    }
    if (tie === true) drawTie(canvas, tieLeft, y + 10);
    for (const [at, text] of lines.entries()) {
      const place = { x: valueLeft, y: y + 27 + at * line };
      canvas.write(text, place, { size, colour: inks.text, weight: 'bold' });
    }
    y += height;
  }
  return ties ? drawTieNote(canvas, y + 8) : y;
}

function drawTie(canvas: Canvas, x: number, y: number): void {
  canvas.rectangle(
    { x, y, width: tieWidth, height: 22, radius: 6 },
    { fill: grounds.panel, stroke: inks.violet },
  );
  canvas.write('TIE', { x: x + 9.5, y: y + 16 }, { size: 15, colour: inks.violet, weight: 'bold' });
}

function drawTieNote(canvas: Canvas, y: number): number {
  const note = 'TIE: the same value stands in other proofs of this run.';
  canvas.write(note, { x: margin + panelPad, y: y + 15 }, { size: 15, colour: inks.violet });
  return y + 20;
}

function drawRules(canvas: Canvas, rules: ProofPicture['rules'], top: number): number {
  let y = drawHeading(canvas, 'RULES', top);
  const size = 17;
  const words = rules.map(({ outcome }) => outcomeWords[outcome].word.length + 2);
  const left = margin + panelPad + textWidth(Math.max(6, ...words), size) + 22;
  for (const { text, outcome } of rules) {
    const { sign, word } = outcomeWords[outcome];
    const lines = balancedLines(text, columnsIn(width - margin - left, size));
    canvas.write(
      `${sign} ${word}`,
      { x: margin + panelPad, y: y + 19 },
      { size, colour: outcomeInks[outcome], weight: 'bold' },
    );
    for (const [at, part] of lines.entries()) {
      canvas.write(part, { x: left, y: y + 19 + at * 25 }, { size, colour: inks.text });
    }
    y += lines.length * 25 + 7;
  }
  return y;
}
