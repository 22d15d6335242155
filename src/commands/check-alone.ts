import { argv } from 'node:process';
import { realpathSync } from 'node:fs';
import type { Check, CheckOf } from '../judging/check.ts';
import { fail } from '../lab/fail.ts';
import { ownLab } from '../lab/lab.ts';
import { ownOptions } from '../lab/options.ts';

/** Judges when a check file is run by itself (`npx zx checks/01-….ts`). When it is imported, the check is only data. */
export async function runAlone<T>(meta: ImportMeta, check: CheckOf<T>): Promise<void> {
  const scripts = argv.filter((argument) => argument.endsWith('.ts')).map((path) => realpath(path));
  if (!scripts.includes(realpath(meta.filename))) return;
  // Not awaited: the page is made from every check, and this one is complete only when its own file has ended.
  void judgeAlone(check)
    .catch((error: unknown) => fail(error))
    .then((code) => (process.exitCode = code));
}

async function judgeAlone<T>(check: CheckOf<T>): Promise<number> {
  // Loaded here, because most callers of this module only import the check.
  const { checkAndReport } = await import('./check.ts');
  const lab = ownLab(ownOptions());
  const own = check(lab);
  return checkAndReport(lab, own.step, own as Check);
}

function realpath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
