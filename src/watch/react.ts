import { plainWay } from '../lab/next.ts';
import type { Way } from '../lab/next.ts';
import { keysLines, sentence } from './lines.ts';
import type { View } from './lines.ts';
import { blockerOf, firstOpen, looked } from './progress.ts';
import type { Task } from './task.ts';
import type { Reaction, WatchEvent, WatchState, Action } from './watch-state.ts';

/**
 * @param from the step to begin with; undefined: the first that is not green
 * @param point the commands that point another terminal at the lab
 * @param way what leads commands of the kit to it
 */
export function begin(
  tasks: readonly Task[],
  {
    from,
    point = [],
    way = plainWay,
  }: {
    readonly from?: string | undefined;
    readonly point?: readonly string[];
    readonly way?: Way;
  } = {},
): Reaction {
  const state: WatchState = {
    tasks,
    point,
    way,
    pointed: false,
    current: from ?? '',
    from,
    results: new Map(),
    shown: undefined,
    green: new Set(),
    asked: undefined,
    paused: false,
    climb: undefined,
    offered: undefined,
  };
  return { state, lines: [], actions: [{ kind: 'look', purpose: 'start' }] };
}

/** The reaction to an event. Pure, so that tests need no terminal. */
export function react(state: WatchState, event: WatchEvent, view: View): Reaction {
  if (event.kind === 'looked') return looked(state, event, view);
  if (event.kind === 'offered') return offered(state, event.commands, view);
  if (event.kind === 'pasted') {
    return says(state, 'That looks like a command: type it in the other terminal.', view);
  }
  return state.offered === undefined
    ? pressed(state, event.key, view)
    : answered({ ...state, offered: undefined }, state.offered, event.key, view);
}

function says(state: WatchState, text: string, view: View): Reaction {
  return { state, lines: sentence(text, view), actions: [] };
}

function pressed(state: WatchState, key: string, view: View): Reaction {
  const action = (...actions: Action[]): Reaction => ({ state, lines: [], actions });
  switch (key) {
    case 'h':
      return action({ kind: 'look', purpose: 'hint' });
    case 'l':
      return action({ kind: 'look', purpose: 'list' });
    case 'a':
      return action({ kind: 'check all' }, { kind: 'look', purpose: 'watch' });
    case 'r':
      return action({ kind: 'offer reset', step: state.current });
    case 's':
      return solution(state, view);
    case 'b':
      return back(state, view);
    case 'n':
      return next(state, view);
    case 'q':
      return action({ kind: 'end' });
    case 'Enter':
    case ' ':
      return state.paused ? next(state, view) : action({ kind: 'look', purpose: 'watch' });
    default:
      return { state, lines: keysLines(view), actions: [] };
  }
}

/** Of a green step at once; of one that is not, when it is asked for twice. */
function solution(state: WatchState, view: View): Reaction {
  const { asked, current, results } = state;
  if (asked === current || results.get(current)?.outcome === 'pass')
    return { state, lines: [], actions: [{ kind: 'solution', step: current }] };
  const text = `Step ${current} is not green yet. h gives a hint; s again shows its commands.`;
  return says({ ...state, asked: current }, text, view);
}

/** To the step before this one, green or not: to read it again, or to do it once more. */
function back(state: WatchState, view: View): Reaction {
  const numbers = state.tasks.map(({ number }) => number);
  const before = numbers[numbers.indexOf(state.current) - 1];
  if (before === undefined) return says(state, 'This is the first step.', view);
  return {
    state: { ...goTo(state, before), from: before },
    lines: [],
    actions: [{ kind: 'look', purpose: 'watch' }],
  };
}

function goTo(state: WatchState, step: string): WatchState {
  return { ...state, current: step, shown: undefined, climb: undefined, paused: false };
}

/** Goes on without waiting for green, where that makes sense. */
function next(state: WatchState, view: View): Reaction {
  const numbers = state.tasks.filter(({ kind }) => kind !== 'clean-up').map(({ number }) => number);
  const here = numbers.indexOf(state.current);
  const open = [...numbers.slice(here + 1), ...numbers.slice(0, Math.max(here, 0))].find(
    (number) => {
      const result = state.results.get(number);
      return result !== undefined && result.outcome !== 'pass' && blockerOf(result) === undefined;
    },
  );
  const isGreen = state.results.get(state.current)?.outcome === 'pass';
  if (open === undefined && !isGreen) {
    return says(state, `Every other step is green, or needs step ${state.current} first.`, view);
  }
  return {
    state: goTo(state, open ?? firstOpen(state)),
    lines: [],
    actions: [{ kind: 'look', purpose: 'watch' }],
  };
}

function offered(state: WatchState, commands: readonly string[], view: View): Reaction {
  if (commands.length === 0) {
    return says(state, `Step ${state.current} created nothing to delete.`, view);
  }
  return {
    state: { ...state, offered: commands },
    lines: [
      '',
      ...sentence(`To reset step ${state.current} these commands would run:`, view),
      ...commands.flatMap((command) => command.split('\n').map((line) => `    ${line}`)),
      ...sentence('Run them? y/n', view),
    ],
    actions: [],
  };
}

function answered(
  state: WatchState,
  commands: readonly string[],
  key: string,
  view: View,
): Reaction {
  if (key !== 'y') return says(state, 'Nothing was deleted.', view);
  return {
    state,
    lines: [],
    actions: [
      { kind: 'reset', commands },
      { kind: 'look', purpose: 'watch' },
    ],
  };
}
