import type { CheckResult, ExpectationResult } from '../../judging/check.ts';
import type { ClassReport, LearnerReport } from '../../class/class-report.ts';
import { kindOf } from '../lab/results.ts';

// A report made by hand, with everything in it that can go wrong.

/** A name that tries everything. */
export const hostile = `=cmd|' /C calc'!A0 <img src=x onerror=alert(1)> "quoted" ${'w'.repeat(60)}`;

const titles = ['01', '02', '03', '04', '06', '07', '08', '09', '10'].map((step) => ({
  step,
  kind: kindOf(step),
  title: `Check of step ${step}`,
}));

export function expectation(more: Partial<ExpectationResult> = {}): ExpectationResult {
  return {
    id: 'exists',
    claim: 'It exists',
    outcome: 'pass',
    expected: 'a queue',
    actual: 'a queue',
    source: 'https://docs.aws.amazon.com/',
    ...more,
  };
}

export function checkResult(step: string, ...expectations: ExpectationResult[]): CheckResult {
  const outcomes = expectations.map(({ outcome }) => outcome);
  const outcome = outcomes.find((one) => one === 'fail') ?? outcomes.find((one) => one !== 'pass');
  return {
    step,
    kind: kindOf(step),
    title: `Check of step ${step}`,
    outcome: outcome ?? 'pass',
    expectations,
  };
}

/** Every check passed up to one, which is as given; what comes after it is blocked. */
export function checksUpTo(step: string, at: ExpectationResult): CheckResult[] {
  const blocked = expectation({ outcome: 'not judged', cause: 'blocked', reason: 'comes later' });
  return titles.map((title) => {
    if (title.step < step) return checkResult(title.step, expectation());
    return checkResult(title.step, title.step === step ? at : blocked);
  });
}

const place = { profile: 'class', accountId: '111122223333', region: 'us-east-1' };

function learner(name: string, more: Partial<LearnerReport> = {}): LearnerReport {
  const prefix = `${name
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '')
    .slice(0, 12)}-`;
  const checks = titles.map(({ step }) => checkResult(step, expectation()));
  return { name, ...place, prefix, state: 'done', failing: 0, remarks: [], checks, ...more };
}

const visibility = {
  id: '02/visibility-timeout',
  step: '02',
  claim: 'The visibility timeout is 30 s, six times the function timeout',
  wrong: 'expected 30, is 5',
  hint: 'A visibility timeout of 5 s ends while the function may still be working.',
};
const failing = expectation({ id: 'visibility-timeout', outcome: 'fail', cause: 'your lab' });
const retrying = {
  id: '09/poison-retried',
  step: '09',
  claim: 'The poison was received 3 times: receive counts 1, 2, 3',
  wrong: 'receive 2 of 3, the next one after the visibility timeout, in about 12 s',
};
const clock = expectation({ outcome: 'not judged', cause: 'AWS not ready yet' });

export function sampleReport(more: Partial<ClassReport> = {}): ClassReport {
  const atWork = {
    state: 'at work',
    failing: 2,
    at: visibility,
    checks: checksUpTo('02', failing),
  } as const;
  const learners = [
    learner('Ada Lovelace'),
    learner(hostile, atWork),
    learner('漢字の名前がとても長い学習者', atWork),
    learner('Bob', { state: 'waiting', at: retrying, checks: checksUpTo('09', clock) }),
    learner('Cyd', { state: 'not started', checks: checksUpTo('01', failing) }),
    learner('Dee', { remarks: ["the function runs other code than the kit's own worker"] }),
    learner('Far', { state: 'not judged', checks: [], reason: 'profile "far": no credentials' }),
  ];
  return {
    schema: 1,
    from: 'labs',
    target: 'sandbox',
    time: '2026-11-23T15:40:12.345Z',
    checks: titles,
    learners,
    stuck: [
      {
        id: visibility.id,
        claim: visibility.claim,
        learners: [hostile, '漢字の名前がとても長い学習者'],
      },
    ],
    copies: [
      { what: 'mapping UUID', value: 'd0d0', learners: ['Ada Lovelace', 'Dee'] },
      { what: 'message id', value: 'm1', learners: ['Ada Lovelace', 'Dee'] },
      { what: 'message id', value: 'm2', learners: ['Ada Lovelace', 'Dee'] },
    ],
    remarks: ['line 9: no name; row skipped'],
    ...more,
  };
}
