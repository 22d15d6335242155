import { textWidth } from './canvas.ts';
import type { Canvas } from './canvas.ts';
import { grounds, inks, onInk } from './colours.ts';
import type { MessageFacts, ReceiveFacts } from './timeline-facts.ts';

/** A mark on the time axis with its words: a number in a shape, what happened, when. */
export interface Flag {
  readonly seconds: number;
  readonly kind: 'failed' | 'ok' | 'predicted' | 'seen';
  /** Inside the shape. */
  readonly sign: string;
  readonly word: string;
  readonly detail: string;
}

export interface PlacedFlag extends Flag {
  readonly x: number;
  /** 0 is next to the bar; flags that would touch climb higher. */
  readonly lane: number;
}

export const laneHeight = 46;

const shapeHeight = 26;
const wordSize = 15;
const detailSize = 14;
const gap = 10;

export const flagInks = {
  ok: inks.green,
  failed: inks.red,
  predicted: inks.amber,
  seen: inks.violet,
} as const;

/** @param endSeconds where the axis ends; what was seen later says so */
export function flagsOf(facts: MessageFacts, endSeconds: number): Flag[] {
  const { receives, end, predictedMoveSeconds: predicted, seenSeconds: seen } = facts;
  const flags: Flag[] = receives.map((receive, index) => ({
    seconds: receive.seconds,
    kind: receive.outcome === 'OK' ? 'ok' : 'failed',
    sign: String(receive.receiveCount),
    word: receiveWord(receive, index === receives.length - 1 ? end : undefined),
    detail:
      receive.batchSize === undefined
        ? rounded(receive.seconds)
        : `${rounded(receive.seconds)} · batch of ${receive.batchSize}`,
  }));
  if (predicted !== undefined) {
    const detail = rounded(predicted);
    flags.push({
      seconds: predicted,
      kind: 'predicted',
      sign: '?',
      word: 'move predicted',
      detail,
    });
  }
  if (seen !== undefined) {
    const late = predicted === undefined ? '' : ` · ${signed(seen - predicted)}`;
    const detail = `${rounded(seen)}${late}`;
    const beyond = seen > endSeconds;
    const [sign, word] = beyond ? ['»', 'seen later, in DLQ'] : ['→', 'seen in the DLQ'];
    flags.push({ seconds: seen, kind: 'seen', sign, word, detail });
  }
  return flags.toSorted((a, b) => a.seconds - b.seconds);
}

function receiveWord({ outcome }: ReceiveFacts, end: MessageFacts['end'] | undefined): string {
  return outcome === 'OK' && end === 'deleted' ? 'OK, deleted' : outcome;
}

/** One digit after the point: what an eye can use. The text twin has three. */
function rounded(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

function signed(seconds: number): string {
  return `${seconds < 0 ? '' : '+'}${rounded(seconds)}`;
}

/** The shape around the sign is wide enough for it. */
function shapeWidth({ sign }: Flag): number {
  return Math.max(shapeHeight, textWidth(sign.length, wordSize) + 14);
}

export function flagWidth(flag: Flag): number {
  const words = Math.max(
    textWidth(flag.word.length, wordSize),
    textWidth(flag.detail.length, detailSize),
  );
  return shapeWidth(flag) + 7 + words;
}

/**
 * Gives each flag a lane. A flag hangs to the right of its pole; where it would reach over the pole of a
 * later flag it goes above that one, so that neither words nor poles ever cross words.
 */
export function placeFlags(flags: readonly Flag[], xOf: (seconds: number) => number): PlacedFlag[] {
  const placed: PlacedFlag[] = [];
  for (const flag of flags.toReversed()) {
    const x = xOf(flag.seconds);
    const below = placed.filter((other) => other.x < x + flagWidth(flag) + gap);
    const lane = Math.max(-1, ...below.map((other) => other.lane)) + 1;
    placed.unshift({ ...flag, x, lane });
  }
  return placed;
}

/** @param y the upper edge of the bar that the flag stands on */
export function drawFlag(canvas: Canvas, flag: PlacedFlag, y: number): void {
  const { x, lane, kind, sign, word, detail } = flag;
  const colour = flagInks[kind];
  const top = y - (lane + 1) * laneHeight;
  const width = shapeWidth(flag);
  canvas.path(`M${x} ${top + (kind === 'ok' ? 13 : 1)}V${y + 20}`, {
    stroke: colour,
    strokeWidth: 2.5,
    ...(kind === 'predicted' ? { dash: '5 4' } : {}),
  });
  drawShape(canvas, { x: x - 1, y: top, width, kind, colour });
  const signX = x + (width - textWidth(sign.length, wordSize)) / 2;
  canvas.write(
    sign,
    { x: signX, y: top + 18.5 },
    { size: wordSize, colour: kind === 'predicted' ? colour : onInk, weight: 'bold' },
  );
  const left = x + width + 7;
  // The lines of the axis end before words.
  canvas.rectangle(
    { x: left - 4, y: top - 2, width: flagWidth(flag) - width, height: 42 },
    { fill: grounds.row },
  );
  canvas.write(word, { x: left, y: top + 13 }, { size: wordSize, colour, weight: 'bold' });
  canvas.write(detail, { x: left, y: top + 32 }, { size: detailSize, colour: inks.text });
}

/** Each kind has a shape of its own: round, square, dashed, pointed. */
export function drawShape(
  canvas: Canvas,
  shape: { x: number; y: number; width: number; kind: Flag['kind']; colour: string },
): void {
  const { x, y, width, kind, colour } = shape;
  const height = shapeHeight;
  if (kind === 'seen') {
    const [middle, right] = [y + height / 2, x + width];
    canvas.path(`M${x} ${y}H${right - 6}L${right + 3} ${middle}L${right - 6} ${y + height}H${x}Z`, {
      fill: colour,
    });
    return;
  }
  const box = { x, y, width, height, radius: kind === 'ok' ? 13 : 3 };
  canvas.rectangle(
    box,
    kind === 'predicted'
      ? { fill: grounds.row, stroke: colour, strokeWidth: 2, dash: '5 4' }
      : { fill: colour },
  );
}
