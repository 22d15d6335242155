/**
 * `npx zx FILE`: the locked zx. What it throws is told in the words, and ends with the exit code, of `npx lab`: zx's own
 * command prints a full disk as a stack, and ends with 1 whatever was wrong.
 */
import { argv, main } from 'zx/cli';
import { asLabError, describeError, LabError } from '../lab/errors.ts';

await main().catch(async (error: unknown) => {
  const known = noScript(error) ?? error;
  process.stderr.write(`${await sameTarget(describeError(known))}\n`);
  process.exitCode = asLabError(known)?.exitCode ?? 1;
});

function noScript(error: unknown): LabError | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  const [script] = argv._;
  if (code !== 'ENOENT' || script === undefined || path !== script) return undefined;
  return new LabError(`There is no file ${script}`, { hint: 'npx lab steps', exitCode: 2 });
}

/** What an error names to type next goes to where this step went, as far as it came to know that. */
async function sameTarget(text: string): Promise<string> {
  try {
    return (await import('../lab/next.ts')).sameTarget(text);
  } catch {
    return text;
  }
}
