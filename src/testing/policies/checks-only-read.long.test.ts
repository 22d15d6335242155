import { UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecidedCall } from '../../sandbox/gateway/authorize.ts';
import { judge } from '../../judging/judge.ts';
import { labOf } from '../../lab/lab.ts';
import { observeMappings, observeQueue } from '../../lab/aws/observe.ts';
import { listSteps, loadCheck } from '../../judging/steps.ts';
import { buildLab, drained, sendMessages, until } from '../lab/lab-building.ts';
import { openLaboratory } from '../lab/labs.ts';
import type { LabLearner, Laboratory } from '../lab/labs.ts';
import { filledPolicy, recordCalls } from '../lab/policies.ts';
import type { Answers } from '../../lab/look.ts';

// Checks may be run at any moment, also while a message is on its way. A receive would hide it from Lambda
// and raise its count, and could send it to the dead-letter queue: so no check receives from the source queue.

/** All that checks may call: what AWS classes as List or Read, and one receive, held to its queue below. */
const readOnly = [
  'iam GetPolicy',
  'iam GetPolicyVersion',
  'iam GetRole',
  'iam GetRolePolicy',
  'iam ListAttachedRolePolicies',
  'iam ListRolePolicies',
  'iam SimulatePrincipalPolicy',
  'lambda GetFunction',
  'lambda GetFunctionConfiguration',
  'lambda ListEventSourceMappings',
  'logs DescribeLogGroups',
  'logs FilterLogEvents',
  'sqs GetQueueAttributes',
  'sqs GetQueueUrl',
  'sqs ReceiveMessage',
  'sts GetCallerIdentity',
];
const prefix = 'ada-';
const times = 100;
const token = 'a'.repeat(64);

let laboratory: Laboratory;
let learner: LabLearner;
let calls: readonly DecidedCall[] = [];

/** The state and the messages of a queue, as an administrator sees them. */
async function countsOf(name: string) {
  const queue = await observeQueue(learner.look, name);
  return {
    url: queue?.url ?? '',
    visible: queue?.attributes['ApproximateNumberOfMessages'],
    inFlight: queue?.attributes['ApproximateNumberOfMessagesNotVisible'],
  };
}

async function receive(QueueUrl: string, VisibilityTimeout: number) {
  const { Messages = [] } = await laboratory.aws.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      VisibilityTimeout,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  );
  return Messages.map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount]);
}

/** A finished lab whose mapping is off, with one message in flight in the source queue and one visible. */
async function prepare(): Promise<void> {
  const { aws } = laboratory;
  await buildLab(aws, learner);
  await sendMessages(aws, learner);
  await drained(learner);
  const [mapping] = (await observeMappings(learner.look)).mappings;
  await aws.lambda.send(
    new UpdateEventSourceMappingCommand({ UUID: mapping?.UUID, Enabled: false }),
  );
  await until('the mapping is off', async () => {
    const { mappings } = await observeMappings(learner.look);
    return mappings.every(({ State }) => State === 'Disabled');
  });
  const { url: QueueUrl } = await countsOf(learner.queueName);
  await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'FAIL-in-flight' }));
  // For longer than any test takes; the clock does not skip what a person holds.
  expect(await receive(QueueUrl, 43_200)).toEqual([['FAIL-in-flight', '1']]);
  await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'FAIL-visible' }));
}

/** Every check, whatever the others say, as somebody who has the instructor's permissions and no other. */
async function runAllChecks(): Promise<void> {
  const { aws } = laboratory;
  const session = await learner.session();
  const policy = JSON.stringify(await filledPolicy('instructor-policy.json', prefix));
  const credentials = aws.sandbox.issueUser('instructor', policy);
  const instructor = { ...session, clientConfig: { ...session.clientConfig, credentials } };
  const asInstructor = labOf({ ...learner, session: async () => instructor });
  const checks = await Promise.all(
    (await listSteps()).map((entry) => loadCheck(asInstructor, entry)),
  );
  // What a check finds on this machine is looked for once: only AWS is asked again.
  const facts: Answers = new Map();
  for (let run = 0; run < times; run += 1) {
    const answers: Answers = new Map(facts);
    for (const check of checks) {
      const { observed, observations } = await judge(asInstructor, check, { answers });
      if (observed === undefined) throw new Error(`check ${check.step} could not look`);
      for (const seen of observations) {
        if ('fact' in seen) facts.set(seen.fact, Promise.resolve(seen.value));
      }
    }
  }
}

beforeAll(async () => {
  laboratory = await openLaboratory({ control: { token, stop: () => {} } });
  learner = await laboratory.learner(prefix);
  await prepare();
  const recorded = await recordCalls({ endpoint: laboratory.aws.endpoint, token });
  await runAllChecks();
  calls = (await recorded()).filter(({ caller }) => caller === 'instructor');
});

afterAll(() => laboratory[Symbol.asyncDispose]());

describe(`all checks, run ${times} times`, () => {
  it('call nothing but what is on the list of reads, and all of that', () => {
    const called = new Set(calls.map(({ service, operation }) => `${service} ${operation}`));
    expect([...called].toSorted()).toEqual(readOnly);
    expect(calls.flatMap(({ asked }) => asked).filter(({ allowed }) => !allowed)).toEqual([]);
  });

  it('receive from the dead-letter queue alone, once each time', () => {
    const received = calls.filter(({ operation }) => operation === 'ReceiveMessage');
    const resources = received.flatMap(({ asked }) => asked.map(({ resource }) => resource));
    expect(resources).toHaveLength(times);
    expect(new Set(resources)).toEqual(
      new Set([`arn:aws:sqs:us-east-1:111122223333:${prefix}lab01-worker-dlq`]),
    );
  });

  it('hide nothing, and leave the receive counts of the source queue as they were', async () => {
    const { queueName: source, deadLetterQueueName: dead } = learner;
    expect(await countsOf(dead)).toMatchObject({ visible: '1', inFlight: '0' });
    const { url, ...counts } = await countsOf(source);
    expect(counts).toEqual({ visible: '1', inFlight: '1' });
    expect(await receive(url, 0)).toEqual([['FAIL-visible', '1']]);
    laboratory.aws.clock.advance(43_200_000, 'until the other one is visible again');
    expect(Object.fromEntries(await receive(url, 0))).toEqual({
      'FAIL-visible': '2',
      'FAIL-in-flight': '2',
    });
  });
});
