import { pick, printedJson } from '../judging/printed.ts';
import { outputLines } from './excerpt.ts';
import { arrow, centred, disc, queue } from './figure.ts';
import { inks } from './colours.ts';
import { jsonPanel, lastOf, text } from './shape.ts';
import type { Printed, Shape } from './shape.ts';
import type { Aside } from './terminal.ts';

const day = 86_400;

/** Proof 1: one queue, how long it keeps, and that nothing leads on from it. */
export function deadLetterQueue({ data, printed }: Printed): Shape {
  const attribute = (name: string) => text(printed, 'Attributes', name);
  const name = lastOf(attribute('QueueArn'));
  const days = Number(attribute('MessageRetentionPeriod')) / day;
  const end = pick(printed, 'Attributes', 'RedrivePolicy') === undefined;
  const after = end ? 'nothing leads on from here' : 'a redrive policy of its own';
  return {
    figure: {
      height: 150,
      words: [`${name}: keeps messages for ${days} days; ${after}`],
      draw: (canvas, { x, y, width }) => {
        const middle = x + width / 2;
        disc(
          canvas,
          { x: x + 90, y: y + 75, radius: 66 },
          { text: `${days} d`, colour: inks.violet },
        );
        queue(
          canvas,
          { x: middle - 250, y: y + 20, width: 430, height: 110 },
          {
            colour: inks.violet,
            words: [
              { text: name, size: 22, bold: true },
              { text: 'dead-letter queue', size: 15, colour: inks.quiet },
            ],
          },
        );
        const wall = middle + 216;
        canvas.path(`M${wall} ${y + 25}V${y + 125}`, { stroke: inks.violet, strokeWidth: 7 });
        const words = [
          { text: end ? 'the end' : 'leads on', size: 22, colour: inks.violet, bold: true },
          { text: end ? 'no redrive policy' : after, size: 14, colour: inks.violet },
        ];
        centred(canvas, { x: wall + 10, y, width: x + width - wall - 10, height: 150 }, words);
      },
    },
    panels: [
      jsonPanel(data, {
        lights: [
          { find: /"QueueArn": /, tone: 'tie', rules: ['exists'], note: 'this queue' },
          {
            find: /"MessageRetentionPeriod": "(\d+)"/,
            tone: 'key',
            rules: ['retention'],
            note: `${days} days`,
          },
        ],
      }),
    ],
  };
}

/** Proof 2: source, an arrow with the count on it, dead-letter queue. */
export function sourceQueue({ data, printed }: Printed): Shape {
  const attribute = (name: string) => text(printed, 'Attributes', name);
  const policy = printedJson(attribute('RedrivePolicy'));
  const name = lastOf(attribute('QueueArn'));
  const target = lastOf(text(policy, 'deadLetterTargetArn'));
  const count = text(policy, 'maxReceiveCount');
  const panel = jsonPanel(data, {
    lights: [
      { find: /"QueueArn": /, tone: 'tie', rules: ['exists'], note: 'the source queue' },
      {
        find: /"VisibilityTimeout": "(\d+)"/,
        tone: 'key',
        rules: ['visibility-timeout'],
        note: 'hidden $1 s after each receive',
      },
      {
        find: /"RedrivePolicy": /,
        tone: 'key',
        rules: ['redrive-policy', 'dead-letter-target', 'max-receive-count'],
      },
    ],
  });
  return {
    figure: {
      height: 150,
      words: [`${name} → ${target}, after ${count} receives (maxReceiveCount)`],
      draw: (canvas, { x, y, width }) => {
        const box = { y: y + 20, width: 310, height: 110 };
        const label = (title: string, what: string) => [
          { text: title, size: 22, bold: true },
          { text: what, size: 15, colour: inks.quiet },
        ];
        queue(canvas, { ...box, x }, { colour: inks.blue, words: label(name, 'source queue') });
        const right = x + width - 310;
        queue(
          canvas,
          { ...box, x: right },
          { colour: inks.violet, words: label(target, 'dead-letter queue') },
        );
        arrow(canvas, { x: x + 318, y: y + 75, to: right - 6 }, { colour: inks.amber });
        const middle = x + width / 2;
        disc(canvas, { x: middle, y: y + 75, radius: 40 }, { text: count, colour: inks.amber });
        const words = [{ text: 'maxReceiveCount', size: 15, colour: inks.amber, bold: true }];
        centred(canvas, { x: middle - 110, y: y + 120, width: 220, height: 26 }, words);
      },
    },
    panels: [{ ...panel, after: unfolded(data.output, policy) }],
  };
}

/** The policy is a text in a text: below its line it stands as what it is. */
function unfolded(output: string, policy: unknown): ReadonlyMap<number, readonly Aside[]> {
  const at = outputLines(output).findIndex((line) => line.includes('"RedrivePolicy": '));
  if (at < 0 || policy === undefined) return new Map();
  const lines = JSON.stringify(policy, null, 4).split('\n');
  const notes: Readonly<Record<string, string>> = {
    deadLetterTargetArn: 'where it goes',
    maxReceiveCount: 'so many receives, then it is moved',
  };
  const asides = lines.map((line): Aside => {
    const note = Object.entries(notes).find(([name]) => line.includes(`"${name}"`))?.[1];
    return note === undefined
      ? { text: `  ${line}`, tone: 'tie' }
      : { text: `  ${line}  ← ${note}`, tone: 'key' };
  });
  return new Map([[at, [{ text: '  RedrivePolicy, unfolded:', tone: 'tie' }, ...asides]]]);
}
