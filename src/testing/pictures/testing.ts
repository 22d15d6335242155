import type { Box } from '../../pictures/canvas.ts';
import { margin } from '../../pictures/parts.ts';
import type { Layout } from '../../pictures/picture.ts';
import type {
  DrawnProof,
  Stamp,
  Timeline,
  TimelineMessage,
  TimelineReceive,
} from '../../pictures/picture-facts.ts';

/** What is wrong with a layout: text outside the card, text on text, text over the edge of a panel. */
export function layoutFaults({ canvas, height }: Layout): string[] {
  const { boxes, rectangles, width } = canvas;
  const outside = boxes
    .filter(
      (box) => !within(box, { x: margin, y: 8, width: width - 2 * margin, height: height - 12 }),
    )
    .map(({ text }) => `outside: ${text}`);
  const onText = boxes.flatMap((box, at) =>
    boxes
      .slice(at + 1)
      .filter((other) => touches(box, other))
      .map((other) => `overlap: ${box.text} / ${other.text}`),
  );
  const onEdge = boxes.flatMap((box) =>
    rectangles
      .filter((panel) => touches(box, panel) && !within(box, panel))
      .map(({ x, y }) => `on the edge of the panel at ${x}, ${y}: ${box.text}`),
  );
  return [...outside, ...onText, ...onEdge];
}

type Area = Omit<Box, 'text'>;

const tolerance = 0.01;

function within(inner: Area, outer: Area): boolean {
  return (
    inner.x >= outer.x - tolerance &&
    inner.y >= outer.y - tolerance &&
    inner.x + inner.width <= outer.x + outer.width + tolerance &&
    inner.y + inner.height <= outer.y + outer.height + tolerance
  );
}

function touches(a: Area, b: Area): boolean {
  return (
    a.x < b.x + b.width - tolerance &&
    b.x < a.x + a.width - tolerance &&
    a.y < b.y + b.height - tolerance &&
    b.y < a.y + a.height - tolerance
  );
}

/** All that a layout has written, in one text without spaces and continuation signs. */
export function writtenText({ canvas }: Layout): string {
  return canvas.boxes.map(({ text }) => text.replaceAll(/[ ↪]/g, '')).join('');
}

const stamp: Stamp = {
  target: 'SANDBOX',
  region: 'us-east-1',
  time: '2026-11-23T12:51:35.488Z',
  kit: '1.0.0',
  awsCli: '2.36.12',
  digest: '9f3c8d0b7f7e7c0c0b5b7c9a2f1d6e4a9f3c8d0b7f7e7c0c0b5b7c9a2f1d6e4a',
};

export const sampleProof: DrawnProof = {
  number: 2,
  name: 'redrive-policy',
  claim: 'After 3 failed receives, SQS moves a message to the dead-letter queue',
  command:
    'aws sqs get-queue-attributes \\\n  --queue-url "$QUEUE_URL" \\\n  --attribute-names All',
  values: [
    {
      label: 'Queue ARN',
      value: 'arn:aws:sqs:us-east-1:111122223333:lab01-worker-queue',
      tie: true,
      sameIn: [4, 12],
    },
    { label: 'maxReceiveCount', value: '3' },
    { label: 'Actions', value: 'sqs:ReceiveMessage\nsqs:DeleteMessage' },
  ],
  rules: [
    { id: 'redrive-policy', text: 'It has a redrive policy', outcome: 'pass' },
    { id: 'dead-letter-target', text: 'What fails goes to lab01-worker-dlq', outcome: 'pass' },
  ],
  output: `${JSON.stringify(
    {
      Attributes: {
        QueueArn: 'arn:aws:sqs:us-east-1:111122223333:lab01-worker-queue',
        VisibilityTimeout: '30',
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: 'arn:aws:sqs:us-east-1:111122223333:lab01-worker-dlq',
          maxReceiveCount: 3,
        }),
      },
    },
    null,
    4,
  )}\n`,
  others: new Map(),
  stamp,
};

/** Everything that makes a layout burst: long words, many lines, signs that cannot be drawn. */
export const nastyProof: DrawnProof = {
  number: 123_456,
  name: `${'very-'.repeat(30)}long`,
  claim: `A claim with a${'very'.repeat(40)}long word, 😀, שלום, \u0007 and <b>&"'`,
  command: [
    "# don't worry",
    'QUEUE_URL=$(aws sqs get-queue-url --queue-name x)',
    `aws sqs send-message --queue-url "$QUEUE_URL" --message-body '{`,
    `  "a": "${'z'.repeat(400)}"`,
    "}' \\",
    ...Array.from({ length: 30 }, (_, at) => `  --option-${at} value-${at} \\`),
    '  --last \u001B[31mred\tevil \u202E\uD800 end',
  ].join('\n'),
  values: [
    {
      label: 'A label that goes on and on, further than any label should',
      value: 'v'.repeat(200),
      tie: true,
      sameIn: [1, 2, 3],
    },
    { label: 'Body', value: 'line 1\nline 2 שלום עולם 👩‍💻 中文 e\u0301\u200B' },
    { label: 'Empty', value: '' },
    { label: '', value: 'no label' },
    { label: '<script>', value: ']]> &amp; "x" <y>' },
    { label: 'Spaces', value: `${' '.repeat(300)}end` },
  ],
  rules: [
    { id: 'long', text: `rule ${'r'.repeat(300)}`, outcome: 'not judged' },
    { id: 'empty', text: '', outcome: 'fail' },
    { id: 'words', text: 'many short words '.repeat(30), outcome: 'fail' },
    { id: 'passed', text: 'one that holds', outcome: 'pass' },
  ],
  output: [
    `${'o'.repeat(300)} שלום 👩‍💻`,
    '\u001B[31mred',
    '',
    `"QueueArn": "${'q'.repeat(200)}"`,
    ...Array.from({ length: 60 }, (_, at) => `line ${at}`),
  ].join('\n'),
  others: new Map([
    [14, 'no JSON'],
    [12, '{"EventSourceMappings":[null]}'],
  ]),
  stamp: { ...stamp, region: 'eu-'.repeat(40), kit: '9'.repeat(150), time: 'no time at all' },
};

const start = Date.parse('2026-11-23T12:49:51.618Z');

export function receive(
  seconds: number,
  receiveCount: number,
  outcome: TimelineReceive['outcome'],
): TimelineReceive {
  return {
    at: start + seconds * 1000,
    receiveCount,
    outcome,
    batchSize: receiveCount === 1 ? 3 : 1,
  };
}

export function goodMessage(messageId: string, ...receives: TimelineReceive[]): TimelineMessage {
  return {
    messageId,
    name: `hello-${messageId.slice(0, 1)}`,
    sentAt: start,
    receives: receives.length === 0 ? [receive(0.125, 1, 'OK')] : receives,
    end: 'deleted',
    predictedMoveAt: undefined,
    seenInDeadLetterQueueAt: undefined,
  };
}

export const poison: TimelineMessage = {
  messageId: 'f6cfb4b9-08d2-412f-b1d5-29ef834308d2',
  name: 'FAIL-please-retry-me',
  sentAt: start,
  receives: [receive(0.126, 1, 'FAILED'), receive(30.511, 2, 'FAILED'), receive(60.6, 3, 'FAILED')],
  end: 'dead-letter queue',
  predictedMoveAt: start + 90_600,
  seenInDeadLetterQueueAt: start + 93_240,
};

export const sampleTimeline: Timeline = {
  queueName: 'lab01-worker-queue',
  deadLetterQueueName: 'lab01-worker-dlq',
  visibilityTimeoutSeconds: 30,
  maxReceiveCount: 3,
  messages: [
    goodMessage('92470ce9-9a70-460f-8ccb-2dea1dfd4dd8'),
    goodMessage('d32ce5ea-b27f-4e1a-af30-a422420b9122'),
    poison,
  ],
  notSeenYet: 0,
  stamp,
};
