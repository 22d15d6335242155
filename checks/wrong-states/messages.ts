import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../src/judging/index.ts';
import type { LabNames } from '../../src/judging/index.ts';
import type { WrongState } from '../../src/testing/lab/wrong-states.ts';

const set = (attributes: Readonly<Record<string, string>>) =>
  `aws sqs set-queue-attributes --queue-url "$QUEUE_URL" --attributes '${JSON.stringify(attributes)}'`;
const redrive = (lab: LabNames, maxReceiveCount: number) =>
  set({
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:us-east-1:111122223333:${lab.deadLetterQueueName}`,
      maxReceiveCount,
    }),
  });
const send = (queue: 'DLQ_URL' | 'QUEUE_URL', body: string) =>
  `aws sqs send-message --queue-url "$${queue}" --message-body ${body}`;
const update = (option: string) =>
  `aws lambda update-event-source-mapping --uuid "$MAPPING_UUID" ${option}`;
/** Right in its answers, but the log does not say how big the batch was. */
const quietWorker = readFileSync(join(root, 'src/handlers/worker.ts'), 'utf8').replace(
  /\n *batchSize: [^\n]*/,
  '',
);
/** Right in its answers, with another log: what it logs of one record, after `outcome` is known. */
const workerLogging = (
  statement: string,
) => `export const handler = async ({ Records }, { awsRequestId }) => {
  const batchItemFailures = [];
  for (const record of Records) {
    const { body, messageId, attributes } = record;
    const outcome = body.includes('FAIL') ? 'FAILED' : 'OK';
    if (outcome === 'FAILED') batchItemFailures.push({ itemIdentifier: messageId });
    const line = { messageId, receiveCount: attributes.ApproximateReceiveCount, outcome, requestId: awsRequestId, batchSize: Records.length };
    ${statement}
  }
  return { batchItemFailures };
};`;
/** Brings the worker of the kit back, after the messages were handled by another one. */
const corrected = `git checkout -q -- src/handlers/worker.ts
node src/scripts/bundle-worker.ts lab01-worker.zip
aws lambda update-function-code --function-name`;

export const messages = (): readonly WrongState[] => [
  {
    id: 'never-sent',
    what: 'Sent nothing',
    sends: [],
    fails: '08/sent',
    says: /npx lab step 8\b/,
  },
  {
    id: 'sent-elsewhere',
    what: 'Sent the messages to the dead-letter queue',
    sends: [],
    make: ['hello-1', 'hello-2', 'FAIL-please-retry-me']
      .map((body) => send('DLQ_URL', body))
      .join('\n'),
    fails: '08/sent',
    says: /npx lab step 8\b/,
  },
  {
    id: 'purged',
    what: 'Purged the source queue before the worker saw the messages',
    before: update('--no-enabled'),
    drains: false,
    make: `aws sqs purge-queue --queue-url "$QUEUE_URL"
${update('--enabled')}`,
    fails: '08/sent',
    says: /npx lab step 8\b/,
  },
  {
    id: 'sent-one',
    what: 'Sent only the poison, and no good message',
    sends: ['FAIL-please-retry-me'],
    fails: '08/sent',
    says: /npx lab step 8\b/,
  },
  {
    id: 'sent-no-poison',
    what: 'Sent three good messages and no poison',
    sends: ['hello-1', 'hello-2', 'hello-3'],
    fails: '09/poison-retried',
    says: /npx lab step 8\b/,
  },
  {
    id: 'sent-poison-only',
    what: 'Sent three poisons and no good message',
    sends: ['FAIL-1', 'FAIL-2', 'FAIL-3'],
    fails: '09/good-handled',
    says: /npx lab step 8\b/,
  },
];

/** A worker may do the right thing and not say so. */
export const quiet = (): readonly WrongState[] => [
  {
    id: 'worker-logs-nothing',
    what: 'Ran with a worker that answers correctly and logs nothing',
    worker: workerLogging('void line;'),
    fails: '08/sent',
    says: /no line that the check can read\. .*[Ee]very message needs .* receiveCount .*git stash push .*npx lab step 8\b/s,
  },
  {
    id: 'worker-logs-prose',
    what: 'Ran with a worker that logs sentences, with no receive count in them',
    worker: workerLogging("console.log('messageId ' + line.messageId + ' is ' + outcome);"),
    fails: '08/sent',
    says: /no line that the check can read\. .*[Ee]very message needs .* receiveCount .*git stash push .*npx lab step 8\b/s,
  },
  {
    id: 'worker-logs-failures-only',
    what: 'Ran with a worker that logs the failing messages only',
    worker: workerLogging("if (outcome === 'FAILED') console.log(JSON.stringify(line));"),
    fails: '08/sent',
    says: /more messages in a batch than it logged lines: .*git stash push .*npx lab step 8\b/s,
  },
];

/** What went wrong while the messages were handled is in the log, though the lab has been put right since. */
export const retries = (lab: LabNames): readonly WrongState[] => [
  {
    id: 'batch-came-back',
    what: 'Ran with a worker that throws, fixed it, and did not send again',
    worker: `export const handler = async ({ Records }, { awsRequestId }) => {
  for (const { body, messageId, attributes } of Records)
    console.log(JSON.stringify({ messageId, receiveCount: Number(attributes.ApproximateReceiveCount), outcome: body.includes('FAIL') ? 'FAILED' : 'OK', requestId: awsRequestId, firstReceivedAt: Number(attributes.ApproximateFirstReceiveTimestamp), batchSize: Records.length }));
  if (Records.some(({ body }) => body.includes('FAIL'))) throw new Error('poison');
};`,
    make: `${corrected} ${lab.functionName} --zip-file fileb://lab01-worker.zip`,
    fails: '09/good-once',
    says: /npx lab step 8\b/,
  },
  {
    id: 'ran-without-partial-batch-response',
    what: 'Ran without ReportBatchItemFailures, switched it on, and did not send again',
    before: update('--function-response-types'),
    make: update('--function-response-types ReportBatchItemFailures'),
    fails: '09/poison-retried',
    says: /npx lab step 8\b/,
  },
  {
    id: 'ran-with-five-receives',
    what: 'Ran with maxReceiveCount 5, set it to 3, and did not send again',
    before: redrive(lab, 5),
    make: redrive(lab, 3),
    fails: '09/poison-retried',
    says: /npx lab step 8\b/,
  },
  {
    id: 'ran-with-a-minute-of-retention',
    what: 'Ran with a retention of a minute on the source queue, set it to 4 days, and did not send again',
    before: set({ MessageRetentionPeriod: '60' }),
    make: set({ MessageRetentionPeriod: '345600' }),
    fails: '09/poison-retried',
    says: /gone from the queue: .*older than its retention period.*npx lab step 8\b/s,
  },
  {
    id: 'good-received-twice',
    what: 'Received a good message by hand before the worker got it',
    // Any receive by hand may take the poison too.
    onPaper: [{ operation: 'FilterLogEvents', change: withSecondReceive }],
    fails: '09/good-once',
    says: /received more often than the log shows: .*with receive-message.*handled once\..*npx lab step 8\b/s,
  },
  {
    id: 'ran-with-long-visibility',
    what: 'Ran with a visibility timeout of 120 s, set it to 30 s, and did not send again',
    before: set({ VisibilityTimeout: '120' }),
    make: set({ VisibilityTimeout: '30' }),
    fails: '09/one-visibility-timeout-apart',
    says: /npx lab step 8\b/,
  },
  {
    id: 'ran-with-a-quiet-worker',
    what: 'Ran with a worker that does not log the size of its batch, and then fixed it',
    worker: quietWorker,
    make: `${corrected} ${lab.functionName} --zip-file fileb://lab01-worker.zip`,
    fails: '09/shared-batch',
    says: /npx lab step 8\b/,
  },
];

export const poison = (): readonly WrongState[] => [
  {
    id: 'dlq-purged',
    what: 'Purged the dead-letter queue',
    make: 'aws sqs purge-queue --queue-url "$DLQ_URL"',
    fails: '10/holds-a-message',
    says: /npx lab step 8\b/,
  },
  {
    id: 'dlq-other-message',
    what: 'Purged the dead-letter queue and sent another poison straight to it',
    make: `aws sqs purge-queue --queue-url "$DLQ_URL"
${send('DLQ_URL', 'FAIL-by-hand')}`,
    fails: '10/same-message-id',
    says: /npx lab step 8\b/,
  },
  {
    id: 'body-changed',
    what: 'Shows a message with the id of the poison and another body',
    onPaper: [{ operation: 'ReceiveMessage', change: withMessage({ Body: 'hello' }) }],
    fails: '10/same-body',
    says: /body/,
  },
  {
    id: 'came-from-elsewhere',
    what: 'Shows a message with the id of the poison that came from another queue',
    onPaper: [
      {
        operation: 'ReceiveMessage',
        change: withMessage({
          Attributes: { DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:111122223333:other' },
        }),
      },
    ],
    fails: '10/came-from-the-source-queue',
    says: /npx lab step 8\b/,
  },
];

function withMessage(members: object) {
  return ({ Messages = [], ...rest }: { Messages?: object[] }) => ({
    ...rest,
    Messages: Messages.map((message) => ({ ...message, ...members })),
  });
}

/** The first good message of the log, received once more than it is shown. */
function withSecondReceive({ events = [], ...rest }: { events?: { message?: string }[] }) {
  const first = events.findIndex(({ message }) => message?.includes('"outcome":"OK"') === true);
  return {
    ...rest,
    events: events.map((event, i) =>
      i === first
        ? { ...event, message: event.message?.replace('"receiveCount":1', '"receiveCount":2') }
        : event,
    ),
  };
}
