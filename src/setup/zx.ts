/**
 * `npx zx FILE`: the locked zx. What it throws is told in the words, and ends with the exit code, of `npx lab`: zx's own
 * command prints a full disk as a stack, and ends with 1 whatever was wrong.
 */
import { argv, main } from 'zx/cli';
import { LabError } from '../lab/errors.ts';
import { fail } from '../lab/fail.ts';

await main().catch(async (error: unknown) => {
  process.exitCode = await fail(noScript(error) ?? error);
});

function noScript(error: unknown): LabError | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  const [script] = argv._;
  if (code !== 'ENOENT' || script === undefined || path !== script) return undefined;
  return new LabError(`There is no file ${script}`, { hint: 'npx lab steps', exitCode: 2 });
}
