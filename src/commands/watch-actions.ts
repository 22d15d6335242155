import type { Check, Judged } from '../judging/check.ts';
import { labTime } from '../lab/aws/clocks.ts';
import { messageCount, observeDeliveries, observeQueue } from '../lab/aws/observe.ts';
import { keepEvidence } from '../evidence/keep.ts';
import { pickList } from '../judging/printed.ts';
import { deadLettersOf, runOf } from '../evidence/timeline.ts';
import { publishDocs } from './publish-docs.ts';
import { runChecks } from './check.ts';
import type { Lab } from '../lab/lab.ts';
import { keysLines, sentence, signed } from '../watch/lines.ts';
import { createLooker } from '../watch/looker.ts';
import { timelineLines } from '../watch/timeline-lines.ts';
import type { Screen } from '../watch/screen.ts';
import type { Purpose, WatchEvent, WatchState, Action } from '../watch/watch-state.ts';
import { commandsOf, commandsOfStep, reset, resetCommands } from '../watch/step-commands.ts';

/** Does what `react` actions, one thing at a time: asks AWS, runs commands, writes evidence. */
export function createActions(lab: Lab, checks: readonly Check[], screen: Screen) {
  const { lookAtAll, lookAtStep } = createLooker(lab);
  const judged = new Map<string, Judged<unknown>>();

  async function looked(purpose: Purpose, current: string): Promise<WatchEvent> {
    const isWhole = purpose === 'start' || purpose === 'list';
    const results = isWhole ? await lookAtAll(checks) : await lookAtStep(current, checks);
    for (const one of results) judged.set(one.result.step, one);
    return { kind: 'looked', purpose, results: results.map(({ result }) => result) };
  }

  /** As `npx lab check N` does. */
  async function record(step: string): Promise<void> {
    const check = checks.find((one) => one.step === step);
    const known = judged.get(step);
    if (check === undefined || known === undefined) return;
    // keepEvidence() prints its own warnings.
    screen.clear();
    const { proofs, file } = await keepEvidence(lab, check, known);
    await publishDocs(lab);
    if (file === undefined) return;
    const numbers = proofs.map(({ number }) => number).join(', ');
    const what = numbers === '' ? 'Evidence' : `Proof${proofs.length > 1 ? 's' : ''} ${numbers}`;
    screen.print(sentence(`${what}: ${file}`, screen.view()));
  }

  const leavesTraces = (step: string) =>
    checks.some((check) => check.step === step && check.leavesTraces === true);

  async function showTimeline(step: string): Promise<void> {
    const [queue, log, now] = await Promise.all([
      observeQueue(lab.look, lab.queueName),
      observeDeliveries(lab.look),
      labTime(lab.look)(),
    ]);
    // The check of the dead-letter queue has found the message there; before that nobody has looked.
    const peeked = [...judged.values()].flatMap(({ observed }) => pickList(observed, 'messages'));
    const run = runOf({
      queueName: lab.queueName,
      deadLetterQueueName: lab.deadLetterQueueName,
      visibilityTimeoutSeconds: lab.visibilityTimeoutSeconds,
      maxReceiveCount: lab.maxReceiveCount,
      deliveries: log?.deliveries ?? [],
      deadLetters: leavesTraces(step) ? deadLettersOf(peeked) : [],
      waiting: queue === undefined ? 0 : messageCount(queue),
      lookedAt: now,
    });
    screen.print(timelineLines(run, screen.view()));
  }

  async function resetStep(commands: readonly string[]): Promise<void> {
    screen.rewrite('deleting ...');
    const complaints = await reset(lab, commands);
    const view = screen.view();
    screen.print(
      complaints.length === 0
        ? [
            ...signed('pass', 'Deleted.', view),
            ...(commands.some((command) => command.includes('delete-queue'))
              ? sentence(
                  'The name of a deleted queue is locked for 60 s. In the sandbox "npx lab sandbox advance 60" skips them.',
                  view,
                )
              : []),
          ]
        : complaints.flatMap((text) => signed('fail', text, view)),
    );
  }

  return async (action: Action, state: WatchState): Promise<WatchEvent | undefined> => {
    if (action.kind === 'look') return looked(action.purpose, state.current);
    if (action.kind === 'offer reset') {
      return {
        kind: 'offered',
        commands: await resetCommands(lab, checks.find(({ step }) => step === action.step) ?? {}),
      };
    }
    if (action.kind === 'record') await record(action.step);
    if (action.kind === 'reset') await resetStep(action.commands);
    if (action.kind === 'solution') {
      const commands = commandsOf(await commandsOfStep(lab, action.step));
      screen.print([
        '',
        ...sentence(`The commands of step ${action.step}:`, screen.view()),
        ...commands,
      ]);
    }
    if (action.kind === 'timeline') await showTimeline(action.step);
    if (action.kind === 'check all') {
      screen.clear();
      await runChecks(lab, []);
      screen.print(['', ...keysLines(screen.view())]);
    }
    return undefined;
  };
}
