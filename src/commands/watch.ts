import { once } from 'node:events';
import { describeError, LabError } from '../lab/errors.ts';
import { nextLines, pointingAt, wayTo } from '../lab/next.ts';
import type { Next, Way } from '../lab/next.ts';
import type { Lab } from '../lab/lab.ts';
import type { Target } from '../lab/session.ts';
import { findStep, listSteps, loadCheck } from '../judging/steps.ts';
import { createActions } from './watch-actions.ts';
import { lineKeyboard, rawKeyboard } from '../watch/keys.ts';
import type { Press } from '../watch/keys.ts';
import { waitingLine, signed } from '../watch/lines.ts';
import { mailbox } from '../watch/mailbox.ts';
import type { Mailbox } from '../watch/mailbox.ts';
import { openingLines } from '../watch/opening.ts';
import { createPace } from '../watch/pace.ts';
import { createScreen } from '../watch/screen.ts';
import type { Screen } from '../watch/screen.ts';
import { begin, react } from '../watch/react.ts';
import type { WatchEvent, WatchState, Action } from '../watch/watch-state.ts';
import { readTask } from '../watch/task.ts';
import type { Task } from '../watch/task.ts';

/** `lab watch [N]`: the learner types in another terminal; this one looks, and says how far the lab is. */
export async function runWatch(lab: Lab, args: readonly string[]): Promise<number> {
  const { from, manual } = await readArguments(lab, args);
  const entries = await listSteps();
  const [current, tasks, checks] = await Promise.all([
    lab.session(),
    Promise.all(entries.map(async (entry) => readTask(lab, entry, await loadCheck(lab, entry)))),
    Promise.all(entries.map((entry) => loadCheck(lab, entry))),
  ]);
  const rewrites = process.stdout.isTTY && process.env['TERM'] !== 'dumb' && !manual;
  const screen = createScreen(process.stdout, { manual, rewrites });
  screen.print(openingLines(current, screen.view()));
  const inbox = mailbox<Press>();
  const over = new AbortController();
  const keyboard = (manual ? lineKeyboard : rawKeyboard)(process.stdin, (press) => {
    inbox.put(press);
    // Whoever leaves a terminal does not wait for AWS; what was written into a pipe is done to its end.
    if (press.kind === 'quit' && !manual) over.abort();
  });
  try {
    const perform = createActions(lab, checks, screen);
    const { target } = current;
    const point = pointingAt(lab);
    const way = wayTo(lab);
    const ended = await Promise.race([
      watch({ tasks, from, point, way, manual, target, screen, inbox, perform, over: over.signal }),
      once(over.signal, 'abort').then(() => 'left' as const),
    ]);
    screen.clear();
    screen.print(nextLines(ended === 'done' ? afterClean : afterLeaving, way));
    return 0;
  } finally {
    keyboard.stop();
    screen.close();
  }
}

const afterClean: Next = {
  command: 'npx lab verify',
  why: 'Compares your evidence with its manifest. To read it: docs/proofs.md',
};

const afterLeaving: Next = {
  command: 'npx lab watch',
  why: 'Continues where you are. To see where that is: npx lab status',
};

async function readArguments({ options }: Lab, args: readonly string[]) {
  const [argument, ...more] = args;
  if (more.length > 0 || options.json) {
    throw new LabError('"watch" takes at most one number, and has no --json', {
      hint: 'npx lab watch, or for programs: npx lab check --json',
      exitCode: 2,
    });
  }
  const from = argument === undefined ? undefined : (await findStep(argument)).number;
  return { from, manual: options.manual || !process.stdin.isTTY };
}

interface Stage {
  readonly tasks: readonly Task[];
  readonly from: string | undefined;
  readonly point: readonly string[];
  readonly way: Way;
  readonly manual: boolean;
  readonly target: Target;
  readonly screen: Screen;
  readonly inbox: Mailbox<Press>;
  readonly over: AbortSignal;
  readonly perform: (action: Action, state: WatchState) => Promise<WatchEvent | undefined>;
}

/** Until the learner quits, or nothing is left to do: runs the actions in order, then waits for a key or the next look. */
async function watch(stage: Stage): Promise<'done' | 'left'> {
  const { screen, inbox, manual } = stage;
  let { state, actions } = begin(stage.tasks, stage);
  const pace = createPace(stage.target);
  const take = (event: WatchEvent, later: readonly Action[]) => {
    const reaction = react(state, event, screen.view());
    if (reaction.lines.length > 0) pace.changed();
    screen.print(reaction.lines);
    ({ state } = reaction);
    actions = [...later, ...reaction.actions];
  };
  for (;;) {
    while (actions.length > 0) {
      const [action, ...later] = actions;
      if (action === undefined || action.kind === 'end')
        return isCleanedUp(state) ? 'done' : 'left';
      actions = later;
      const event = await attempt(stage, action, state);
      if (stage.over.aborted) return 'left';
      if (event?.kind === 'looked') pace.looked(event.results);
      if (event !== undefined) take(event, later);
    }
    const result = state.results.get(state.current);
    const pauseMs = pace.pauseMs();
    if (result !== undefined)
      screen.rewrite(
        waitingLine({ result, at: new Date(), nextMs: pauseMs, paused: state.paused }),
      );
    const press = await inbox.next(manual ? undefined : pauseMs);
    if (press === undefined) actions = [{ kind: 'look', purpose: 'watch' }];
    else if (press.kind === 'quit') return 'left';
    else take(press, []);
  }
}

const isCleanedUp = ({ tasks, green }: WatchState): boolean =>
  tasks.some(({ kind, number }) => kind === 'clean-up' && green.has(number));

/** An action that fails is reported, and the watch goes on. */
async function attempt({ perform, screen }: Stage, action: Action, state: WatchState) {
  try {
    return await perform(action, state);
  } catch (error) {
    screen.print(signed('fail', describeError(error), screen.view()));
    return undefined;
  }
}
