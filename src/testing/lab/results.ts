import type { CheckResult, ExpectationResult, StepKind } from '../../judging/check.ts';

/** What the steps of the lab do, by their numbers. */
export function kindOf(step: string): StepKind {
  if (['00', '09', '10'].includes(step)) return 'look';
  if (step === '08') return 'send';
  return step === '11' ? 'clean-up' : 'make';
}

const base = {
  expected: '30',
  actual: undefined,
  source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html',
} as const;

const passed: ExpectationResult = {
  ...base,
  id: 'exists',
  claim: 'The queue exists',
  outcome: 'pass',
  actual: 'a queue',
};
const failed: ExpectationResult = {
  ...base,
  id: 'visibility-timeout',
  claim: 'The visibility timeout is 30 s',
  outcome: 'fail',
  cause: 'your lab',
  actual: '5',
  difference: ['expected 30, is 5'],
  hints: {
    look: 'aws sqs get-queue-attributes --queue-url "…"',
    hint: '5 s leave no room <for> retries & such.',
    fix: 'aws sqs set-queue-attributes --queue-url "…"\nnpx lab step 2',
  },
};
const waiting: ExpectationResult = {
  ...base,
  id: 'enabled',
  claim: 'It is Enabled',
  outcome: 'not judged',
  cause: 'AWS not ready yet',
  reason: 'the mapping is Creating',
  clock: { name: 'a mapping is Creating', atMostSeconds: 60, leftSeconds: 12 },
};
const blocked: ExpectationResult = {
  ...base,
  id: 'sent',
  claim: 'Three messages were sent',
  outcome: 'not judged',
  cause: 'blocked',
  reason: 'check 02 comes first: The visibility timeout is 30 s',
  blockedBy: '02/visibility-timeout',
};
const faulty: ExpectationResult = {
  ...base,
  id: 'code',
  claim: 'It runs the code',
  outcome: 'not judged',
  cause: 'the kit itself',
  reason: 'the check itself failed; please report it: TypeError',
};
const elsewhere: ExpectationResult = {
  ...base,
  id: 'zip',
  claim: 'The zip exists',
  outcome: 'not judged',
  cause: 'not here',
  reason: 'on another machine',
};

/** One result of each kind, for the tests of what says them. */
export const sampleResults = { passed, failed, waiting, blocked, faulty, elsewhere };

export function checkResult(step: string, ...expectations: ExpectationResult[]): CheckResult {
  const outcomes = expectations.map(({ outcome }) => outcome);
  const worst = (['fail', 'not judged', 'pass'] as const).find((one) => outcomes.includes(one));
  return {
    step,
    kind: kindOf(step),
    title: `Check ${step}`,
    outcome: worst ?? 'pass',
    expectations,
  };
}
