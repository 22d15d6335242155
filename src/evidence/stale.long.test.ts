import { PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { SetQueueAttributesCommand, TagQueueCommand } from '@aws-sdk/client-sqs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observeMappings, observeQueue, queueArn } from '../lab/aws/observe.ts';
import {
  buildLab,
  cleanUp,
  deployWorker,
  drained,
  sendMessages,
  until,
} from '../testing/lab/lab-building.ts';
import { openLaboratory } from '../testing/lab/labs.ts';
import type { LabLearner, Laboratory } from '../testing/lab/labs.ts';
import { liveInputs, staleAgainst } from './stale.ts';
import type { LiveInputs } from './stale.ts';
import type { Lab } from '../lab/lab.ts';

let laboratory: Laboratory;
beforeAll(async () => void (laboratory = await openLaboratory()));
afterAll(() => laboratory[Symbol.asyncDispose]());

const look = (learner: LabLearner): Promise<LiveInputs | undefined> =>
  liveInputs(learner, learner.prefix);

/** Builds and runs a lab, looks, makes one change, looks again: the proofs that are stale by it. */
async function staleAfter(prefix: string, change: (learner: LabLearner) => Promise<unknown>) {
  const learner = await laboratory.learner(prefix);
  await buildLab(laboratory.aws, learner);
  await sendMessages(laboratory.aws, learner);
  await drained(learner);
  const before = (await look(learner)) ?? new Map();
  expect(before.size).toBe(15);
  await change(learner);
  const after = (await look(learner)) ?? new Map();
  const recorded = [...before].map(([number, inputs]) => ({
    number,
    title: '',
    time: '2026-11-23T10:00:00.000Z',
    inputs,
  }));
  return staleAgainst(recorded, after)
    .map(({ number }) => number)
    .toSorted((a, b) => a - b);
}

const attribute = async (lab: Lab, name: string, Attributes: Record<string, string>) => {
  const queue = await observeQueue(lab.look, name);
  await laboratory.aws.sqs.send(
    new SetQueueAttributesCommand({ QueueUrl: queue?.url ?? '', Attributes }),
  );
};
const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const mappingId = async (lab: Lab) => (await observeMappings(lab.look)).mappings[0]?.UUID;

const changes: [
  what: string,
  stale: number[],
  change: (learner: LabLearner) => Promise<unknown>,
][] = [
  ['nothing', [], async () => undefined],
  [
    'a tag, which no proof shows',
    [],
    async (lab) =>
      laboratory.aws.sqs.send(
        new TagQueueCommand({
          QueueUrl: (await observeQueue(lab.look, lab.queueName))?.url ?? '',
          Tags: { a: 'b' },
        }),
      ),
  ],
  [
    'more messages of the same kind',
    [],
    async (learner) => {
      await sendMessages(laboratory.aws, learner, ['hello-3']);
      await drained(learner);
    },
  ],
  [
    'an attribute of the dead-letter queue',
    [1, 15],
    (lab) => attribute(lab, lab.deadLetterQueueName, { MessageRetentionPeriod: '600000' }),
  ],
  [
    'an attribute of the source queue',
    [2, 14, 15],
    (lab) => attribute(lab, lab.queueName, { VisibilityTimeout: '31' }),
  ],
  [
    'another trust policy',
    [5],
    (lab) =>
      laboratory.aws.iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: lab.roleName,
          PolicyDocument: document({
            Principal: { Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] },
            Action: 'sts:AssumeRole',
          }),
        }),
      ),
  ],
  [
    'another inline policy',
    [4, 10],
    async (lab) =>
      laboratory.aws.iam.send(
        new PutRolePolicyCommand({
          RoleName: lab.roleName,
          PolicyName: lab.policyName,
          PolicyDocument: document({
            Action: 'sqs:*',
            Resource: await queueArn(lab, lab.queueName),
          }),
        }),
      ),
  ],
  [
    'another setting of the function',
    [6, 7, 8],
    (lab) =>
      laboratory.aws.lambda.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: lab.functionName,
          MemorySize: 256,
        }),
      ),
  ],
  [
    'new code',
    [6, 7, 8, 11, 14, 15],
    async (learner) => {
      const file = join(learner.checkout, 'src', 'handlers', 'worker.ts');
      await writeFile(file, `${await readFile(file, 'utf8')}\nexport const version = 2;\n`);
      await deployWorker(laboratory.aws, learner);
    },
  ],
  [
    'another batch size of the mapping',
    [12, 13, 14, 15],
    async (lab) =>
      laboratory.aws.lambda.send(
        new UpdateEventSourceMappingCommand({ UUID: await mappingId(lab), BatchSize: 5 }),
      ),
  ],
  [
    'a new mapping like the old one',
    [12, 13, 14, 15],
    async (lab) => {
      const { lambda } = laboratory.aws;
      await lambda.send(new DeleteEventSourceMappingCommand({ UUID: await mappingId(lab) }));
      await until('the mapping is gone', async () => (await mappingId(lab)) === undefined);
      await lambda.send(
        new CreateEventSourceMappingCommand({
          EventSourceArn: await queueArn(lab, lab.queueName),
          FunctionName: lab.functionName,
          BatchSize: lab.batchSize,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        }),
      );
      await until(
        'the mapping polls',
        async () => (await observeMappings(lab.look)).mappings[0]?.State === 'Enabled',
      );
    },
  ],
];

test.concurrent.for(changes.map((one, i) => [...one, `stale-${i}-`] as const))(
  'after %s exactly the proofs %j are stale',
  async ([, stale, change, prefix]) => {
    expect(await staleAfter(prefix, change)).toEqual(stale);
  },
);

test('after the clean-up nothing is stale: there is nothing to hold the proofs against', async () => {
  const learner = await laboratory.learner('gone-');
  await buildLab(laboratory.aws, learner);
  await sendMessages(laboratory.aws, learner);
  await drained(learner);
  await cleanUp(laboratory.aws, learner);
  expect(await look(learner)).toBeUndefined();
});
