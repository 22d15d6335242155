import { argv } from 'node:process';
import { realpathSync } from 'node:fs';
import type { Check, CheckOf } from '../judging/check.ts';
import { ownLab } from '../lab/lab.ts';
import { ownOptions } from '../lab/options.ts';

/** Judges when a check file is run by itself (`npx zx checks/01-….ts`). When it is imported, the check is only data. */
export async function runAlone<T>(meta: ImportMeta, check: CheckOf<T>): Promise<void> {
  const scripts = argv.filter((argument) => argument.endsWith('.ts')).map((path) => realpath(path));
  if (!scripts.includes(realpath(meta.filename))) return;
  // Loaded here, because most callers of this module only import the check.
  const { checkAndReport } = await import('./check.ts');
  const lab = ownLab(ownOptions());
  const own = check(lab);
  process.exitCode = await checkAndReport(lab, own.step, own as Check);
}

function realpath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
