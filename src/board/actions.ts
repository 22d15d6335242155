import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { wayTo } from '../lab/next.ts';
import { quote } from '../lab/quote.ts';
import { mappingUuid, queueUrl } from './facts.ts';

/** A value that a control asks for. */
export type Field =
  | {
      readonly name: string;
      readonly label: string;
      readonly kind: 'number';
      readonly value: number;
      readonly unit?: string;
    }
  | {
      readonly name: string;
      readonly label: string;
      readonly kind: 'choice';
      readonly choices: readonly (readonly [value: string, label: string])[];
    };

/** What the board can change, as the page shows it. */
export interface ActionForm {
  readonly name: string;
  readonly title: string;
  readonly group: 'clock' | 'function' | 'mapping' | 'messages' | 'queue' | 'whole lab';
  readonly fields: readonly Field[];
  /** What it does, and what to know before. */
  readonly about: string;
}

type Values = Readonly<Record<string, unknown>>;

interface Action extends ActionForm {
  readonly sandboxOnly?: true;
  /** The command as a person would type it, ready to paste. */
  readonly command: (lab: Lab, values: Values) => Promise<string> | string;
}

/** AWS itself says what is too much: here only what is no number, and what nobody can have meant. */
function numberOf(values: Values, name: string, most = 1_000_000): number {
  const value = values[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most)
    return value;
  throw new LabError(`"${name}" must be a whole number from 0 to ${most}`, { exitCode: 2 });
}

function choiceOf<T extends string>(values: Values, name: string, choices: readonly T[]): T {
  const chosen = choices.find((choice) => choice === values[name]);
  if (chosen !== undefined) return chosen;
  throw new LabError(`"${name}" must be one of: ${choices.join(', ')}`, { exitCode: 2 });
}

const mostAtOnce = 1000;

/** How a handler treats its batch: the lab's own worker, and four mistakes, with the handlers of the experiments. */
export const behaviours = {
  returns: ["the lab's worker: returns the failed ones", 'src/handlers/worker.ts'],
  throws: ['throws when one failed', 'src/handlers/experiments/throws.ts'],
  swallows: ['catches the error, returns nothing', 'src/handlers/experiments/swallows.ts'],
  'times-out': ['hangs on a poison message', 'src/handlers/experiments/hangs.ts'],
  forEach: ['answers before the work has ended', 'src/handlers/experiments/for-each.ts'],
} as const;

type Behaviour = keyof typeof behaviours;

const queues = { source: 'queueName', 'dead-letter': 'deadLetterQueueName' } as const;

const actions: readonly Action[] = [
  {
    name: 'send',
    title: 'Send messages',
    group: 'messages',
    about: 'In batches of ten, as SendMessageBatch takes them. A poison message fails each time.',
    fields: [
      { name: 'good', label: 'Good', kind: 'number', value: 2 },
      { name: 'poison', label: 'Poison', kind: 'number', value: 1 },
    ],
    command: async (lab, values) =>
      sendCommands(
        await queueUrl(lab, 'queueName'),
        numberOf(values, 'good', mostAtOnce),
        numberOf(values, 'poison', mostAtOnce),
      ),
  },
  {
    name: 'visibility-timeout',
    title: 'Visibility timeout',
    group: 'queue',
    about: 'How long a received message stays hidden. It holds for receives from now on.',
    fields: [{ name: 'seconds', label: 'Seconds', kind: 'number', value: 30, unit: 's' }],
    command: async (lab, values) =>
      `aws sqs set-queue-attributes \\\n  --queue-url ${quote(await queueUrl(lab, 'queueName'))} \\\n  --attributes VisibilityTimeout=${numberOf(values, 'seconds')}`,
  },
  {
    name: 'max-receive-count',
    title: 'maxReceiveCount',
    group: 'queue',
    about: 'How often a message is received before SQS moves it to the dead-letter queue.',
    fields: [{ name: 'count', label: 'Receives', kind: 'number', value: 3 }],
    command: async (lab, values) => {
      const { region, accountId } = await lab.place();
      const RedrivePolicy = JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:${region}:${accountId}:${lab.deadLetterQueueName}`,
        maxReceiveCount: String(numberOf(values, 'count')),
      });
      return `aws sqs set-queue-attributes \\\n  --queue-url ${quote(await queueUrl(lab, 'queueName'))} \\\n  --attributes ${quote(JSON.stringify({ RedrivePolicy }))}`;
    },
  },
  {
    name: 'batch',
    title: 'Batch size and window',
    group: 'mapping',
    about: 'A batch of more than 10 needs a window of at least 1 s.',
    fields: [
      { name: 'size', label: 'Batch size', kind: 'number', value: 10 },
      { name: 'window', label: 'Window', kind: 'number', value: 0, unit: 's' },
    ],
    command: (lab, values) =>
      updateMapping(
        lab,
        `--batch-size ${numberOf(values, 'size')} \\\n  --maximum-batching-window-in-seconds ${numberOf(values, 'window')}`,
      ),
  },
  {
    name: 'concurrency',
    title: 'Maximum concurrency',
    group: 'mapping',
    about:
      'How many batches the mapping may have in work at once: 2 to 1,000, or 0 for no limit of its own.',
    fields: [{ name: 'most', label: 'Batches at once', kind: 'number', value: 2 }],
    command: (lab, values) => {
      const most = numberOf(values, 'most');
      return updateMapping(
        lab,
        `--scaling-config ${most === 0 ? "'{}'" : `MaximumConcurrency=${most}`}`,
      );
    },
  },
  {
    name: 'partial-batch',
    title: 'Partial batch response',
    group: 'mapping',
    about:
      'Off: Lambda does not read which messages failed. Then a batch is deleted when the function returns, and comes back when it throws.',
    fields: [
      {
        name: 'report',
        label: 'ReportBatchItemFailures',
        kind: 'choice',
        choices: [
          ['off', 'off'],
          ['on', 'on'],
        ],
      },
    ],
    command: (lab, values) => {
      const isOn = choiceOf(values, 'report', ['on', 'off']) === 'on';
      return updateMapping(
        lab,
        `--function-response-types${isOn ? ' ReportBatchItemFailures' : ''}`,
      );
    },
  },
  {
    name: 'behaviour',
    title: "The handler's behaviour",
    group: 'function',
    about: 'Uploads another handler. "Reset" gives the lab its worker again.',
    fields: [
      {
        name: 'behaviour',
        label: 'Handler',
        kind: 'choice',
        choices: Object.entries(behaviours).map(([name, [label]]) => [name, label] as const),
      },
    ],
    command: (lab, values) => {
      const name = choiceOf(values, 'behaviour', Object.keys(behaviours) as Behaviour[]);
      const zip = `.lab/board/${name}.zip`;
      return [
        `node src/scripts/bundle-worker.ts ${zip} ${behaviours[name][1]}`,
        `aws lambda update-function-code \\\n  --function-name ${quote(lab.functionName)} \\\n  --zip-file fileb://${zip}`,
        `aws lambda wait function-updated-v2 --function-name ${quote(lab.functionName)}`,
      ].join(' &&\n');
    },
  },
  {
    name: 'redrive',
    title: 'Redrive',
    group: 'messages',
    about:
      'Moves what is in the dead-letter queue back to the source queue. SQS gives each message a new id, and counts its receives from 0.',
    fields: [],
    command: async (lab) => {
      const { region, accountId } = await lab.place();
      return `aws sqs start-message-move-task \\\n  --source-arn ${quote(`arn:aws:sqs:${region}:${accountId}:${lab.deadLetterQueueName}`)}`;
    },
  },
  {
    name: 'purge',
    title: 'Purge',
    group: 'messages',
    about: 'Deletes all messages of a queue, at most once in 60 s.',
    fields: [
      {
        name: 'queue',
        label: 'Queue',
        kind: 'choice',
        choices: [
          ['source', 'source queue'],
          ['dead-letter', 'dead-letter queue'],
        ],
      },
    ],
    command: async (lab, values) => {
      const which = queues[choiceOf(values, 'queue', ['source', 'dead-letter'])];
      return `aws sqs purge-queue \\\n  --queue-url ${quote(await queueUrl(lab, which))}`;
    },
  },
  ...(
    [
      ['pause', 'Pause', 'What is hidden stays hidden. What is visible is received all the same.'],
      ['step', 'One step', 'To the moment at which something that is waited for happens.'],
      ['tenfold', '10x', 'Ten times as fast as the clock on the wall.'],
      ['real-time', 'Real time', 'As fast as the clock on the wall, as on AWS.'],
      ['skip', 'Skip waits', 'Skips whatever is only waited for: as the lab begins.'],
    ] as const
  ).map(([word, title, about]): Action => ({
    name: `clock-${word}`,
    title,
    group: 'clock',
    about,
    fields: [],
    sandboxOnly: true,
    command: () => `npx lab sandbox clock ${word}`,
  })),
  {
    name: 'reset',
    title: 'Reset',
    group: 'whole lab',
    about:
      'Gives the good lab back, until every check passes: ends a drill, deletes what experiments have left, fixes each setting, and repeats the run where its messages are not as they should be.',
    fields: [],
    command: (lab) => {
      const { variables, options } = wayTo(lab);
      return [...variables, 'npx lab reset', ...options].join(' ');
    },
  },
];

function sendCommands(url: string, good: number, poison: number): string {
  const bodies = [
    ...Array.from({ length: good }, (_, i) => `hello-${i + 1}`),
    ...Array.from({ length: poison }, (_, i) =>
      i === 0 ? 'FAIL-please-retry-me' : `FAIL-please-retry-me-${i + 1}`,
    ),
  ];
  if (bodies.length === 0)
    throw new LabError('There is nothing to send: give a number of messages', { exitCode: 2 });
  const commands: string[] = [];
  for (let first = 0; first < bodies.length; first += 10) {
    const entries = bodies
      .slice(first, first + 10)
      .map((MessageBody, i) => ({ Id: String(i + 1), MessageBody }));
    commands.push(
      `aws sqs send-message-batch \\\n  --queue-url ${quote(url)} \\\n  --entries ${quote(JSON.stringify(entries))}`,
    );
  }
  return commands.join(' &&\n');
}

async function updateMapping(lab: Lab, options: string): Promise<string> {
  return `aws lambda update-event-source-mapping \\\n  --uuid ${await mappingUuid(lab)} \\\n  ${options}`;
}

/** What the page shows as controls. */
export function actionForms(target: 'aws' | 'emulator' | 'sandbox'): ActionForm[] {
  return actions
    .filter(({ sandboxOnly }) => sandboxOnly !== true || target === 'sandbox')
    .map(({ name, title, group, fields, about }) => ({ name, title, group, fields, about }));
}

/**
 * The command of a control with these values. The list of commands is closed: nothing else can be asked for.
 * @throws LabError (exit code 2) for what is on no form
 */
export async function commandOf(lab: Lab, name: unknown, values: unknown): Promise<string> {
  const action = actions.find((one) => one.name === name);
  if (action === undefined) throw new LabError('The board has no such control', { exitCode: 2 });
  if (action.sandboxOnly === true && lab.target() !== 'sandbox')
    throw new LabError('Only the clock of the sandbox can be moved', { exitCode: 2 });
  const given = typeof values === 'object' && values !== null ? (values as Values) : {};
  return action.command(lab, given);
}
