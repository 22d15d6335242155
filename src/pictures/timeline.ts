import { Canvas, columnsIn, short, textWidth } from './canvas.ts';
import { areas, edge, grounds, inks } from './colours.ts';
import { balancedLines, badge, drawBadge, drawBand, drawFoot, margin, textLines } from './parts.ts';
import { finish } from './picture.ts';
import type { Layout, Picture } from './picture.ts';
import { drawable } from './signs.ts';
import { accountOf, isoTime, messageFacts } from './timeline-facts.ts';
import type { MessageFacts } from './timeline-facts.ts';
import { drawLegend } from './timeline-legend.ts';
import { drawFlag, flagsOf, flagWidth, laneHeight, placeFlags } from './timeline-flags.ts';
import {
  accountLine,
  settingsLine,
  startLine,
  timelineAlt,
  timelineNotes,
  timelineText,
  timelineTitle,
} from './timeline-words.ts';
import type { Timeline } from './picture-facts.ts';

const width = 1160;
const inner = width - 2 * margin;
const labelWidth = 196;
const plotLeft = margin + 16 + labelWidth + 24;

/** One run: each message from its sending to its end, predicted and measured. */
export function timelinePicture(data: Timeline): Picture {
  return finish(timelineLayout(data), {
    title: timelineTitle(data),
    alt: timelineAlt(data),
    txt: timelineText(data),
  });
}

export function timelineLayout(data: Timeline): Layout {
  const canvas = new Canvas(width);
  const facts = messageFacts(data);
  const scale = scaleFor(facts);
  let y = drawHead(canvas, data) + 24;
  const top = y;
  const drawRows: (() => void)[] = [];
  for (const message of facts) {
    const height = rowHeight(message, scale);
    const rowTop = y;
    drawRows.push(() => drawRow(canvas, message, { top: rowTop, height, scale, data }));
    canvas.rectangle({ x: margin, y, width: inner, height, radius: 8 }, { fill: grounds.row });
    y += height + 10;
  }
  if (facts.length === 0) {
    canvas.write(
      'No log line tells of a message yet.',
      { x: margin, y: y + 20 },
      { size: 17, colour: inks.text },
    );
    y += 36;
  } else {
    // The grid lies on the rows and under what stands in them.
    y = drawAxis(canvas, scale, { top, bottom: y });
  }
  for (const draw of drawRows) draw();
  y = drawLegend(canvas, data, y + 18);
  const notes = timelineNotes(data);
  return { canvas, height: drawFoot(canvas, { stamp: data.stamp, notes, y: y + 14 }) };
}

interface Scale {
  readonly endSeconds: number;
  readonly right: number;
  readonly x: (seconds: number) => number;
}

/** The axis ends after the last thing predicted or received. Who looked much later is shown at its end. */
function scaleFor(facts: readonly MessageFacts[]): Scale {
  const times = facts.flatMap(({ receives, predictedMoveSeconds }) => [
    ...receives.flatMap(({ seconds, hiddenUntilSeconds }) => [seconds, hiddenUntilSeconds ?? 0]),
    predictedMoveSeconds ?? 0,
  ]);
  const known = Math.max(10, ...times.filter(Number.isFinite));
  const seen = facts.flatMap(({ seenSeconds }) => seenSeconds ?? []);
  const endSeconds = Math.max(known, ...seen.filter((seconds) => seconds < known * 1.5));
  const limit = width - margin - 16;
  // The words of every flag end before the card does.
  const rights = facts
    .flatMap((message) => flagsOf(message, endSeconds))
    .map((flag) => {
      const part = Math.min(Math.max(flag.seconds, 0), endSeconds) / endSeconds;
      return plotLeft + (limit - flagWidth(flag) - plotLeft) / Math.max(part, 0.01);
    });
  const right = Math.floor(Math.min(limit - 30, ...rights));
  const perSecond = (right - plotLeft) / endSeconds;
  return {
    endSeconds,
    right,
    x: (seconds) => Math.round(plotLeft + Math.min(Math.max(seconds, 0), endSeconds) * perSecond),
  };
}

function drawHead(canvas: Canvas, data: Timeline): number {
  const titleRoom = inner - badge(data.stamp).width - 24;
  const title = balancedLines(timelineTitle(data), columnsIn(titleRoom, 28));
  const settings = [settingsLine(data), startLine(data)].flatMap((line) =>
    textLines(line, columnsIn(inner, 17), 'prose'),
  );
  const account = textLines(accountLine(accountOf(data)), columnsIn(inner, 20), 'prose');
  const titleHeight = Math.max(title.length * 38, badge(data.stamp).height) + 8;
  const bottom = margin + titleHeight + account.length * 30 + settings.length * 25 + 28;
  drawBand(canvas, bottom);
  drawBadge(canvas, data.stamp, margin);
  for (const [at, line] of title.entries()) {
    const place = { x: margin, y: margin + 30 + at * 38 };
    canvas.write(line, place, { size: 28, colour: inks.text, weight: 'bold' });
  }
  let y = margin + titleHeight + 8;
  for (const line of account) {
    canvas.write(line, { x: margin, y: y + 20 }, { size: 20, colour: inks.green, weight: 'bold' });
    y += 30;
  }
  y += 4;
  for (const line of settings) {
    canvas.write(line, { x: margin, y: y + 17 }, { size: 17, colour: inks.quiet });
    y += 25;
  }
  return bottom;
}

const barHeight = 20;

function rowHeight(message: MessageFacts, scale: Scale): number {
  const flags = placeFlags(flagsOf(message, scale.endSeconds), scale.x);
  const lanes = Math.max(1, ...flags.map(({ lane }) => lane + 1));
  return Math.max(96, 16 + lanes * laneHeight + barHeight + 16);
}

function drawRow(
  canvas: Canvas,
  message: MessageFacts,
  { top, height, scale, data }: { top: number; height: number; scale: Scale; data: Timeline },
): void {
  drawLabel(canvas, message, top);
  const barTop = top + height - 16 - barHeight;
  drawBar(canvas, message, { barTop, scale, data });
  for (const flag of placeFlags(flagsOf(message, scale.endSeconds), scale.x))
    drawFlag(canvas, flag, barTop);
}

const endWords = {
  deleted: { text: '✓ deleted', colour: inks.green },
  'dead-letter queue': { text: '→ dead-letter queue', colour: inks.violet },
  'still there': { text: '… still there', colour: inks.blue },
} as const;

function drawLabel(
  canvas: Canvas,
  { messageId, name, end, zero }: MessageFacts,
  top: number,
): void {
  const x = margin + 16;
  const id = drawable(messageId).slice(0, 8).join('');
  const signs = drawable(name);
  const columns = columnsIn(labelWidth, 16);
  const short = signs.length > columns ? [...signs.slice(0, columns - 1), '…'] : signs;
  const { text, colour } = endWords[end];
  const sent =
    zero?.is === 'sent' ? `sent ${isoTime(zero.at).slice(11, 23)} UTC` : 'sent: time not known';
  canvas.write(short.join(''), { x, y: top + 26 }, { size: 16, colour: inks.text, weight: 'bold' });
  canvas.write(id, { x, y: top + 45 }, { size: 13, colour: inks.quiet });
  canvas.write(text, { x, y: top + 66 }, { size: 16, colour, weight: 'bold' });
  canvas.write(sent, { x, y: top + 86 }, { size: 13, colour: inks.quiet });
}

/** The life of a message: waiting, hidden (striped) after each failed receive, then its end. */
function drawBar(
  canvas: Canvas,
  { receives, end, zero, predictedMoveSeconds, seenSeconds }: MessageFacts,
  { barTop, scale, data }: { barTop: number; scale: Scale; data: Timeline },
): void {
  if (receives.length === 0) {
    const words = 'no receive in the log yet';
    canvas.write(words, { x: plotLeft, y: barTop - 12 }, { size: 15, colour: inks.text });
  }
  if (zero === undefined) return;
  const bar = (
    from: number,
    to: number,
  ): { x: number; y: number; width: number; height: number } => ({
    x: scale.x(from),
    y: barTop,
    width: Math.max(2, scale.x(to) - scale.x(from)),
    height: barHeight,
  });
  const last = receives.at(-1)?.seconds ?? 0;
  const gone = end === 'dead-letter queue' ? (seenSeconds ?? predictedMoveSeconds ?? last) : last;
  const until = end === 'still there' ? scale.endSeconds : gone;
  canvas.rectangle({ ...bar(0, until), radius: 3 }, { fill: areas.waiting });
  for (const { seconds, hiddenUntilSeconds } of receives) {
    if (hiddenUntilSeconds === undefined) continue;
    const hidden = bar(seconds, hiddenUntilSeconds);
    canvas.rectangle({ ...hidden, radius: 3 }, { fill: 'url(#hatch)', stroke: inks.blue });
    const words = `hidden ${data.visibilityTimeoutSeconds} s`;
    const wordsWidth = textWidth(words.length, 14);
    if (hidden.width < wordsWidth + 40) continue;
    const x = hidden.x + (hidden.width - wordsWidth) / 2;
    canvas.rectangle(
      { x: x - 8, y: barTop + 1, width: wordsWidth + 16, height: barHeight - 2 },
      { fill: grounds.panel },
    );
    canvas.write(words, { x, y: barTop + 15 }, { size: 14, colour: inks.text });
  }
  if (end === 'dead-letter queue') drawQueueEnd(canvas, { from: scale.x(gone), barTop });
}

/** From when it was seen there (or, unseen, must be there) to beyond the end of the axis. */
function drawQueueEnd(canvas: Canvas, { from, barTop }: { from: number; barTop: number }): void {
  const right = width - margin - 16;
  canvas.rectangle(
    { x: from, y: barTop, width: right - from, height: barHeight, radius: 3 },
    { fill: areas.deadLettered, stroke: inks.violet },
  );
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400];

function drawAxis(
  canvas: Canvas,
  { endSeconds, right, x }: Scale,
  { top, bottom }: { top: number; bottom: number },
): number {
  const perSecond = (right - plotLeft) / endSeconds;
  const label = textWidth(`${Math.ceil(endSeconds)} s`.length, 15) + 24;
  const step = steps.find((seconds) => seconds * perSecond >= Math.max(60, label)) ?? endSeconds;
  for (let seconds = 0; seconds <= endSeconds; seconds += step) {
    const words = `${short(seconds)} s`;
    canvas.path(`M${x(seconds)} ${top}V${bottom}`, { stroke: edge, dash: '2 5' });
    const left = x(seconds) - textWidth(words.length, 15) / 2;
    canvas.write(words, { x: left, y: bottom + 20 }, { size: 15, colour: inks.quiet });
  }
  canvas.write('since sent', { x: margin + 16, y: bottom + 20 }, { size: 15, colour: inks.quiet });
  return bottom + 30;
}
