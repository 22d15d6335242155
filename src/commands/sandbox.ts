import { LabError } from '../lab/errors.ts';
import { ownLab } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import { sayNext } from '../lab/next.ts';
import { aheadText, paceText, stoppedText } from '../lab/sandbox/lab-clock.ts';
import type { Pace } from '../lab/sandbox/handle.ts';
import { resetSandbox, runningSandbox, stopSandbox } from '../lab/sandbox/process.ts';
import { duration, say } from '../lab/terminal.ts';
import { nearest } from '../lab/nearest.ts';

const hint =
  'npx lab sandbox start|stop|status|reset, or: npx lab sandbox advance 30, npx lab sandbox clock pause';

/** `lab sandbox …` @throws LabError (exit code 2) for an unknown action */
export async function sandboxCommand(
  lab: Lab,
  [action, amount, ...more]: readonly string[],
): Promise<number> {
  if (more.length > 0 || (amount !== undefined && action !== 'advance' && action !== 'clock')) {
    throw new LabError(`"sandbox ${action}" takes no more arguments`, { hint, exitCode: 2 });
  }
  switch (action) {
    case 'start':
      await ownLab(lab.options, { exactMode: true }).session();
      return status(lab);
    case 'status':
      return status(lab);
    case 'stop':
      return stop(lab);
    case 'reset':
      await resetSandbox();
      say('The sandbox is empty: its resources, keys and clock are gone.');
      sayNext(lab, { command: 'npx lab watch', why: 'Starts it and shows the first task.' });
      return 0;
    case 'advance':
      return advance(lab, Number(amount));
    case 'clock':
      return setClock(lab, amount);
    default:
      throw unknownAction(action);
  }
}

/** `npx lab sandbox clock …` */
export const clockWords = {
  pause: 'paused',
  skip: 'skipping',
  tenfold: 'tenfold',
  'real-time': 'real time',
} as const satisfies Record<string, Pace>;

async function setClock(lab: Lab, word: string | undefined): Promise<number> {
  const known = [...Object.keys(clockWords), 'step'];
  if (word === undefined || !known.includes(word)) {
    throw new LabError(`"sandbox clock" needs one of: ${known.join(', ')}`, {
      hint: 'npx lab sandbox clock pause',
      exitCode: 2,
    });
  }
  const sandbox = await runningSandbox();
  if (sandbox === undefined)
    throw new LabError('The sandbox is not running', { hint: 'npx lab sandbox start' });
  if (word === 'step') {
    const step = await sandbox.step();
    if ('refused' in step)
      throw new LabError(`The sandbox clock was not moved: ${step.refused}`, {
        hint: 'npx lab sandbox status',
      });
    say(`Moved the sandbox clock by ${duration(step.movedMs)}.`);
  } else {
    await sandbox.setPace(clockWords[word as keyof typeof clockWords]);
    say(`Clock  ${paceText((await sandbox.status()).clock)}`);
  }
  sayNext(lab, whereAmI);
  return 0;
}

function unknownAction(action: string | undefined): LabError {
  if (action === undefined)
    return new LabError('"sandbox" needs an argument', { hint, exitCode: 2 });
  const meant = nearest(action, ['start', 'stop', 'status', 'reset', 'advance', 'clock']);
  return new LabError(`There is no command "sandbox ${action}"`, {
    hint: meant === undefined ? hint : `Did you mean "npx lab sandbox ${meant}"?`,
    exitCode: 2,
  });
}

const whereAmI = { command: 'npx lab status', why: 'Says which steps are done.' };

async function status(lab: Lab): Promise<number> {
  const sandbox = await runningSandbox();
  const found = await sandbox?.status();
  if (lab.options.json) {
    say(
      JSON.stringify(
        found === undefined ? { running: false } : { running: true, ...found },
        null,
        2,
      ),
    );
  } else if (found === undefined) {
    say('The sandbox is not running. Every step and check starts it.');
    sayNext(lab, { command: 'npx lab sandbox start' });
  } else {
    const { clock, realistic } = found;
    say(
      `The sandbox answers at ${found.endpoint} (process ${found.pid}, ${Math.round(found.memoryRss / 2 ** 20)} MB)`,
    );
    say(`Clock  ${new Date(clock.now).toISOString()}, ${aheadText(clock)}, ${paceText(clock)}`);
    const stopped = stoppedText(clock);
    if (stopped !== undefined) say(`       ${stopped}`);
    if (realistic)
      say('Mode   realistic: slow roles, duplicates, throttling and other faults of AWS');
    sayNext(lab, whereAmI);
  }
  return found === undefined ? 1 : 0;
}

async function stop(lab: Lab): Promise<number> {
  const ran = await stopSandbox();
  say(ran ? 'The sandbox is stopped. Its resources are kept.' : 'The sandbox was not running.');
  sayNext(lab, { command: 'npx lab sandbox start', why: 'Every step and check starts it, too.' });
  return 0;
}

async function advance(lab: Lab, seconds: number): Promise<number> {
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw new LabError('"sandbox advance" needs a number of seconds above 0', {
      hint,
      exitCode: 2,
    });
  }
  const sandbox = await runningSandbox();
  if (sandbox === undefined)
    throw new LabError('The sandbox is not running', { hint: 'npx lab sandbox start' });
  await sandbox.advance(seconds);
  say(`Moved the sandbox clock by ${duration(seconds * 1000)}.`);
  sayNext(lab, whereAmI);
  return 0;
}
