/** A terminal of a quiz for tests: keys come from a list, and what was printed is kept. */
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import type { Question } from '../quiz/question.ts';
import type { Terminal } from '../quiz/terminal.ts';
import type { Press } from '../watch/keys.ts';

export interface ScriptedTerminal extends Terminal {
  /** Everything that was printed, without colours. */
  lines(): readonly string[];
  /** Every text of the line below. */
  rewritten(): readonly string[];
}

/** @param keys `Enter`, a letter, `quit`; undefined: nobody pressed anything in time. Then nobody is there any more. */
export function scriptedTerminal(
  keys: readonly (string | undefined)[],
  columns = 80,
): ScriptedTerminal {
  const printed: string[] = [];
  const below: string[] = [];
  const left = [...keys];
  return {
    width: () => columns,
    print: (lines) => {
      printed.push(...lines.flatMap((line) => stripVTControlCharacters(line).split('\n')));
    },
    rewrite: (text) => below.push(text),
    clear: () => undefined,
    press: async (): Promise<Press | undefined> => {
      if (left.length === 0) return { kind: 'quit' };
      const key = left.shift();
      if (key === undefined) return undefined;
      return key === 'quit' ? { kind: 'quit' } : { kind: 'key', key };
    },
    close: () => undefined,
    lines: () => printed,
    rewritten: () => below,
  };
}

/** The lines that are wider than this, except for one word that cannot be broken (a URL, a metric) behind its sign. */
export function tooWide(lines: readonly string[], columns: number): string[] {
  const isOneWord = (line: string) =>
    /^\S+$/.test(line.trim().replace(/^(?:[✗✓] +)?[A-H] {2}/, ''));
  return lines.filter((line) => stringWidth(line) > columns && !isOneWord(line));
}

/** Always the same number: the order of a list stays, as far as shuffling goes. */
export const noChance = () => 0.999_999;

/** A single choice whose right option is the first of the file. */
export function questionOn(rule: string, id: string, change: Partial<Question> = {}): Question {
  const wrong = (text: string) => ({ text, why: `Not ${text}.`, tempts: `Like ${text}.` });
  return {
    id,
    rule,
    type: 'single',
    skills: { C03: ['1.2.3'], C02: ['2.1.6'] },
    question: `What about ${id}?`,
    options: [{ text: 'Yes', right: true }, wrong('no'), wrong('maybe'), wrong('never')],
    explanation: `It is so in ${id}.`,
    source: { url: 'https://docs.aws.amazon.com/', date: '2026-11-23' },
    experiments: ['20'],
    ...change,
  };
}

/** Two of five, the first two of the file. */
export const twoOfFive = (rule: string, id: string): Question => {
  const one = questionOn(rule, id);
  const [yes, no, maybe, never] = one.options;
  const options = [yes, { text: 'Yes, too', right: true as const }, no, maybe, never];
  return {
    ...one,
    type: 'multiple',
    question: `Which of ${id}? (Select TWO.)`,
    options: options.flatMap((option) => option ?? []),
  };
};
