import { countingFunction } from '../drills/typed.ts';
import { ownLab } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import { pointingAt } from '../lab/next.ts';
import { shellExports } from '../lab/session.ts';
import { say } from '../lab/terminal.ts';

/**
 * `lab env`: assignments for a shell of the user's own. Here `--profile` picks a profile of the target that
 * LAB_TARGET chooses, so that in the sandbox it is one of the sandbox's users.
 */
export async function printEnvironment({ options }: Lab): Promise<number> {
  const { profile } = options;
  const isUser = profile !== undefined && process.env['LAB_TARGET'] !== 'aws';
  const lab = ownLab(isUser ? { ...options, profile: undefined, as: profile } : options);
  const current = await lab.session();
  if (options.json) {
    const shown = Object.entries(current.environment).filter(([name]) =>
      /^(AWS_|LAB_|PATH$|NO_PROXY$)/.test(name),
    );
    say(JSON.stringify(Object.fromEntries(shown), null, 2));
  } else {
    say(shellExports(current));
    say(countingFunction());
    // For a person who reads the output; a shell ignores the comment.
    say(
      `# Next: this only prints the variables. To set them in this terminal: ${pointingAt(lab).at(-1)}`,
    );
  }
  return 0;
}
