import { asLabError, describeError } from './errors.ts';
import { ownOptions, plainOptions } from './options.ts';
import type { Options } from './options.ts';

/**
 * The end of a command that failed: says what a user reads.
 * @param options of the command; left out: those of the command line, as far as it can be read
 * @returns the exit code
 */
export async function fail(error: unknown, options = readable()): Promise<number> {
  process.stderr.write(`${await sameTarget(describeError(error), options)}\n`);
  return asLabError(error)?.exitCode ?? 1;
}

function readable(): Options {
  try {
    return ownOptions();
  } catch {
    return plainOptions;
  }
}

/** An error names what to type next: that goes to where this command went, as far as it came to know that. */
async function sameTarget(text: string, options: Options): Promise<string> {
  try {
    const { sameTarget: led, wayTo } = await import('./next.ts');
    const { ownLab } = await import('./lab.ts');
    return led(text, wayTo(ownLab(options)));
  } catch {
    return text;
  }
}
