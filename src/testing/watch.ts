import { kindOf } from './lab/results.ts';
import type { CheckResult, ExpectationResult, Outcome } from '../judging/check.ts';
import { begin, react } from '../watch/react.ts';
import type { View } from '../watch/lines.ts';
import type { Task } from '../watch/task.ts';
import type { Reaction, WatchEvent } from '../watch/watch-state.ts';

export const view: View = { width: 80, manual: false };

export const tasks: readonly Task[] = ['00', '01', '02', '03', '08', '09', '10', '11'].map(
  (number) => ({
    number,
    kind: kindOf(number),
    showsRun: number === '09' || number === '10',
    title: `Title ${number}`,
    why: [`Why ${number}.`],
    where: `page ${number}`,
    cues: [`Cue ${number}.`],
  }),
);

type Parts = Readonly<Record<string, Outcome | Partial<ExpectationResult>>>;

/** A result made by hand: expectations by id, each with its outcome or with more. */
export function resultOf(step: string, parts: Parts): CheckResult {
  const expectations = Object.entries(parts).map(([id, part]): ExpectationResult => {
    const given = typeof part === 'string' ? { outcome: part } : part;
    const outcome = given.outcome ?? 'not judged';
    const base = { id, claim: `Claim ${id}`, expected: 'right', actual: undefined, source: '' };
    if (outcome !== 'fail') return { ...base, ...given, outcome };
    return {
      ...base,
      cause: 'your lab',
      actual: 'wrong',
      difference: ['expected right, is wrong'],
      hints: { look: `look ${id}`, hint: `hint ${id}`, fix: `fix ${id}` },
      ...given,
      outcome,
    };
  });
  const outcomes = expectations.map(({ outcome }) => outcome);
  const worst = outcomes.includes('fail') ? 'fail' : 'not judged';
  return {
    step,
    kind: kindOf(step),
    title: `Check ${step}`,
    outcome: outcomes.every((outcome) => outcome === 'pass') ? 'pass' : worst,
    expectations,
  };
}

export const pass = (step: string) => resultOf(step, { exists: 'pass' });
export const fail = (step: string) => resultOf(step, { exists: 'fail' });
export const blockedBy = (step: string, blocker: string) =>
  resultOf(step, { exists: { cause: 'blocked', blockedBy: `${blocker}/exists`, reason: 'later' } });
export const refused = (step: string) =>
  resultOf(step, {
    exists: { cause: 'AWS could not be asked', reason: 'no connection' },
    other: { cause: 'AWS could not be asked', reason: 'no connection' },
  });

export const looked = (...results: CheckResult[]): WatchEvent => ({
  kind: 'looked',
  purpose: 'watch',
  results,
});
export const key = (name: string): WatchEvent => ({ kind: 'key', key: name });

/** Lets things happen one after the other, and keeps what was written. */
export function watching(events: readonly WatchEvent[], from?: string) {
  let reaction: Reaction = begin(tasks, { from, point: ['eval "$(npx lab env)"'] });
  let all: readonly string[] = [];
  for (const event of events) {
    reaction = react(reaction.state, event, view);
    all = [...all, ...reaction.lines];
  }
  const { state, lines, actions } = reaction;
  return { state, lines, actions, text: lines.join('\n'), all: all.join('\n') };
}

/** The first look of all, at every step: the first `green` of them pass, the others are not begun. */
export function started(green: number): WatchEvent {
  const results = tasks.map(({ number }, i) => (i < green ? pass(number) : fail(number)));
  return { kind: 'looked', purpose: 'start', results };
}

/** The way to the first task of an empty lab. */
export const empty: readonly WatchEvent[] = [started(1), looked(pass('00'))];
