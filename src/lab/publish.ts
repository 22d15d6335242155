import { join } from 'node:path';
import type { Check, Judged } from './judging/check.ts';
import { keepEvidence } from './evidence/keep.ts';
import type { Kept } from './evidence/keep.ts';
import { writePage } from './page/write-page.ts';
import { root } from './settings.ts';

/**
 * What follows a passed check: its evidence with pictures, and the page that shows them. Nothing is written when
 * nothing is new. Never throws: the verdict stands whatever happens to the disk.
 */
export async function publishEvidence<T>(check: Check<T>, judged: Judged<T>): Promise<Kept> {
  const kept = await keepEvidence(check, judged);
  if (kept.file !== undefined && !kept.upToDate) {
    for (const warning of await writePage(join(root, 'docs'))) console.error(`Warning: ${warning}`);
  }
  return kept;
}
