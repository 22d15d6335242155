import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { firstProblem } from '../judging/hint.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { root } from '../lab/settings.ts';
import { judgeQuietly, loadChecks } from './quiet.ts';

/**
 * The commands that give the good lab back, as the checks of what the steps make say them. One that is needed before the
 * others comes alone: the rest is known when it has run.
 * @throws LabError when nothing is wrong, or nobody can say yet what is
 */
export async function resetCommands(lab: Lab): Promise<string> {
  const checks = (await loadChecks(lab)).filter(({ kind }) => kind === 'make');
  const results = (await judgeQuietly(lab, checks)).map(({ result }) => result);
  const fixes = results.flatMap(({ expectations }) =>
    expectations.flatMap(({ outcome, hints }) => (outcome === 'fail' && hints ? [hints.fix] : [])),
  );
  const [first] = fixes;
  if (first === undefined) {
    const problem = firstProblem(results);
    throw new LabError(
      problem === undefined
        ? 'Nothing is to be reset: every check of what the steps made passes'
        : `Nothing can be reset yet: ${problem.expectation.reason ?? problem.expectation.claim}`,
    );
  }
  const commands = [...new Set(fixes)].join('\n');
  // Step 11 deletes the zip, and a board may be opened where step 05 was never typed.
  const bundles = commands.includes(lab.zipFile) && !existsSync(join(root, lab.zipFile));
  // As step 05 does.
  return bundles ? `node src/scripts/bundle-worker.ts ${lab.zipFile}\n${commands}` : commands;
}
