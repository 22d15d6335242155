import { publish } from '../evidence/publish.ts';
import { targetsIn } from '../evidence/read-evidence.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { sayNext } from '../lab/next.ts';
import { ownDocs } from '../lab/made-files.ts';
import { complain, say } from '../lab/terminal.ts';
import { targetLabel } from '../lab/target-name.ts';

/**
 * `lab pictures`: makes everything of one's own in `docs/` again from the recorded evidence: pictures, text twins, pages. Asks nobody; the same evidence gives the same files.
 * @returns 0, or 1 when some evidence cannot be read or a file cannot be written
 */
export async function picturesCommand(lab: Lab, words: readonly string[]): Promise<number> {
  if (words.length > 0) {
    throw new LabError('"pictures" takes no arguments', {
      hint: 'npx lab pictures',
      exitCode: 2,
    });
  }
  const targets = await targetsIn(ownDocs);
  if (targets.length === 0) {
    throw new LabError('There is no evidence of yours to draw in docs/evidence/', {
      hint: 'npm start records a whole run, npx lab check what passes now. The sample in docs/sample/ is drawn already.',
      exitCode: 2,
    });
  }
  const { warnings, derived } = await publish(ownDocs, { redraw: true });
  for (const target of targets) {
    const folder = `screenshots/${target}/`;
    const count = derived.filter((path) => path.startsWith(folder) && path.endsWith('.png')).length;
    const label = targetLabel(target);
    say(`${count} pictures in docs/${folder} [${label}]`);
  }
  for (const warning of warnings) complain(`Warning: ${warning}`);
  const why = 'Holds the pictures and the evidence against their record. To read: docs/proofs.md';
  sayNext(lab, { command: 'npx lab verify', why });
  return warnings.length === 0 ? 0 : 1;
}
