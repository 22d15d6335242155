/** Experiment 35: reserved concurrency throttles what was received, MaximumConcurrency receives less. */
import { defineExperiment } from '../src/experiments/index.ts';
import type { Observed, Range, Settings, SideFacts } from '../src/experiments/index.ts';

const sends = { good: 6, poison: 0 } as const;

/** What the commands of the step set. */
const reservedConcurrency = 1;
const maximumConcurrency = 2;

/** As src/handlers/experiments/works-long.ts works. */
const recordSeconds = 1.5;

const build: Partial<Settings> = {
  batchSize: 1,
  windowSeconds: 0,
  visibilityTimeoutSeconds: 5,
  maxReceiveCount: 1,
};

/** In the dead-letter queue, and no line of the log tells of it. */
const unseen = ({ messages }: Observed): number =>
  messages.filter(({ fate, deliveries }) => fate === 'dead-lettered' && deliveries.length === 0)
    .length;

/** The most messages on which the function worked at the same time, by the times of its own lines. */
function mostAtOnce({ lines }: Observed): number {
  const byRequest = Map.groupBy(
    lines.filter(({ messageId }) => messageId !== undefined),
    ({ requestId }) => String(requestId),
  );
  const spans = [...byRequest.values()].map((own) => own.map(({ timestamp }) => Number(timestamp)));
  const begun = spans.map((times) => Math.min(...times));
  return Math.max(
    0,
    ...begun.map(
      (at) => spans.filter((times) => Math.min(...times) <= at && at < Math.max(...times)).length,
    ),
  );
}

/** One place, and every message that is received has one visibility timeout to get it. How many are received so soon is AWS's choice. */
function unseenByRule({ settings, sends: { good } }: SideFacts): Range {
  const begunInTime = Math.ceil(settings.visibilityTimeoutSeconds / recordSeconds);
  return {
    from: good > begunInTime ? 1 : 0,
    to: good - reservedConcurrency,
    because: 'How many messages Lambda receives while the function is busy is its own choice.',
  };
}

export const experiment = defineExperiment<'maximum' | 'reserved'>(() => ({
  number: '35',
  title: 'MaximumConcurrency against reserved concurrency: good messages in the dead-letter queue',
  rules: ['G20'],
  why: 'Two copies of the lab get six good messages at once, and shall not work on all of them at the same time; one limits the function, the other its event source mapping. The limit of the function does not stop the pollers: they receive, are throttled, and each such receive counts towards maxReceiveCount.',
  question: {
    text: `The function has reserved concurrency ${reservedConcurrency} and fails no message; maxReceiveCount is ${build.maxReceiveCount}. Six good messages arrive at once. How many of them are dead-lettered and were never given to the function? (Every number that AWS's rule allows is right.)`,
    of: 'unseen-reserved',
  },
  sides: {
    reserved: {
      title: `reserved concurrency ${reservedConcurrency}`,
      handler: 'works-long',
      build,
      sends,
    },
    maximum: {
      title: `MaximumConcurrency ${maximumConcurrency}`,
      handler: 'works-long',
      behaviour: 'returns',
      work: { concurrency: maximumConcurrency, recordSeconds },
      build,
      sends,
    },
  },
  numbers: [
    {
      id: 'unseen-reserved',
      label: 'Good messages that are dead-lettered, and that the function never saw',
      side: 'reserved',
      rule: 'G20',
      predicted: (facts) => unseenByRule(facts.reserved),
      measured: (observed) => unseen(observed.reserved),
    },
    {
      id: 'unseen-maximum',
      label: 'Good messages that are dead-lettered, and that the function never saw',
      side: 'maximum',
      rule: 'G20',
      predicted: (facts) => facts.maximum.predicted.deadLettered,
      measured: (observed) => unseen(observed.maximum),
    },
    {
      id: 'handled-maximum',
      label: 'Messages that are handled',
      side: 'maximum',
      rule: 'G20',
      predicted: (facts) => facts.maximum.predicted.deleted,
      measured: (observed) => observed.maximum.deleted,
    },
    {
      id: 'at-once-reserved',
      label: 'Messages that are worked on at the same time, at most',
      side: 'reserved',
      rule: 'G20',
      predicted: () => reservedConcurrency,
      measured: (observed) => mostAtOnce(observed.reserved),
    },
    {
      id: 'at-once-maximum',
      label: 'Messages that are worked on at the same time, at most',
      side: 'maximum',
      rule: 'G20',
      predicted: () => ({
        from: 1,
        to: maximumConcurrency,
        because: 'MaximumConcurrency is a maximum: Lambda may run fewer.',
      }),
      measured: (observed) => mostAtOnce(observed.maximum),
    },
  ],
  headline: ['unseen-reserved', 'unseen-maximum'],
  rule: 'Reserved concurrency limits the function, and the pollers receive all the same: what is throttled until its visibility timeout ends has used up a receive. MaximumConcurrency (2 to 1,000, on the mapping) limits how much is received. Keep reserved concurrency at least at the sum of the maxima of the mappings.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html',
    date: '2026-11-23',
  },
}));
