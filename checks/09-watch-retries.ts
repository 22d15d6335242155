/** Check 09: good messages once, the poison three times, one visibility timeout apart. */
import {
  codeIngredient,
  observeFunction,
  observeMapping,
  withUnit,
  defineCheck,
  deliveryOf,
  lab,
  latestRun,
  mappingIngredient,
  messageCount,
  observeDeliveries,
  observeQueue,
  pick,
  pickList,
  questions,
  runAlone,
  sourceQueueIngredient,
} from '../src/lab/index.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html';

export const check = defineCheck(() => ({
  step: '09',
  title: 'Success, failure and retries in the logs',
  needs: ['08'],
  observe: async () => {
    const [log, queue, { output: configuration }, mapping] = await Promise.all([
      observeDeliveries(),
      observeQueue(lab.queueName),
      observeFunction(),
      observeMapping(),
    ]);
    return {
      configuration,
      mapping,
      source: queue,
      logGroup: log !== undefined,
      waiting: queue === undefined ? 0 : messageCount(queue),
      ...latestRun(log?.deliveries ?? []),
    };
  },
  expectations: [
    {
      id: 'log-group',
      claim: `The worker writes its log to ${lab.logGroupName}`,
      expected: 'a log group',
      actual: ({ logGroup }) => (logGroup ? 'a log group' : 'no log group'),
      hint: 'The group is made by the first invocation, with the rights of the role: npm run check 4, then npm run step 8.',
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html',
    },
    {
      id: 'good-handled',
      claim: 'The good messages were handled (OK)',
      needs: ['log-group'],
      expected: '2 or more good messages',
      actual: ({ good }) => new Set(good.map(({ messageId }) => messageId)).size,
      judge: (count) => Number(count) >= 2,
      hint: 'npm run step 8 sends two good messages and one poison; npm run step 9 waits for them.',
      source,
    },
    {
      id: 'good-once',
      claim: 'No good message was handled again because of the poison',
      needs: ['good-handled'],
      // When a batch comes back, all of it does, as often as the poison. A single message that comes twice is SQS.
      notJudged: ({ good }) => {
        const counts = [...Map.groupBy(good, ({ messageId }) => messageId).values()].map(
          ({ length }) => length,
        );
        return Math.min(...counts) === 1 && Math.max(...counts) === 2
          ? {
              cause: 'AWS chose',
              reason:
                'SQS delivered a good message a second time, which a standard queue may do (at-least-once delivery): send again with npm run step 8, then npm run step 9',
            }
          : undefined;
      },
      repeatFrom: '08',
      expected: 'receive count 1 each',
      actual: ({ good }) =>
        good.every(({ receiveCount }) => receiveCount === 1)
          ? 'receive count 1 each'
          : good.map(({ receiveCount }) => receiveCount),
      hint: 'The whole batch came back: is ReportBatchItemFailures on (npm run check 7), and does the worker catch errors per record (npm run check 5)?',
      source,
    },
    {
      id: 'poison-retried',
      claim: `The poison was received ${lab.maxReceiveCount} times: receive counts 1, 2, 3`,
      needs: ['log-group'],
      notJudged: ({ poison, waiting }) =>
        poison.length < lab.maxReceiveCount && waiting > 0
          ? {
              cause: 'AWS not ready yet',
              reason: `receive ${poison.length} of ${lab.maxReceiveCount}, the next one after the visibility timeout`,
              clock: { name: 'visibility timeout', atMostSeconds: lab.visibilityTimeoutSeconds },
            }
          : undefined,
      expected: Array.from({ length: lab.maxReceiveCount }, (_, i) => i + 1),
      actual: ({ poison }) => poison.map(({ receiveCount }) => receiveCount),
      hint: 'Fewer: was it received by somebody else (the count goes up all the same)? More: is maxReceiveCount 3 (npm run check 2)?',
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
    },
    {
      id: 'one-visibility-timeout-apart',
      claim: `Each retry came one visibility timeout (${lab.visibilityTimeoutSeconds} s) after the one before`,
      needs: ['poison-retried'],
      expected: `${lab.visibilityTimeoutSeconds} s or a little more, each time`,
      actual: ({ poison }) =>
        poison.slice(1).map(({ timestamp }, i) => (timestamp - (poison[i]?.timestamp ?? 0)) / 1000),
      // Log times are those of the handler, not of the receive, and the first one had a cold start before it.
      judge: (gaps) =>
        (gaps as number[]).every(
          (gap) =>
            gap > lab.visibilityTimeoutSeconds - 0.9 && gap < 2 * lab.visibilityTimeoutSeconds,
        ),
      hint: 'npm run check 2 looks at the visibility timeout.',
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html',
    },
    {
      id: 'shared-batch',
      claim:
        'The poison shared its first batch with a good message, so the partial batch response is shown',
      needs: ['good-handled', 'poison-retried'],
      notJudged: ({ poison }) =>
        poison[0]?.batchSize === 1
          ? {
              cause: 'AWS chose',
              reason:
                'AWS delivered the messages in separate batches, which it may do: send again with npm run step 8, then npm run step 9',
            }
          : undefined,
      repeatFrom: '08',
      expected: '2 or more records',
      actual: ({ poison }) => poison[0]?.batchSize,
      judge: (size) => Number(size) >= 2,
      hint: 'The worker does not log the size of its batch: bring src/handlers/worker.ts back, then npm run step 5, 6 and 8.',
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html',
    },
  ],
  proofs: [
    {
      number: 14,
      name: 'logs-ok-fail-retry',
      title: 'CloudWatch logs showing OK, fail and retry',
      claim: `Good messages are handled once; the failing one is tried ${lab.maxReceiveCount} times, ${lab.visibilityTimeoutSeconds} s apart`,
      show: () => questions.workerLog(),
      values: (printed) => {
        const events = pickList(printed, 'events');
        const deliveries = events.flatMap((event) =>
          deliveryOf(String(pick(event, 'message')), Number(pick(event, 'timestamp'))),
        );
        const run = latestRun(deliveries.toSorted((a, b) => a.timestamp - b.timestamp));
        const [first] = run.poison;
        const gaps = run.poison
          .slice(1)
          .map(({ timestamp }, i) => (timestamp - (run.poison[i]?.timestamp ?? 0)) / 1000);
        const goodIds = new Set(run.good.map(({ messageId }) => messageId));
        return [
          { label: 'Failing message id', value: first?.messageId, tie: true },
          {
            label: 'Its receives',
            value: run.poison.map(({ receiveCount, outcome }) => `${receiveCount} ${outcome}`),
          },
          { label: 'Time between them', value: gaps.map((gap) => `${gap.toFixed(1)} s`) },
          {
            label: 'Good messages',
            value: `${goodIds.size}, handled ${run.good.length} times in all (${[...new Set(run.good.map(({ outcome }) => outcome))].join(', ')})`,
          },
          { label: 'In its first batch', value: withUnit(first?.batchSize, 'messages') },
        ];
      },
      inputs: ({ configuration, mapping, source: queue }) => ({
        ...codeIngredient(configuration),
        ...mappingIngredient(mapping),
        ...sourceQueueIngredient(queue),
      }),
    },
  ],
}));

await runAlone(import.meta, check);
