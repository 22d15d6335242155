import { settings } from '../lab/settings.ts';
import { inks } from './colours.ts';

export const architectureTitle =
  'Lab 01: an SQS → Lambda worker with retries and a dead-letter queue';

export interface Node {
  readonly service: string;
  readonly name: string;
  readonly lines: readonly string[];
  /** Place in the grid of the picture. */
  readonly column: 0 | 1 | 2 | 3;
  readonly row: 0 | 1;
}

/** Names without a prefix, as on the diagram page. A test holds names and numbers equal to the lab's. */
export const nodes = {
  sender: {
    service: 'Producer',
    name: 'Sender',
    lines: ['AWS CLI or Node script', '2 good, 1 poison'],
    column: 0,
    row: 0,
  },
  queue: {
    service: 'Amazon SQS',
    name: 'Source queue',
    lines: [
      'lab01-worker-queue',
      `visibility timeout ${settings.visibilityTimeoutSeconds} s`,
      `maxReceiveCount ${settings.maxReceiveCount}`,
    ],
    column: 1,
    row: 0,
  },
  mapping: {
    service: 'AWS Lambda',
    name: 'Event source mapping',
    lines: [
      `batch size ${settings.batchSize}`,
      `batching window ${settings.batchingWindowSeconds} s`,
      'ReportBatchItemFailures',
    ],
    column: 2,
    row: 0,
  },
  worker: {
    service: 'AWS Lambda',
    name: 'Function',
    lines: [
      'lab01-sqs-worker',
      `${settings.runtime}, ${settings.memoryMb} MB`,
      `timeout ${settings.functionTimeoutSeconds} s`,
    ],
    column: 3,
    row: 0,
  },
  deadLetterQueue: {
    service: 'Amazon SQS',
    name: 'Dead-letter queue',
    lines: ['lab01-worker-dlq', `retention ${settings.deadLetterRetention}`],
    column: 1,
    row: 1,
  },
  role: {
    service: 'AWS IAM',
    name: 'Execution role',
    lines: ['lab01-sqs-worker-role', '3 SQS actions, 1 queue', 'logs: managed policy'],
    column: 2,
    row: 1,
  },
  logs: {
    service: 'Amazon CloudWatch',
    name: 'Logs',
    lines: ['/aws/lambda/', 'lab01-sqs-worker'],
    column: 3,
    row: 1,
  },
} as const satisfies Record<string, Node>;

/** What happens, in order; the numbers stand on the arrows of the picture. */
export const flow = [
  {
    colour: inks.blue,
    text: 'The sender puts three messages into the source queue with one SendMessageBatch.',
  },
  {
    colour: inks.blue,
    text: `The mapping receives up to ${settings.batchSize} of them with the permissions of the role. SQS hides them for ${settings.visibilityTimeoutSeconds} s.`,
  },
  { colour: inks.blue, text: 'The mapping invokes the function with one batch: event.Records.' },
  {
    colour: inks.amber,
    text: 'Partial batch response: the function returns the ids that failed, in batchItemFailures.',
  },
  {
    colour: inks.green,
    text: 'Who deletes? The mapping: every message that is not named. The function deletes nothing.',
  },
  {
    colour: inks.amber,
    text: `Who retries? SQS: a named message is visible again after ${settings.visibilityTimeoutSeconds} s and is received again.`,
  },
  {
    colour: inks.violet,
    text: `After ${settings.maxReceiveCount} receives SQS moves it, at the next receive, by the redrive policy: same id, same body.`,
  },
  { colour: inks.blue, text: 'The function writes one log line for each record.' },
] as const;

export const permissions =
  'Dashed: with whose permissions. Lambda assumes the role (trust policy); the mapping polls and deletes with it, the function logs with it.';
