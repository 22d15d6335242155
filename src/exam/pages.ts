import { coverageFile, coveragePage } from './coverage.ts';
import type { Inventory } from './inventory.ts';
import { summaryFile, summaryPage } from './summary.ts';

/** The pages that follow from the inventory, by path relative to `docs/`: the notes with their links, coverage, summary. */
export const examPages = (inventory: Inventory): ReadonlyMap<string, string> =>
  new Map([
    ['exam-notes.md', inventory.notes],
    [coverageFile, coveragePage(inventory)],
    [summaryFile, summaryPage(inventory)],
  ]);
