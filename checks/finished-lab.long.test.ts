import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drained, sendMessages } from '../src/testing/lab/lab-building.ts';
import { openLaboratory } from '../src/testing/lab/labs.ts';
import type { Laboratory, LabLearner } from '../src/testing/lab/labs.ts';
import { judgeAgain, lookWhenReady, applyFixes, resultsOf } from '../src/testing/lab/verdicts.ts';
import { done, makeWrong } from '../src/testing/lab/wrong-states.ts';
import type { WrongState } from '../src/testing/lab/wrong-states.ts';
import { anyLab } from '../src/testing/lab/any-lab.ts';

// What comes after a right run: it takes nothing away from it, and what can no longer be seen is nobody's mistake.

let laboratory: Laboratory;

beforeAll(async () => {
  laboratory = await openLaboratory();
});

afterAll(async () => {
  await laboratory[Symbol.asyncDispose]();
});

/** A lab of its own, with the messages at their end. */
async function finished(prefix: string, state: Partial<WrongState> = {}): Promise<LabLearner> {
  const learner = await laboratory.learner(prefix);
  await makeWrong(laboratory, learner, {
    id: 'finished',
    what: 'Finished the lab',
    fails: 'nothing',
    says: /never/,
    ...state,
  });
  return learner;
}

async function notPassed(learner: LabLearner): Promise<string[]> {
  const results = resultsOf(await judgeAgain(await lookWhenReady(learner)));
  return [...results].flatMap(([key, { outcome, cause }]) =>
    outcome === 'pass' || cause === 'blocked' ? [] : [`${key} ${outcome}, ${cause}`],
  );
}

describe('a finished lab stays finished', () => {
  it('after a poison that was sent alone', async () => {
    const learner = await finished('f1-');
    await sendMessages(laboratory.aws, learner, ['FAIL-alone']);
    await drained(learner);
    expect(await notPassed(learner)).toEqual([]);
  });

  it('after the poison was sent back by a redrive, and has failed again', async () => {
    const learner = await finished('f2-');
    const name = learner.deadLetterQueueName;
    const move = `aws sqs start-message-move-task --source-arn arn:aws:sqs:us-east-1:111122223333:${name}`;
    await done(learner, move);
    expect(await notPassed(learner)).toEqual([]);
  });

  it('with a worker that logs the receive count as SQS gives it, in objects that console.log() prints', async () => {
    const learner = await finished('f3-', {
      worker: `export const handler = async ({ Records }, { awsRequestId }) => {
  const batchItemFailures = [];
  for (const { body, messageId, attributes } of Records) {
    const outcome = body.includes('FAIL') ? 'FAILED' : 'OK';
    if (outcome === 'FAILED') batchItemFailures.push({ itemIdentifier: messageId });
    console.log({ messageId, receiveCount: attributes.ApproximateReceiveCount, outcome, requestId: awsRequestId, batchSize: Records.length, sentAt: attributes.SentTimestamp });
  }
  return { batchItemFailures };
};`,
    });
    expect(await notPassed(learner)).toEqual([]);
  });
});

it('a log group that is gone is not judged, and what its reason says leads back', async () => {
  const learner = await finished('f4-');
  const name = learner.logGroupName;
  await done(learner, `aws logs delete-log-group --log-group-name ${name}`);
  expect(await notPassed(learner)).toEqual(['08/sent not judged, not on record']);
  expect(await applyFixes(learner, {})).toEqual(['08/sent']);
});

it('a wrong run does not count any more once the lab is right and the messages were sent again', async () => {
  const learner = await finished('f5-', {
    worker: `export const handler = async ({ Records }) => {
  for (const { body, messageId, attributes } of Records) {
    if (body.includes('FAIL')) throw new Error('poison');
    console.log(JSON.stringify({ messageId, receiveCount: Number(attributes.ApproximateReceiveCount), outcome: 'OK' }));
  }
};`,
    make: `git checkout -q -- src/handlers/worker.ts
node src/scripts/bundle-worker.ts lab01-worker.zip
aws lambda update-function-code --function-name f5-${anyLab.functionName} --zip-file fileb://lab01-worker.zip`,
  });
  await sendMessages(laboratory.aws, learner);
  await drained(learner);
  expect(await notPassed(learner)).toEqual([]);
});
