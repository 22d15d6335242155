import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readInventory } from '../exam/inventory.ts';
import { lintExam } from '../exam/lint.ts';
import { examPages } from '../exam/pages.ts';
import type { Lab } from '../lab/lab.ts';
import { sayNext } from '../lab/next.ts';
import { root } from '../lab/settings.ts';
import { complain, say } from '../lab/terminal.ts';
import { writeWhole } from '../lab/write-whole.ts';
import { redactor } from '../redaction/redact.ts';

/**
 * `lab exam`: writes the pages that follow from the notes, experiments, questions and drills, and says what these lack.
 * Asks nothing of AWS.
 * @returns 1 when the lint finds something
 */
export async function examCommand(lab: Lab): Promise<number> {
  const inventory = await readInventory();
  const redact = redactor([]);
  for (const [name, page] of examPages(inventory)) {
    const file = join(root, 'docs', name);
    const before = await readFile(file, 'utf8').catch(() => undefined);
    const content = redact(page);
    if (content !== before) await writeWhole(file, content);
    say(`docs/${name}: ${content === before ? 'up to date' : 'written'}`);
  }
  const faults = lintExam(inventory);
  for (const one of faults) complain(`Wrong: ${one}`);
  sayNext(lab, {
    command: 'npx lab status',
    why: 'The pages to read: docs/exam-coverage.md, and docs/exam-summary.md to print.',
  });
  return faults.length > 0 ? 1 : 0;
}
