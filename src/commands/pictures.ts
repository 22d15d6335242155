import { join } from 'node:path';
import { publish } from '../evidence/publish.ts';
import { targetsIn } from '../evidence/read-evidence.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { sayNext } from '../lab/next.ts';
import { root } from '../lab/settings.ts';
import { complain, say } from '../lab/terminal.ts';
import { targetLabel } from '../lab/target-name.ts';

/**
 * `lab pictures`: makes everything in `docs/` again from the recorded evidence: pictures, text twins, exam notes and the
 * page. Asks nobody; the same evidence gives the same files.
 * @returns 0, or 1 when some evidence cannot be read or a file cannot be written
 */
export async function picturesCommand(lab: Lab, words: readonly string[]): Promise<number> {
  if (words.length > 0) {
    throw new LabError('"pictures" takes no arguments', {
      hint: 'npx lab pictures',
      exitCode: 2,
    });
  }
  const docs = join(root, 'docs');
  const targets = await targetsIn(docs);
  if (targets.length === 0) {
    throw new LabError('There is no evidence to draw', {
      hint: 'npm start makes some.',
      exitCode: 2,
    });
  }
  const { warnings, derived } = await publish(docs, { redraw: true });
  for (const target of targets) {
    const folder = `screenshots/${target}/`;
    const count = derived.filter((path) => path.startsWith(folder) && path.endsWith('.png')).length;
    const label = targetLabel(target);
    say(`${count} pictures in docs/${folder} [${label}]`);
  }
  for (const warning of warnings) complain(`Warning: ${warning}`);
  const why = 'Holds the pictures and the evidence against their record. To read: docs/README.md';
  sayNext(lab, { command: 'npx lab verify', why });
  return warnings.length === 0 ? 0 : 1;
}
