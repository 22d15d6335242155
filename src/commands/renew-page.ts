import { join } from 'node:path';
import { picturesDrawn } from '../evidence/keep.ts';
import { writePage } from '../page/write-page.ts';
import { root } from '../lab/settings.ts';
import { complain } from '../lab/terminal.ts';

/** Writes the page to publish from the evidence that is there. It warns and never throws: verdicts stand. */
export async function renewPage(): Promise<void> {
  await picturesDrawn();
  const warnings = await writePage(join(root, 'docs')).catch((error: unknown) => [
    `the page was not written: ${String(error)}`,
  ]);
  for (const warning of warnings) complain(`Warning: ${warning}`);
}
