import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../lab/aws/wait.ts';
import { openTerminal } from '../lab/command.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { labHome, root } from '../lab/settings.ts';
import { printable, say, sayAside } from '../lab/terminal.ts';
import { writeWhole } from '../lab/write-whole.ts';
import type { CheckResult } from './check.ts';
import { firstProblem, whyNotJudged } from './hint.ts';
import type { Problem } from './hint.ts';
import { judgeSteps } from './judge-steps.ts';
import { findStep, runStep } from './steps.ts';
import { kitWorker, sendAgain } from './to-paste.ts';

const run = promisify(execFile);

/** How often the commands for one and the same expectation are run before the lab is given up. */
const mostTries = 3;

/** What one round of a restore did. */
export interface Round {
  /** `02/visibility-timeout` */
  readonly key: string;
  readonly claim: string;
}

/**
 * Brings the lab from any state to one whose checks pass: judges it, runs the commands that the hints give for the first
 * thing that fails, judges again. What is not there is built. Where nothing is wrong it changes nothing.
 * @returns what was fixed, in order
 * @throws LabError when an expectation does not hold after its commands were run three times, or no command can fix it
 */
export async function restoreLab(lab: Lab): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  for (;;) {
    const problem = firstProblem(await judgeWhenReady(lab));
    if (problem === undefined) return rounds;
    const key = `${problem.check.step}/${problem.expectation.id}`;
    const commands = commandsFor(problem);
    if (commands === undefined) throw noWayOut(problem);
    if (rounds.filter((round) => round.key === key).length >= mostTries) throw notEnough(problem);
    rounds.push({ key, claim: problem.expectation.claim });
    say(`Check ${problem.check.step} does not hold: ${problem.expectation.claim}`);
    await runCommands(lab, commands);
  }
}

/** The results of the checks of the built lab, as soon as no clock of AWS keeps them from being judged. */
export async function judgeWhenReady(lab: Lab): Promise<readonly CheckResult[]> {
  let results = await judgeBuilt(lab);
  const clock = runningClock(results);
  if (clock === undefined) return results;
  await waitFor(lab, {
    what: `check ${clock.step} to be judged`,
    clock: clock.name,
    limitSeconds: clock.atMostSeconds + 30,
    probe: async () => {
      results = await judgeBuilt(lab);
      return runningClock(results) === undefined ? true : undefined;
    },
  }).catch((error: unknown) => {
    // Its time is over: what it stands for is then not as it should be.
    if (!(error instanceof LabError)) throw error;
  });
  return results;
}

async function judgeBuilt(lab: Lab): Promise<readonly CheckResult[]> {
  return (await judgeSteps(lab)).map(({ result }) => result);
}

/** No message of the lab is hidden for longer, so waiting longer leads nowhere. */
const mostSeconds = 120;

/** The clock to wait for: of the first problem, if it is one that goes away by itself. */
function runningClock(results: readonly CheckResult[]) {
  const problem = firstProblem(results);
  if (problem?.expectation.cause !== 'AWS not ready yet') return undefined;
  const { name = 'AWS needs a moment', atMostSeconds = 60 } = problem.expectation.clock ?? {};
  if (atMostSeconds > mostSeconds) return undefined;
  return { step: problem.check.step, name, atMostSeconds };
}

/** The commands of the third hint, or those with which the run is repeated; undefined: there are none. */
function commandsFor({ check, expectation }: Problem): string | undefined {
  // Who the caller is, and which programs this machine has, no command of the lab can change.
  if (check.step === '00') return undefined;
  const { cause, hints, repeatFrom } = expectation;
  if (hints !== undefined) return hints.fix;
  if (repeatFrom !== undefined || cause === 'AWS not ready yet') return sendAgain;
  return undefined;
}

function noWayOut({ check, expectation }: Problem): LabError {
  const { claim, hints } = expectation;
  const why = hints === undefined ? whyNotJudged(expectation) : hints.hint;
  return new LabError(`Cannot restore the lab: check ${check.step}, "${claim}": ${why}`, {
    hint: hints === undefined ? 'npx lab reset, when the cause above is gone' : hints.fix,
  });
}

function notEnough({ check, expectation }: Problem): LabError {
  const { claim, hints } = expectation;
  const why = hints?.hint ?? whyNotJudged(expectation);
  return new LabError(
    `The lab is not restored: after ${mostTries} tries check ${check.step} still says that this does not hold: ${claim}. ${why}`,
    { hint: 'npx lab reset --rebuild   deletes the lab and builds it anew' },
  );
}

/** What AWS answers while one of its clocks runs, or when somebody else has been faster. */
const patient = {
  retryWhile: {
    says: /update is in progress|it is in use|must wait 60 seconds/i,
    clock: 'a change of a function, mapping or queue takes some seconds',
    typicalSeconds: 5,
    limitSeconds: 120,
  },
  accept: [
    'AWS.SimpleQueueService.NonExistentQueue',
    'NoSuchEntity',
    'ResourceNotFoundException',
    'PurgeQueueInProgress',
  ],
};

/**
 * Runs the commands of a hint as a learner would paste them, each shown first. A step runs in this process, and the
 * learner's worker is put aside in a file: git may be locked by what was killed. A command that fails is said, and left to
 * the next look.
 */
export async function runCommands(lab: Lab, commands: string): Promise<void> {
  const shorter = /^# the same, shorter: (npx lab step \d+)$/m.exec(commands)?.[1];
  const { $ } = openTerminal(lab);
  for (const line of (shorter ?? commands).split('\n')) {
    try {
      const step = /^npx lab step (\d+)$/.exec(line)?.[1];
      // It waits until the queue is empty, which old messages with a delay prevent for minutes: the next look waits for what matters.
      if (step === onlyWaits) continue;
      if (step !== undefined) await runStep(await findStep(step), { lab, inWholeLab: true });
      else if (line === kitWorker) await putWorkerAside(lab);
      else await $(patient)(Object.assign([line], { raw: [line] }));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      sayAside(`not done: ${printable(error.message)}`);
    }
  }
}

/** Number of the step that waits and shows, and changes nothing. */
const onlyWaits = '9';

const workerFile = 'src/handlers/worker.ts';

/**
 * Brings the worker of the kit back, and keeps the learner's own in `.lab/put-aside/`.
 * @throws LabError when git does not know the worker of the kit
 */
export async function putWorkerAside({ checkout = root }: Lab): Promise<void> {
  const file = join(checkout, workerFile);
  const { stdout: kits } = await run('git', ['show', `HEAD:./${workerFile}`], {
    cwd: checkout,
  }).catch((cause: unknown) => {
    throw new LabError(`Cannot bring back the kit's ${workerFile}: git does not have it`, {
      hint: `Get ${workerFile} from the kit again.`,
      cause,
    });
  });
  const own = await readFile(file, 'utf8').catch(() => undefined);
  if (own === kits) return;
  if (own !== undefined) {
    const folder = join(labHome, 'put-aside');
    const kept = join(folder, `worker-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.ts`);
    await mkdir(folder, { recursive: true });
    await writeFile(kept, own);
    const shown = relative(checkout, kept);
    say(`Your worker is put aside: "cp ${shown} ${workerFile}" brings it back.`);
  }
  await writeWhole(file, kits);
}
