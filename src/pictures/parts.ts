import { columnsIn, textWidth } from './canvas.ts';
import type { Canvas } from './canvas.ts';
import { edge, grounds, inks } from './colours.ts';
import { drawable, placeholder, visibleLines } from './signs.ts';
import { footLine, placeOf } from './stamp.ts';
import type { Stamp } from './picture-facts.ts';
import { wrap } from './wrap.ts';

/** Between the edge of a card and what is written on it. */
export const margin = 30;

/** Lines of prose, or of code with a continuation sign before each further line. */
export function textLines(text: string, columns: number, kind: 'code' | 'prose'): string[] {
  return visibleLines(text).flatMap((line) => {
    const cells = drawable(line).map((sign) => ({ sign }));
    return wrap(cells, { columns, indent: kind === 'code' ? 2 : 0 }).map(
      (part, at) => (kind === 'code' && at > 0 ? '↪ ' : '') + part.map(({ sign }) => sign).join(''),
    );
  });
}

/** Lines of about the same length: no single word is left over for the last one. */
export function balancedLines(text: string, columns: number): string[] {
  let balanced = textLines(text, columns, 'prose');
  for (let fewer = columns - 1; fewer > columns / 2; fewer -= 1) {
    const narrower = textLines(text, fewer, 'prose');
    if (narrower.length > balanced.length) break;
    balanced = narrower;
  }
  return balanced;
}

/**
 * A title over as few lines as it needs, broken where its sense has a seam: after a comma or a colon, before "and",
 * "to", "in" and the like, never after a small word that belongs to the next one.
 */
export function titleLines(text: string, columns: number): string[] {
  const lines = textLines(text, columns, 'prose');
  if (lines.length !== 2) return lines.length < 2 ? lines : balancedLines(text, columns);
  const words = text.split(' ');
  const breaks = words.slice(1).map((_, at) => {
    const [head, tail] = [words.slice(0, at + 1).join(' '), words.slice(at + 1).join(' ')];
    return { head, tail, cost: breakCost(head, tail) };
  });
  const best = breaks
    .filter(({ head, tail }) => head.length <= columns && tail.length <= columns)
    .toSorted((a, b) => a.cost - b.cost)[0];
  return best === undefined ? balancedLines(text, columns) : [`${best.head} `, best.tail];
}

const seam = /^(and|or|to|in|on|through|for|by|with|instead|but|may|is|are|at|without|before)$/;
const clings =
  /(^|\s)(a|an|the|of|to|in|on|at|for|by|no|its|is|are|may|each|one|not|and|or|with)$/i;

function breakCost(head: string, tail: string): number {
  const uneven = Math.abs(head.length - tail.length) / (head.length + tail.length);
  const first = tail.split(' ')[0] ?? '';
  if (/[,;:]$/.test(head)) return uneven - 0.6;
  if (clings.test(head)) return uneven + 1;
  return seam.test(first) ? uneven - 0.2 : uneven;
}

/** The darker top of a card, down to `bottom`. */
export function drawBand(canvas: Canvas, bottom: number): void {
  const right = canvas.width - 2;
  canvas.path(`M2 ${bottom}V16A14 14 0 0 1 16 2H${right - 14}A14 14 0 0 1 ${right} 16V${bottom}Z`, {
    fill: grounds.band,
  });
  canvas.path(`M2 ${bottom}H${right}`, { stroke: edge });
}

const badgeLine = 24;
const badgeSize = 17;

/** The lines of the badge that says where this was recorded, and the place that they need. */
export function badge(stamp: Stamp): {
  lines: string[];
  width: number;
  height: number;
} {
  const lines = textLines(placeOf(stamp), 34, 'prose');
  const columns = Math.max(...lines.map((line) => line.trimEnd().length));
  return {
    lines,
    width: textWidth(columns, badgeSize) + 36,
    height: 42 + (lines.length - 1) * badgeLine,
  };
}

/** Draws the badge into the right upper corner of a card. */
export function drawBadge(canvas: Canvas, stamp: Stamp, y: number): void {
  const { lines, width, height } = badge(stamp);
  const x = canvas.width - margin - width;
  const colour = stamp.target === 'AWS' ? inks.amber : inks.blue;
  canvas.rectangle(
    { x, y, width, height, radius: 21 },
    { fill: grounds.panel, stroke: colour, strokeWidth: 2 },
  );
  for (const [at, line] of lines.entries()) {
    const place = { x: x + 18, y: y + 27 + at * badgeLine };
    canvas.write(line, place, { size: badgeSize, colour, weight: 'bold' });
  }
}

/**
 * The foot: when and with what this was recorded.
 * @returns the height of the finished card
 */
export function drawFoot(
  canvas: Canvas,
  { stamp, notes = [], y }: { stamp: Stamp; notes?: readonly string[]; y: number },
): number {
  const unknown = canvas.boxes.some(({ text }) => text.includes(placeholder));
  const signs = unknown
    ? [`${placeholder} a sign that cannot be drawn: the text file has it.`]
    : [];
  const columns = columnsIn(canvas.width - 2 * margin, 15);
  const lines = [...notes, ...signs, footLine(stamp)].flatMap((text) =>
    textLines(text, columns, 'prose'),
  );
  canvas.path(`M2 ${y}H${canvas.width - 2}`, { stroke: edge });
  for (const [at, line] of lines.entries()) {
    canvas.write(line, { x: margin, y: y + 31 + at * 23 }, { size: 15, colour: inks.quiet });
  }
  return y + 48 + (lines.length - 1) * 23;
}
