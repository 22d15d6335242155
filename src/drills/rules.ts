import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../lab/settings.ts';

/** A rule of docs/exam-notes.md, as the page has it. */
export interface Rule {
  /** `G07` */
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** Every rule of the page, by its number. */
export async function readRules(): Promise<ReadonlyMap<string, Rule>> {
  const page = await readFile(join(root, 'docs', 'exam-notes.md'), 'utf8');
  const sections = page.matchAll(/^### (G\d\d) (.+)\n\n(.+)$/gm);
  return new Map(
    [...sections].map(([, id = '', title = '', text = '']) => [
      id,
      { id, title, text: text.replaceAll('`', '') },
    ]),
  );
}
