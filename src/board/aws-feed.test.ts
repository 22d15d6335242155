import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Question } from '../lab/aws/ask.ts';
import type { Lab } from '../lab/lab.ts';
import { buildLab, sendMessages } from '../testing/lab/lab-building.ts';
import { openLaboratory } from '../testing/lab/labs.ts';
import type { Laboratory } from '../testing/lab/labs.ts';
import { createAwsFeed } from './aws-feed.ts';
import { apply, beginWith } from './model/lab-state.ts';
import type { LabState } from './model/lab-state.ts';
import type { FeedPiece } from './model/wire.ts';

let laboratory: Laboratory;

beforeAll(async () => {
  laboratory = await openLaboratory();
});
afterAll(() => laboratory[Symbol.asyncDispose]());

/** Notes what is asked, and passes it on. */
function watched(lab: Lab, asked: Question[]): Lab {
  return {
    ...lab,
    look: {
      ...lab.look,
      lab,
      ask: (question) => {
        asked.push(question);
        return lab.look.ask(question);
      },
    },
  };
}

/** Listens until this holds of what was told. */
async function follow(
  lab: Lab,
  isThere: (state: LabState, pieces: readonly FeedPiece[]) => boolean,
) {
  const over = new AbortController();
  const pieces: FeedPiece[] = [];
  const state = await new Promise<LabState>((resolve) => {
    let known: LabState | undefined;
    const listener = (piece: FeedPiece) => {
      pieces.push(piece);
      if (piece.event === 'snapshot') known = beginWith(piece.data);
      if (piece.event === 'events' && known !== undefined)
        for (const event of piece.data.events) apply(known, event);
      if (known !== undefined && isThere(known, pieces)) resolve(known);
    };
    void createAwsFeed(lab, { pauseMs: 20 }).listen(listener, over.signal);
  });
  over.abort();
  return { state, pieces };
}

test('it tells attributes, mapping and deliveries as AWS shows them, says what that cost, and disturbs nothing', async () => {
  const lab = await laboratory.learner('read-');
  await buildLab(laboratory.aws, lab);
  await sendMessages(laboratory.aws, lab);
  const asked: Question[] = [];
  const { deadLetterQueueName } = lab;
  const { state, pieces } = await follow(watched(lab, asked), (found) =>
    [...found.counts].some(
      ([arn, { visible }]) => arn.endsWith(deadLetterQueueName) && visible === 1,
    ),
  );
  expect(state.coarse).toBe(true);
  expect([...state.mappings.values()]).toMatchObject([
    { state: 'Enabled', batchSize: 10, reportsItemFailures: true },
  ]);
  expect(state.handled).toHaveLength(2);
  expect([...state.messages.values()]).toMatchObject([{ receiveCount: 3, outcome: 'FAILED' }]);
  const reads = ['FilterLogEvents', 'GetQueueAttributes', 'GetQueueUrl', 'ListEventSourceMappings'];
  expect([...new Set(asked.map(({ operation }) => operation))].toSorted()).toEqual(reads);
  const cost = pieces.findLast(({ event }) => event === 'cost')?.data as
    | { sqsRequests: number; otherRequests: number }
    | undefined;
  const toSqs = asked.filter(({ service }) => service === 'sqs').length;
  expect(toSqs).toBeGreaterThanOrEqual(cost?.sqsRequests ?? Infinity);
});

test('one round of reads at a time for all who listen, and none when nobody does', async () => {
  const lab = await laboratory.learner('rounds-');
  const asked: Question[] = [];
  const feed = createAwsFeed(watched(lab, asked), { pauseMs: 3_600_000 });
  const over = new AbortController();
  const told: string[] = [];
  await Promise.all([1, 2, 3].map(() => feed.listen(({ event }) => told.push(event), over.signal)));
  const attributes = asked.filter(({ operation }) => operation === 'ListEventSourceMappings');
  expect(attributes).toHaveLength(1);
  over.abort();
  await feed.listen(() => undefined, AbortSignal.abort());
  expect(asked.filter(({ operation }) => operation === 'ListEventSourceMappings')).toHaveLength(1);
});
