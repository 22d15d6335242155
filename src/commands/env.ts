import { pointingHere } from '../lab/next.ts';
import { options, useOptions } from '../lab/options.ts';
import { session, shellExports } from '../lab/session.ts';
import { say } from '../lab/terminal.ts';

/**
 * `lab env`: assignments for a shell of the user's own. Here `--profile` picks a profile of the target that
 * LAB_TARGET chooses, so that in the sandbox it is one of the sandbox's users.
 */
export async function printEnvironment(): Promise<number> {
  const { profile } = options();
  if (profile !== undefined && process.env['LAB_TARGET'] !== 'aws') {
    useOptions({ ...options(), profile: undefined, as: profile });
  }
  const current = await session();
  if (options().json) {
    const shown = Object.entries(current.environment).filter(([name]) =>
      /^(AWS_|LAB_|PATH$|NO_PROXY$)/.test(name),
    );
    say(JSON.stringify(Object.fromEntries(shown), null, 2));
  } else {
    say(shellExports(current));
    // For who reads it here; the shell that takes it passes over a comment.
    say(
      `# Next: this shows the variables and sets none. To set them in this terminal: ${pointingHere().at(-1)}`,
    );
  }
  return 0;
}
