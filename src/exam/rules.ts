/**
 * The rules of docs/exam-notes.md, read from the page itself: it is written by hand, and there is no second copy.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../lab/settings.ts';

export const notesFile = join(root, 'docs', 'exam-notes.md');

/** DVA-C03 comes first: it is in use from 2026-12-01, and DVA-C02 ends the day before. */
export const exams = ['C03', 'C02'] as const;
export type Exam = (typeof exams)[number];

/** Skill numbers of the exam guides, such as `1.2.3`. */
export type Skills = Readonly<Record<Exam, readonly string[]>>;

export interface Rule {
  /** `G06`, as in the heading. */
  readonly id: string;
  readonly title: string;
  /** The rule itself: what stands between the heading and the list. */
  readonly says: string;
  /** For the page to print. */
  readonly inALine: string;
  readonly whyMissed: string;
  readonly skills: Skills;
  /** Numbers of the experiments that show it: `31`. */
  readonly experiments: readonly string[];
  /** Why there is no experiment; undefined when there is one. */
  readonly noExperiment: string | undefined;
  /** What was said before, what holds now, and since when. */
  readonly oldAndNew: string | undefined;
  readonly sources: readonly { readonly title: string; readonly url: string }[];
  /** Of the sources, as the page writes it: `pages as of April to October 2026`. */
  readonly date: string;
  readonly inThisLab: string;
}

/** A line of the table "Skills this lab touches": what it promises that a rule is about. */
export interface Topic {
  readonly topic: string;
  readonly skills: Skills;
}

/** Reads the page. */
export const readNotes = (): Promise<string> => readFile(notesFile, 'utf8');

/**
 * Every rule of the page, in its order.
 * @throws Error naming the rule and the line that is missing or cannot be read
 */
export function rulesOf(notes: string): readonly Rule[] {
  return [...notes.matchAll(/^### (?<id>G\d\d) (?<title>.+)\n(?<text>[\s\S]*?)(?=^##)/gm)].map(
    ({ groups }) => {
      const { id = '', title = '', text = '' } = groups ?? {};
      const line = (name: string) => lineOf(text, id, name);
      const source = line('Source');
      return {
        id,
        title,
        says: (text.split('\n- **')[0] ?? '').trim(),
        inALine: line('In a line'),
        whyMissed: line('Why missed'),
        skills: skillsOf(line('Exam'), id),
        ...experimentsOf(line('Experiment'), id),
        oldAndNew: /^- \*\*Old → new\*\*: (.+)$/m.exec(text)?.[1],
        sources: [...source.matchAll(/\[([^\]]+)\]\((https:[^)]+)\)/g)].map(
          ([, name = '', url = '']) => ({ title: name, url }),
        ),
        date: /\(([^()]*20\d\d[^()]*)\)$/.exec(source)?.[1] ?? '',
        inThisLab: line('In this lab'),
      };
    },
  );
}

function lineOf(text: string, id: string, name: string): string {
  const found = new RegExp(`^- \\*\\*${name}\\*\\*: (.+)$`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`${id} of docs/exam-notes.md has no line "${name}"`);
  return found;
}

/** `31`, or `[31](manual/31-at-least-once.md)` where its page is in this checkout. */
const experimentsForm =
  /^(?:\[\d\d\]\(manual\/\d\d-[\w-]+\.md\)|\d\d)(?:, (?:\[\d\d\]\(manual\/\d\d-[\w-]+\.md\)|\d\d))*$/;

function experimentsOf(line: string, id: string): Pick<Rule, 'experiments' | 'noExperiment'> {
  const reason = /^none; (.+)$/.exec(line)?.[1];
  if (reason !== undefined) return { experiments: [], noExperiment: reason };
  if (!experimentsForm.test(line))
    throw new Error(
      `${id} of docs/exam-notes.md: "Experiment" is neither numbers nor "none; " and a reason: ${line}`,
    );
  const unlinked = line.replaceAll(/\]\([^)]*\)/g, ']');
  return { experiments: unlinked.match(/\d\d/g) ?? [], noExperiment: undefined };
}

/** Numbers of the experiments that the page itself says are not in this checkout yet; none when it says nothing. */
export const notBuiltOf = (notes: string): readonly string[] =>
  /^Experiments that are not in this checkout yet: (.+)\.$/m.exec(notes)?.[1]?.match(/\d\d/g) ?? [];

/**
 * The page with each experiment's number linked to its manual page, where there is one, and nowhere else.
 * @param pages names of `docs/manual/`
 */
export function linkExperiments(notes: string, pages: readonly string[]): string {
  return notes.replaceAll(/^(- \*\*Experiment\*\*: )(?!none)(.+)$/gm, (_, start, line: string) => {
    const numbered = line.replaceAll(/\]\([^)]*\)/g, ']').match(/\d\d/g) ?? [];
    const links = numbered.map((number) => {
      const page = pages.find((name) => name.startsWith(`${number}-`) && name.endsWith('.md'));
      return page === undefined ? number : `[${number}](manual/${page})`;
    });
    return `${String(start)}${links.join(', ')}`;
  });
}

function skillsOf(line: string, id: string): Skills {
  const of = (exam: Exam) => numbers(new RegExp(`DVA-${exam} ([\\d., ]+)`).exec(line)?.[1] ?? '');
  const skills = { C03: of('C03'), C02: of('C02') };
  if (exams.some((exam) => skills[exam].length === 0))
    throw new Error(`${id} of docs/exam-notes.md does not name skills of both exams: ${line}`);
  return skills;
}

const numbers = (text: string): string[] => text.match(/\d\.\d\.\d+/g) ?? [];

/**
 * The table "Skills this lab touches", in its order.
 * @throws Error when the page has no such table
 */
export function topicsOf(notes: string): readonly Topic[] {
  const section = /^### Skills this lab touches\n([\s\S]*?)^## /m.exec(notes)?.[1];
  if (section === undefined)
    throw new Error('docs/exam-notes.md has no section "Skills this lab touches"');
  return section
    .split('\n')
    .filter((line) => /\d\.\d\.\d/.test(line))
    .map((line) => {
      const [, topic = '', c03 = '', c02 = ''] = line.split('|').map((cell) => cell.trim());
      return { topic, skills: { C03: numbers(c03), C02: numbers(c02) } };
    });
}

/** `1.1.13` after `1.1.5`. */
export function inOrder(a: string, b: string): number {
  const [left, right] = [a, b].map((skill) => skill.split('.').map(Number));
  for (const [i, part] of (left ?? []).entries()) {
    const difference = part - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The anchor of a rule on the page, as GitHub makes it from the heading. */
export const anchorOf = ({ id, title }: Pick<Rule, 'id' | 'title'>): string =>
  `${id} ${title}`
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
