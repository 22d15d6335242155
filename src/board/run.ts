import { parseCliError, runInBash } from '../lab/command.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { printable } from '../lab/terminal.ts';
import { commandOf } from './actions.ts';

/** What came of a command: AWS's own words when it was refused. */
export interface RunResult {
  readonly ok: boolean;
  readonly command: string;
  /** `InvalidAttributeValue`; undefined when the CLI failed before or without AWS. */
  readonly code?: string;
  /** AWS's message; of a reset what was set back. */
  readonly message: string;
  /** What it printed, the beginning. */
  readonly output: string;
}

const mostShown = 4000;
const words = {
  pause: 'paused',
  'real-time': 'real time',
  tenfold: 'tenfold',
  skip: 'skipping',
} as const;

/**
 * Runs the command of a control.
 * @param request the control, its values, and the command that the page showed before: another one is not run
 * @param reset gives the good lab back, and says what it did
 */
export async function runAction(
  lab: Lab,
  request: Readonly<Record<string, unknown>>,
  reset: Reset,
): Promise<RunResult> {
  const { action, values, command: shown, confirmed } = request;
  const command = await commandOf(lab, action, values);
  if (command !== shown)
    throw new LabError('The lab has changed since this command was shown: look at it again', {
      exitCode: 2,
    });
  if (lab.target() === 'aws' && confirmed !== true)
    throw new LabError('A change of a real account is asked for each time: confirm it', {
      exitCode: 2,
    });
  if (action === 'reset') return resetInProcess(lab, command, reset);
  const clock = /^npx lab sandbox clock ([a-z-]+)$/.exec(command)?.[1];
  if (clock !== undefined) return moveClock(lab, clock, command);
  const { stdout, stderr, exitCode } = await runInBash(await lab.session(), command);
  const output = printable(stdout.trim()).slice(0, mostShown);
  if (exitCode === 0) return { ok: true, command, message: '', output };
  const { code, message } = parseCliError(stderr);
  // What the CLI itself refuses has several lines.
  const whole = code === undefined ? stderr.trim().slice(0, mostShown) : message;
  return { ok: false, command, ...(code && { code }), message: printable(whole), output };
}

/** `lab reset` is a command of the kit, and the board is one, too: it is given what that does. */
export type Reset = (lab: Lab) => Promise<readonly string[]>;

async function resetInProcess(lab: Lab, command: string, reset: Reset): Promise<RunResult> {
  const { sandbox } = await lab.session();
  // The checks wait for messages that no clock shows again.
  if ((await sandbox?.status())?.clock.pace === 'paused')
    return {
      ok: false,
      command,
      message: 'The lab clock is paused, and a reset waits on it: press "Skip waits" first.',
      output: '',
    };
  const did = await reset(lab);
  const message =
    did.length === 0
      ? 'Nothing was to be set back: every check passes.'
      : ['The good lab is back, every check passes:', ...did].join('\n');
  return { ok: true, command, message: printable(message), output: '' };
}

/** As the command does it, without a process of its own. */
async function moveClock(lab: Lab, word: string, command: string): Promise<RunResult> {
  const { sandbox } = await lab.session();
  if (sandbox === undefined) throw new LabError('The sandbox is not running');
  if (word === 'step') {
    const step = await sandbox.step();
    return 'refused' in step
      ? { ok: false, command, message: step.refused, output: '' }
      : { ok: true, command, message: '', output: `moved by ${Math.round(step.movedMs / 1000)} s` };
  }
  await sandbox.setPace(words[word as keyof typeof words]);
  return { ok: true, command, message: '', output: '' };
}
