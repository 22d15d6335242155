import { expect, test } from 'vitest';
import { makeReport } from './make-report.ts';
import { standingOf } from './standing.ts';
import {
  checkResult,
  checksUpTo,
  expectation,
  sampleReport,
} from '../testing/class/testing-report.ts';

test('who passes everything is done', () => {
  expect(standingOf([checkResult('01', expectation())])).toEqual({ state: 'done', failing: 0 });
});

test('what fails first comes first, and says what differs and what helps', () => {
  const fails = expectation({
    id: 'retention',
    claim: 'It keeps messages for 14 days',
    outcome: 'fail',
    cause: 'your lab',
    difference: ['expected 14, is 4'],
    hints: { look: 'aws ...', hint: 'Too short.', fix: 'aws ...' },
  });
  expect(standingOf(checksUpTo('03', fails))).toEqual({
    state: 'at work',
    failing: 1,
    at: {
      id: '03/retention',
      step: '03',
      claim: 'It keeps messages for 14 days',
      wrong: 'expected 14, is 4',
      hint: 'Too short.',
    },
  });
});

test('a failure counts for more than a wait before it', () => {
  const wait = expectation({ outcome: 'not judged', cause: 'AWS not ready yet' });
  const fail = expectation({ outcome: 'fail', cause: 'your lab' });
  const standing = standingOf([checkResult('07', wait), checkResult('08', fail)]);
  expect(standing).toMatchObject({ state: 'at work', at: { step: '08' } });
});

test.each(['AWS not ready yet', 'AWS chose'] as const)(
  '%s: nobody is to blame, it is waited for',
  (cause) => {
    const reason = 'receive 2 of 3';
    const checks = checksUpTo('09', expectation({ outcome: 'not judged', cause, reason }));
    expect(standingOf(checks)).toMatchObject({
      state: 'waiting',
      failing: 0,
      at: { wrong: reason },
    });
  },
);

test('what AWS does not answer is not judged, with the reason', () => {
  const reason = 'you lack the permission iam:GetRole: ask for it';
  const denied = expectation({ outcome: 'not judged', cause: 'AWS could not be asked', reason });
  expect(standingOf(checksUpTo('03', denied))).toMatchObject({
    state: 'not judged',
    reason,
    failing: 0,
  });
});

test('a fact of another machine keeps nobody from being done, if it is to be ignored', () => {
  const checks = [checkResult('06', expectation({ outcome: 'not judged', cause: 'not here' }))];
  expect(standingOf(checks, ['not here']).state).toBe('done');
  expect(standingOf(checks).state).toBe('not judged');
});

test('where the class is stuck: the commonest first, counted once for each learner', () => {
  const { learners, ...about } = sampleReport();
  const looked = ['01/exists', '02/exists', '02/exists'].map((id, i) => ({
    report: {
      ...learners[0]!,
      name: `L${i}`,
      state: 'at work' as const,
      at: { id, step: id.slice(0, 2), claim: 'It exists', wrong: '' },
    },
    observations: [],
  }));
  const { stuck } = makeReport(looked, about);
  expect(stuck.map(({ id, learners: who }) => [id, ...who])).toEqual([
    ['02/exists', 'L1', 'L2'],
    ['01/exists', 'L0'],
  ]);
});
