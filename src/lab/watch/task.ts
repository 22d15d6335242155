import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { root } from '../settings.ts';
import type { StepEntry } from '../steps.ts';

/** What a step asks for, in the words of its manual page. */
export interface Task {
  readonly number: string;
  readonly title: string;
  /** Why it is done, a paragraph each. */
  readonly why: readonly string[];
  /** `docs/manual/01-create-dead-letter-queue.md`: the commands, and the clicks in the console. */
  readonly page: string;
}

export async function readTask({ number, stepFile }: StepEntry): Promise<Task> {
  const page = join('docs', 'manual', basename(stepFile).replace(/\.ts$/, '.md'));
  return { number, page, ...taskOf(await readFile(join(root, page), 'utf8')) };
}

/** The heading of a manual page and what stands under it, as plain text. The clicks and the commands are not told. */
export function taskOf(page: string): Pick<Task, 'title' | 'why'> {
  const [, title = '', introduction = ''] =
    /^# \d\d (.*)\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(page) ?? [];
  const paragraphs = introduction.split('\n').filter((line) => line.trim() !== '');
  return { title: plain(title), why: paragraphs.map(plain) };
}

function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*\*([^*]+)\*\*/g, '$1')
    .replaceAll('`', '')
    .trim();
}
