/** The rules that the questions are about, read from docs/exam-notes.md: there is no second copy of their titles. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../lab/settings.ts';
import { exams } from './question.ts';
import type { Exam } from './question.ts';

export interface NotedRule {
  /** `G06` */
  readonly id: string;
  readonly title: string;
  readonly skills: Readonly<Record<Exam, readonly string[]>>;
}

/** The rules of the page; none when it cannot be read, because a quiz needs only their numbers. */
export async function readRules(): Promise<NotedRule[]> {
  return rulesIn(await readFile(join(root, 'docs', 'exam-notes.md'), 'utf8').catch(() => ''));
}

export function rulesIn(notes: string): NotedRule[] {
  return [
    ...notes.matchAll(/^### (?<id>G\d\d) (?<title>.+)\n(?<text>[\s\S]*?)(?=^##|$(?!\n))/gm),
  ].map(({ groups }) => {
    const { id = '', title = '', text = '' } = groups ?? {};
    const line = /^- \*\*Exam\*\*: (.+)$/m.exec(text)?.[1] ?? '';
    const of = (exam: Exam) =>
      new RegExp(`DVA-${exam} ([\\d., ]+)`).exec(line)?.[1]?.match(/\d\.\d\.\d+/g) ?? [];
    return { id, title, skills: { C03: of('C03'), C02: of('C02') } };
  });
}

/** The names of the domains in both exams; the third has another name since DVA-C03. */
export const domains: Readonly<Record<Exam, Readonly<Record<string, string>>>> = {
  C03: {
    '1': 'Development',
    '2': 'Security',
    '3': 'Testing and Deployment',
    '4': 'Troubleshooting and Optimization',
  },
  C02: {
    '1': 'Development',
    '2': 'Security',
    '3': 'Deployment',
    '4': 'Troubleshooting and Optimization',
  },
};

/**
 * How much of the exam each domain is, in percent.
 * @see https://docs.aws.amazon.com/aws-certification/latest/developer-associate-03/dva-03-comparison.html as of 2026-11-23
 */
export const weights: Readonly<Record<Exam, Readonly<Record<string, number>>>> = {
  C03: { '1': 30, '2': 26, '3': 22, '4': 22 },
  C02: { '1': 32, '2': 26, '3': 24, '4': 18 },
};

/** `C03`, also for `DVA-C03` and `c03`; undefined for another exam. */
export const examNamed = (text: string): Exam | undefined =>
  exams.find((exam) => exam === text.toUpperCase().replace(/^DVA-/, ''));
