import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { sameTarget, wayTo } from '../lab/next.ts';
import { root } from '../lab/settings.ts';
import type { Check, StepKind } from '../judging/check.ts';
import type { StepEntry } from '../judging/steps.ts';

/** What a step asks for, in the words of its manual page. */
export interface Task {
  readonly number: string;
  readonly kind: StepKind;
  /** The step shows the timeline of the messages, which stays on the screen until a key is pressed. */
  readonly showsRun: boolean;
  readonly title: string;
  /** Why it is done, a paragraph each. */
  readonly why: readonly string[];
  /** Where the commands are, and the clicks in the console. */
  readonly where: string;
  /** What the exam asks about it, a sentence or two each: shown when the step is green. */
  readonly cues: readonly string[];
}

export async function readTask(
  lab: Lab,
  { number, stepFile }: StepEntry,
  check: Check,
): Promise<Task> {
  const { kind, showsRun = false } = check;
  const page = join('docs', 'manual', basename(stepFile).replace(/\.ts$/, '.md'));
  const text = await readFile(join(root, page), 'utf8');
  return {
    number,
    kind,
    showsRun,
    where: sameTarget(whereIs(number, page, lab.prefix), wayTo(lab)),
    ...taskOf(text),
  };
}

/** The pages have the names without a prefix. */
export function whereIs(number: string, page: string, prefix: string): string {
  return prefix === ''
    ? `Commands and console clicks: ${page}`
    : `Commands with your names: npx lab step ${Number(number)} --dry-run. Console clicks: ${page}`;
}

/** The heading of a manual page, its introduction and its exam cues, as plain text, without clicks and commands. */
export function taskOf(page: string): Pick<Task, 'cues' | 'title' | 'why'> {
  const [, title = '', introduction = ''] =
    /^# \d\d (.*)\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(page) ?? [];
  const paragraphs = introduction.split('\n').filter((line) => line.trim() !== '');
  const [, cues = ''] = /^## Exam cue\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(page) ?? [];
  return {
    title: plain(title),
    why: paragraphs.map(plain),
    cues: cues
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => withNotes(plain(line.replace(/^- /, '')))),
  };
}

/** `…: G05, G06.` was two links to the exam notes. */
function withNotes(cue: string): string {
  return cue.replaceAll(/: (G\d\d(?:, G\d\d)*)\.(?= |$)/g, ' (exam notes: $1).');
}

function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*\*([^*]+)\*\*/g, '$1')
    .replaceAll('`', '')
    .trim();
}
