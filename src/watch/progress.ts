import type { CheckResult } from '../judging/check.ts';
import { nextHint } from './hints.ts';
import {
  changedLines,
  cueLines,
  greenLines,
  keysLines,
  listLines,
  pointingLines,
  reasonUnasked,
  sentence,
  signed,
  taskLines,
} from './lines.ts';
import type { View } from './lines.ts';
import type { Reaction, WatchEvent, WatchState, Action } from './watch-state.ts';

/** The reaction to a look at the lab. */
export function looked(
  before: WatchState,
  { purpose, results }: Extract<WatchEvent, { kind: 'looked' }>,
  view: View,
): Reaction {
  const known = new Map(before.results);
  for (const result of results) known.set(result.step, result);
  const state = { ...before, results: known, green: stillGreen(before.green, known) };
  if (purpose === 'start') return start(state, view);
  if (purpose === 'list') {
    return {
      state,
      lines: ['', ...listLines(state.tasks, withoutCleanUp(state), state.current, view)],
      actions: [],
    };
  }
  const result = known.get(state.current);
  if (result === undefined) return { state, lines: [], actions: [] };
  if (purpose === 'hint') {
    const { climb, lines } = nextHint(result, state, view);
    return { state: { ...state, climb }, lines, actions: [] };
  }
  return watched(before, state, result, view);
}

/** Before the lab is built the clean-up check passes, too: do not show it as done. */
function withoutCleanUp({ current, results }: WatchState): ReadonlyMap<string, CheckResult> {
  return new Map(
    [...results].filter(([step, { kind }]) => kind !== 'clean-up' || current === step),
  );
}

/** What failed again may turn green again. */
function stillGreen(
  green: ReadonlySet<string>,
  results: ReadonlyMap<string, CheckResult>,
): ReadonlySet<string> {
  return new Set([...green].filter((step) => results.get(step)?.outcome !== 'fail'));
}

function watched(before: WatchState, state: WatchState, result: CheckResult, view: View): Reaction {
  const blocker = blockerOf(result);
  if (blocker !== undefined && standsInTheWay(state, blocker)) {
    const lines = sentence(`Step ${state.current} needs step ${blocker} first.`, view);
    const there = { ...state, current: blocker, shown: undefined, climb: undefined, paused: false };
    return show(there, lines, view);
  }
  if (state.shown === undefined) {
    const shown = show(state, [], view);
    if (result.outcome !== 'pass') return shown;
    return state.current === state.from
      ? rests(shown, result, view)
      : turnedGreen(shown.state, result, shown.lines, view);
  }
  if (result.outcome === 'pass') {
    const isKnown = state.shown.outcome === 'pass';
    return isKnown ? { state, lines: [], actions: [] } : turnedGreen(state, result, [], view);
  }
  const unasked = reasonUnasked(result);
  if (unasked === undefined) {
    const lines = changedLines(state.shown, result, view);
    return { state: { ...state, shown: result, paused: false }, lines, actions: [] };
  }
  const known = before.results.get(result.step);
  const isNews = known === undefined || reasonUnasked(known) !== unasked;
  return { state, lines: isNews ? signed('wait', unasked, view) : [], actions: [] };
}

function show(state: WatchState, before: readonly string[], view: View): Reaction {
  const task = state.tasks.find(({ number }) => number === state.current);
  const result = state.results.get(state.current);
  if (task === undefined || result === undefined) return { state, lines: before, actions: [] };
  const isEnd = task.kind === 'clean-up' && state.green.size > 0;
  // Said with the first task that has something to type.
  const point = result.outcome === 'pass' || state.pointed ? [] : state.point;
  const lines = [
    ...before,
    ...(isEnd ? ['', ...signed('pass', allGreen, view)] : []),
    ...taskLines(task, result, view),
    ...(point.length === 0 ? [] : pointingLines(point, view)),
    ...keysLines(view),
  ];
  const pointed = state.pointed || point.length > 0;
  return { state: { ...state, pointed, shown: result }, lines, actions: [] };
}

const allGreen = 'All steps are green. The last step cleans up; q keeps the lab.';

/** Asked for by its number, or gone back to, a step stays on the screen although it is green: to be done once more, perhaps. */
function rests({ state, lines }: Reaction, { step }: CheckResult, view: View): Reaction {
  const text = `Step ${step} is green already: s shows its commands, r resets it, n continues.`;
  return {
    state: {
      ...state,
      green: new Set([...state.green, step]),
      from: undefined,
      paused: showsRun(state, step),
    },
    lines: [...lines, ...signed('pass', text, view)],
    actions: [{ kind: 'record', step }, ...timelineOf(state, step)],
  };
}

const showsRun = ({ tasks }: WatchState, step: string): boolean =>
  tasks.find(({ number }) => number === step)?.showsRun === true;

function timelineOf(state: WatchState, step: string): Action[] {
  return showsRun(state, step) ? [{ kind: 'timeline', step }] : [];
}

function turnedGreen(
  before: WatchState,
  result: CheckResult,
  shown: readonly string[],
  view: View,
): Reaction {
  const { step } = result;
  const green = new Set([...before.green, step]);
  const state = { ...before, green, climb: undefined };
  const task = state.tasks.find(({ number }) => number === step);
  const cues = task === undefined ? [] : cueLines(task, view);
  const lines = [...shown, ...greenLines(result, view), ...cues];
  const record: Action = { kind: 'record', step };
  if (result.kind === 'clean-up') {
    return {
      state,
      lines: [...lines, ...sentence('Nothing of the lab is left.', view)],
      actions: [record, { kind: 'end' }],
    };
  }
  // A step that creates nothing shows its commands instead.
  const see: readonly Action[] = result.kind === 'look' ? [{ kind: 'solution', step }] : [];
  if (showsRun(state, step)) {
    return {
      state: { ...state, shown: result, paused: true },
      lines,
      actions: [record, ...see, ...timelineOf(state, step)],
    };
  }
  const current = firstOpen(state);
  return {
    state: { ...state, current, shown: undefined },
    lines,
    actions: [record, ...see, { kind: 'look', purpose: 'watch' }],
  };
}

/** The first step that is not green; when all are, the clean-up. */
export function firstOpen({ tasks, green }: WatchState): string {
  const open = tasks.find(({ kind, number }) => kind !== 'clean-up' && !green.has(number));
  return (open ?? tasks.at(-1))?.number ?? '';
}

/** What is green before the first task is shown is said in a line; its evidence was recorded then, or is with `a`. */
function start(before: WatchState, view: View): Reaction {
  const passing = before.tasks
    .filter(({ kind, number }) => kind !== 'clean-up' && number !== before.from)
    .map(({ number }) => number)
    .filter((number) => before.results.get(number)?.outcome === 'pass');
  // An empty lab begins with its first step, which is green by itself: it is there to be read.
  const green = passing.length === 1 && passing[0] === before.tasks[0]?.number ? [] : passing;
  const state = { ...before, green: new Set(green) };
  const text = `Green already: ${green.join(', ')}. (Key a checks all steps and records their evidence.)`;
  return {
    state: { ...state, current: before.from ?? firstOpen(state) },
    lines: green.length === 0 ? [] : signed('pass', text, view),
    actions: [{ kind: 'look', purpose: 'watch' }],
  };
}

/** The other step that comes before this one, if that is all that is wrong here. */
export function blockerOf({ step, expectations }: CheckResult): string | undefined {
  if (expectations.some(({ outcome }) => outcome === 'fail')) return undefined;
  return expectations
    .map(({ blockedBy }) => blockedBy?.slice(0, 2))
    .find((number) => number !== undefined && number !== step);
}

/** Not when AWS could not be asked about it: that may change a second later. */
function standsInTheWay({ results }: WatchState, step: string): boolean {
  const expectations = results.get(step)?.expectations ?? [];
  return expectations.some(
    ({ outcome, cause }) =>
      outcome === 'fail' ||
      cause === 'AWS not ready yet' ||
      cause === 'AWS chose' ||
      cause === 'not on record',
  );
}
