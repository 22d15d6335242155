import { asLabError, describeError } from './errors.ts';

/** The end of a command that failed: what a user reads, and the exit code. */
export async function fail(error: unknown): Promise<void> {
  process.stderr.write(`${await sameTarget(describeError(error))}\n`);
  process.exitCode = asLabError(error)?.exitCode ?? 1;
}

/** An error names what to type next: that goes to where this command went, as far as it came to know that. */
async function sameTarget(text: string): Promise<string> {
  try {
    return (await import('./next.ts')).sameTarget(text);
  } catch {
    return text;
  }
}
