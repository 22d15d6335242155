import { deliveryOf, receiveTimes } from '../lab/aws/deliveries.ts';
import type { Delivery } from '../lab/aws/deliveries.ts';
import { pick, pickList, printedJson } from '../judging/printed.ts';
import { grounds, inks } from './colours.ts';
import { centred, disc } from './figure.ts';
import type { Figure } from './figure.ts';
import { excerptOf, outputLines } from './excerpt.ts';
import { messageNames } from './message-names.ts';
import { jsonPanel, lastOf, other, text } from './shape.ts';
import type { Printed, Shape } from './shape.ts';
import type { Aside } from './terminal.ts';

interface Logged {
  /** Number of its line in the output. */
  readonly at: number;
  readonly delivery: Delivery;
}

const messageLine = /^\s*"message": (".*"),?$/;

/** Each event of a printed log that tells of a delivery, with the line of the output in which it stands. */
function loggedIn(output: string): Logged[] {
  const events = pickList(printedJson(output), 'events');
  const lines = outputLines(output).flatMap((line, at) => (messageLine.test(line) ? [at] : []));
  return events.flatMap((event, i) => {
    const [delivery] = deliveryOf(text(event, 'message'), Number(pick(event, 'timestamp')));
    const at = lines[i];
    return delivery === undefined || at === undefined ? [] : [{ at, delivery }];
  });
}

/** Bodies of dead letters, by message id. */
function bodiesIn(printed: unknown): Map<string, string> {
  return new Map(
    pickList(printed, 'Messages').map((message) => [
      text(message, 'MessageId'),
      text(message, 'Body'),
    ]),
  );
}

/** Proof 14: the lines of the log, in order, each under the name of its message. */
export function log({ data }: Printed): Shape {
  const { command, output } = data;
  const logged = loggedIn(output);
  const parts = excerptOf(output, {
    plain: true,
    whole: 0,
    lights: [
      {
        find: /^\s*"message": .*\\"outcome\\":\\"OK\\"/,
        tone: 'good',
        rules: ['good-handled', 'good-once'],
      },
      {
        find: /^\s*"message": .*\\"outcome\\":\\"FAILED\\"/,
        tone: 'bad',
        rules: ['poison-retried', 'one-visibility-timeout-apart', 'shared-batch'],
      },
    ],
  });
  const before = labels(logged, bodiesIn(other(data, 15)));
  return { panels: [{ command, parts, kind: 'plain', before }] };
}

function labels(
  logged: readonly Logged[],
  bodies: ReadonlyMap<string, string>,
): Map<number, Aside> {
  const byMessage = Map.groupBy(logged, ({ delivery }) => delivery.messageId);
  const names = messageNames(
    [...byMessage].map(([messageId, lines]) => ({
      messageId,
      failed: lines.some(({ delivery }) => delivery.outcome === 'FAILED'),
      start: lines[0]?.delivery.sentAt ?? lines[0]?.delivery.timestamp ?? 0,
    })),
    bodies,
  );
  const found = [...byMessage].flatMap(([messageId, lines]) => {
    const times = receiveTimes(lines.map(({ delivery }) => delivery));
    return lines.map(({ at, delivery: { receiveCount, outcome, batchSize } }, i) => {
      const words = [
        names.get(messageId) ?? messageId,
        `receive ${receiveCount}`,
        outcome === 'OK' ? '✓ OK' : '✗ FAILED',
        ...(i === 0 ? [] : [`retry, ${sinceReceiveBefore(lines, times, i)}`]),
        ...(i > 0 || batchSize === undefined ? [] : [`in a batch of ${batchSize}`]),
      ];
      const tone: Aside['tone'] = outcome === 'OK' ? 'good' : 'bad';
      return [at, { text: words.join(' · '), tone }] as const;
    });
  });
  return new Map(found);
}

/** Names where the time before stands in the log: of the first receive SQS says it, of the others the line itself. */
function sinceReceiveBefore(lines: readonly Logged[], times: readonly number[], i: number): string {
  const [before, delivery] = [times[i - 1] ?? 0, lines[i - 1]?.delivery];
  const from =
    before === delivery?.timestamp ? `receive ${delivery.receiveCount}` : 'firstReceivedAt';
  return `${((times[i] ?? 0) - before) / 1000} s after ${from}`;
}

/** Proof 15: the message as it lies there, and who has received it how often. */
export function deadLetter({ data, printed }: Printed): Shape {
  const messages = pickList(printed, 'Messages');
  const failed = new Set(
    loggedIn(data.others.get(14) ?? '')
      .filter(({ delivery }) => delivery.outcome === 'FAILED')
      .map(({ delivery }) => delivery.messageId),
  );
  const message = messages.find((one) => failed.has(text(one, 'MessageId'))) ?? messages[0];
  return {
    figure: message === undefined ? undefined : envelope(message, data.others.get(14) ?? ''),
    panels: [
      jsonPanel(data, {
        lights: [
          {
            find: /"MessageId": /,
            tone: 'tie',
            rules: ['holds-a-message', 'same-message-id'],
            note: 'the id in the log',
          },
          { find: /"Body": /, tone: 'bad', rules: ['same-body'], note: 'unchanged, not lost' },
          {
            find: /"DeadLetterQueueSourceArn": /,
            tone: 'key',
            rules: ['came-from-the-source-queue'],
            note: 'moved by SQS from here',
          },
        ],
      }),
    ],
  };
}

function envelope(message: unknown, logOutput: string): Figure {
  const [id, body] = [text(message, 'MessageId'), text(message, 'Body')];
  const source = lastOf(text(message, 'Attributes', 'DeadLetterQueueSourceArn'));
  const count = Number(text(message, 'Attributes', 'ApproximateReceiveCount'));
  const byLambda = loggedIn(logOutput).filter(({ delivery }) => delivery.messageId === id).length;
  const explained =
    byLambda > 0 && byLambda <= count
      ? `received ${count} times: ${byLambda} by Lambda, then ${count - byLambda} by our own looks`
      : `received ${count} times so far`;
  return {
    height: 224,
    words: [`${body}, moved from ${source}; ${explained}`],
    draw: (canvas, { x, y, width }) => {
      const box = { x: x + 90, y, width: width - 180, height: 140, radius: 10 };
      canvas.rectangle(box, { fill: grounds.badTint, stroke: inks.red, strokeWidth: 3 });
      const [right, middle] = [box.x + box.width, box.x + box.width / 2];
      const flap = `M${box.x + 4} ${y + 4}L${middle} ${y + 48}L${right - 4} ${y + 4}`;
      canvas.path(flap, { stroke: inks.red, strokeWidth: 3 });
      centred(canvas, { ...box, y: y + 50, height: 84 }, [
        { text: body, size: 34, colour: inks.red, bold: true },
        { text: `from ${source}`, size: 17 },
      ]);
      drawCount(canvas, { x, y: y + 172, width }, { count, byLambda, explained });
    },
  };
}

function drawCount(
  canvas: Parameters<Figure['draw']>[0],
  { x, y, width }: { x: number; y: number; width: number },
  { count, byLambda, explained }: { count: number; byLambda: number; explained: string },
): void {
  const shown = Number.isFinite(count) ? Math.min(count, 12) : 0;
  const left = x + width / 2 - (shown * 46) / 2 + 23;
  for (let at = 0; at < shown; at += 1) {
    const colour = at < byLambda ? inks.red : inks.blue;
    disc(canvas, { x: left + at * 46, y, radius: 16 }, { text: at < byLambda ? 'λ' : '○', colour });
  }
  const words = [{ text: explained, size: 16, colour: inks.text, bold: true }];
  centred(canvas, { x, y: y + 22, width, height: 28 }, words);
}
