import { argv } from 'node:process';
import { realpathSync } from 'node:fs';
import { fail } from '../lab/fail.ts';
import type { Check } from '../judging/check.ts';

/** A check file can be run by itself (`npx zx checks/01-….ts`): then it judges; imported, it is only data. */
export async function runAlone<T>(meta: ImportMeta, check: () => Check<T>): Promise<void> {
  const scripts = argv.filter((argument) => argument.endsWith('.ts')).map((path) => realpath(path));
  if (!scripts.includes(realpath(meta.filename))) return;
  // Not awaited: the page is made from every check, and this one is complete only when its own file has ended.
  void judgeAlone(check() as Check).catch(fail);
}

async function judgeAlone(own: Check): Promise<void> {
  // Loaded here: every step comes through the same door and needs none of it.
  const { checkAndReport } = await import('./check.ts');
  process.exitCode = await checkAndReport(own.step, own);
}

function realpath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
