import { describe, expect, test } from 'vitest';
import type { Proof } from '../judging/check.ts';
import { pick } from '../judging/printed.ts';
import { redactor } from '../redaction/redact.ts';
import type { Observation } from '../lab/look.ts';
import { composeEvidence, notPrinted, valuesOf } from './compose.ts';
import type { RawEvidence } from './compose.ts';

const account = '987654321098';
const arn = `arn:aws:sqs:us-east-1:${account}:lab01-worker-queue`;
const proof: Proof<unknown> = {
  number: 1,
  name: 'queue',
  title: 'Queue',
  claim: 'The queue is there',
  show: () => 'aws sqs get-queue-attributes',
  values: (printed) => [
    { label: 'Queue ARN', value: pick(printed, 'QueueArn'), tie: true },
    { label: 'Types', value: pick(printed, 'Types') },
    { label: 'Count', value: pick(printed, 'Count') },
  ],
  inputs: () => ({}),
};

function raw(observations: readonly Observation[], output = '{}'): RawEvidence {
  return {
    schema: 1,
    target: 'AWS',
    check: '01',
    title: 'Queue',
    verdict: 'pass',
    time: '2026-11-23T12:00:00.000Z',
    region: 'us-east-1',
    accountId: account,
    prefix: '',
    versions: { kit: '1.0.0', node: 'v24.0.0', awsCli: '2.36.12' },
    observations,
    expectations: [],
    proofs: [{ ...proof, command: 'aws', output, rules: [] }].map(
      ({ number, name, title, claim, command, output: printed, rules }) => ({
        number,
        name,
        title,
        claim,
        command,
        output: printed,
        rules,
      }),
    ),
  };
}

const compose = (evidence: RawEvidence) =>
  composeEvidence({ proofs: [proof] }, evidence, { redact: redactor([account]), observed: {} });

const asked = (name: string, output: unknown): Observation => ({
  question: { service: 'sqs', operation: 'GetQueueUrl', input: { QueueName: name } },
  output,
});

describe('the same is seen', () => {
  test('in another order: the same bytes', () => {
    const [one, two] = [asked('a', { x: 1, y: { b: [2], a: 1 } }), asked('b', null)];
    const turned = asked('a', { y: { a: 1, b: [2] }, x: 1 });
    const fact: Observation = { fact: 'digest', value: { z: 1, a: 2 } };
    expect(JSON.stringify(compose(raw([one, two, fact])))).toBe(
      JSON.stringify(compose(raw([fact, two, turned]))),
    );
  });

  test('a list keeps its order, and a date becomes its text', () => {
    const seen = compose(raw([asked('a', { list: [2, 1], at: new Date(0) })])).observations[0];
    expect(pick(seen, 'output')).toEqual({ at: '1970-01-01T00:00:00.000Z', list: [2, 1] });
  });

  test('questions keep the order of their members: answers are found by them', () => {
    const question = { service: 'sqs', operation: 'X', input: { B: 1, A: 2 } } as const;
    const seen = compose(raw([{ question, output: {} }])).observations[0];
    expect(JSON.stringify(pick(seen, 'question'))).toBe(JSON.stringify(question));
  });
});

test('values come from what was printed, after it was redacted', () => {
  const { proofs, accountId } = compose(
    raw([], JSON.stringify({ QueueArn: arn, Types: ['a', 'b'], Count: 0 })),
  );
  expect(proofs[0]?.values).toEqual([
    {
      label: 'Queue ARN',
      value: `arn:aws:sqs:us-east-1:${accountId}:lab01-worker-queue`,
      tie: true,
    },
    { label: 'Types', value: 'a, b' },
    { label: 'Count', value: '0' },
  ]);
  expect(accountId).not.toBe(account);
});

test.each([
  ['nothing', ''],
  ['other members', '{"Other": 1}'],
  ['empty ones', '{"QueueArn": null, "Types": []}'],
])('a command that printed %s has printed no value', (_, output) => {
  const values = valuesOf(proof, output, {}).map(({ value }) => value);
  expect(values).toEqual([notPrinted, notPrinted, notPrinted]);
});
