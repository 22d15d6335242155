import { textWidth } from './canvas.ts';
import type { Canvas } from './canvas.ts';
import { inks } from './colours.ts';
import { margin } from './parts.ts';
import { drawShape, flagInks } from './timeline-flags.ts';
import type { Flag } from './timeline-flags.ts';
import type { Timeline } from './picture-facts.ts';

const size = 15;
const shapeWidth = 26;

/**
 * Says what the shapes mean.
 * @returns its lower edge
 */
export function drawLegend(canvas: Canvas, data: Timeline, top: number): number {
  const items: readonly { kind: Flag['kind'] | 'hidden'; words: string }[] = [
    { kind: 'ok', words: 'receive OK (receive count)' },
    { kind: 'failed', words: 'receive FAILED (receive count)' },
    { kind: 'hidden', words: 'hidden: visibility timeout' },
    {
      kind: 'predicted',
      words: `move predicted: receive ${data.maxReceiveCount} + visibility timeout`,
    },
    { kind: 'seen', words: 'measured: seen in the dead-letter queue (DLQ)' },
  ];
  let x = margin;
  let y = top;
  for (const { kind, words } of items) {
    const width = shapeWidth + 10 + textWidth(words.length, size);
    if (x > margin && x + width > canvas.width - margin) {
      x = margin;
      y += 34;
    }
    if (kind === 'hidden') {
      canvas.rectangle(
        { x, y: y + 3, width: shapeWidth, height: 20, radius: 3 },
        { fill: 'url(#hatch)', stroke: inks.blue },
      );
    } else {
      drawShape(canvas, { x, y, width: shapeWidth, kind, colour: flagInks[kind] });
    }
    canvas.write(words, { x: x + shapeWidth + 10, y: y + 18 }, { size, colour: inks.text });
    x += width + 32;
  }
  return y + 30;
}
