/**
 * What a question must have before anybody is asked it. Each finding is a sentence that names the question; no
 * findings means that the questions can be shipped.
 */
import { exams } from '../exam/rules.ts';
import type { Rule } from '../exam/rules.ts';
import { rightOf, shapeProblems } from './question.ts';
import type { Question } from './question.ts';

/** A rule of the lint. */
type Look = (question: Question, about: About) => readonly string[];

export interface About {
  /** Of docs/exam-notes.md. */
  readonly rules: readonly Pick<Rule, 'id' | 'skills'>[];
  /** Today, as `2026-11-28`: no source was read later. */
  readonly today: string;
}

const looks: readonly Look[] = [
  ({ id }) => when(!/^Q\d{2,3}$/.test(id), 'its id is not Q and a number'),
  ruleProblems,
  skillProblems,
  sourceProblems,
  optionProblems,
  wrongOptionProblems,
  limitProblems,
  shownProblems,
];

/** Everything that is wrong with these questions. */
export function lintQuestions(questions: readonly Question[], about: About): string[] {
  return [
    ...questions.flatMap((question) => {
      const shape = shapeProblems(question);
      const found = shape.length > 0 ? shape : looks.flatMap((look) => look(question, about));
      return found.map((problem) => `${question.id}: ${problem}`);
    }),
    ...duplicates(questions),
  ];
}

const when = (isWrong: boolean, problem: string): string[] => (isWrong ? [problem] : []);

function ruleProblems({ rule }: Question, { rules }: About): string[] {
  if (!/^G\d\d$/.test(rule)) return [`it has no rule: "${rule}"`];
  return when(!rules.some(({ id }) => id === rule), `its rule ${rule} is not in the exam notes`);
}

function skillProblems({ rule, skills }: Question, { rules }: About): string[] {
  const noted = rules.find(({ id }) => id === rule);
  return exams.flatMap((exam) => [
    ...when(skills[exam].length === 0, `it names no skill of DVA-${exam}`),
    ...skills[exam]
      .filter((skill) => !/^[1-4]\.[1-9]\.\d{1,2}$/.test(skill))
      .map((skill) => `"${skill}" is no number of a skill`),
    ...(noted === undefined
      ? []
      : skills[exam].filter((one) => !noted.skills[exam].includes(one))
    ).map((skill) => `its rule ${rule} does not list DVA-${exam} ${skill}`),
  ]);
}

function sourceProblems({ source }: Question, { today }: About): string[] {
  return [
    ...when(
      !URL.canParse(source.url) || !source.url.startsWith('https://'),
      'its source is no URL',
    ),
    ...dateProblems('the date of its source', source.date, today),
  ];
}

function dateProblems(what: string, date: string, today: string): string[] {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date));
  if (!isDay) return [`${what} is no day: "${date}"`];
  return when(date > today, `${what} is after today: ${date}`);
}

/** As in the exam: one of four, or two and more of at least five. */
function optionProblems(question: Question): string[] {
  const { type, options } = question;
  const right = rightOf(question).length;
  const asks = /\(Select (TWO|THREE)\.\)$/.exec(question.question)?.[1];
  const asked = { TWO: 2, THREE: 3 }[asks ?? ''];
  return [
    ...when(
      new Set(options.map(({ text }) => sameAs(text))).size < options.length,
      'two of its options are the same',
    ),
    ...(type === 'single'
      ? [
          ...when(right !== 1, `a single choice has one right option, not ${right}`),
          ...when(options.length !== 4, `a single choice has four options, not ${options.length}`),
          ...when(asked !== undefined, 'it asks for several options, and is a single choice'),
        ]
      : [
          ...when(
            options.length < 5,
            `it has ${options.length} options: several of less than five are not asked`,
          ),
          ...when(
            asked !== right,
            `${right} options are right: it must end with how many to select`,
          ),
        ]),
  ];
}

function wrongOptionProblems({ options }: Question): string[] {
  return options.flatMap((option) => {
    if (option.right === true) return [];
    const { text, why = '', tempts = '' } = option as Partial<typeof option>;
    return [
      ...when(why.trim() === '', `it does not say why "${text}" is wrong`),
      ...when(tempts.trim() === '', `it does not say why "${text}" tempts`),
    ];
  });
}

/** A number that AWS may change: a bound in words, or an amount with its unit. */
const limit =
  /\b(?:up to|at most|at least|maximum|minimum|limited to|defaults?|between|no more than)\b[^.;]{0,40}?\d|\b\d[\d,.]*[ -](?:[KMG]i?B|bytes|seconds?|minutes?|hours?|days?|records|attempts|pollers)\b/i;

/** What the question states as a fact; the numbers of its story are its own. */
const facts = ({ explanation, options }: Question): string[] => [
  explanation,
  ...options.map((option) => (option.right === true ? option.text : option.why)),
];

function limitProblems(question: Question, { today }: About): string[] {
  const stated = facts(question).find((text) => limit.test(text));
  const { limitsAsOf } = question;
  if (limitsAsOf !== undefined) return dateProblems('the date of its limits', limitsAsOf, today);
  return stated === undefined ? [] : [`it states a limit without a date: "${stated}"`];
}

function shownProblems({ experiments, notShown }: Question): string[] {
  return [
    ...when(
      experiments.length === 0 && notShown === undefined,
      'it names no experiment, and not why there is none',
    ),
    ...experiments
      .filter((number) => !/^[2-4]\d$/.test(number))
      .map((number) => `"${number}" is no number of an experiment`),
  ];
}

/** Options differ by their signs, too: `"ERROR"` and `{ $.level = "ERROR" }`. */
const sameAs = (text: string): string =>
  text.toLowerCase().replaceAll(/\s+/g, ' ').replace(/\.$/, '').trim();

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();

/** Two questions with one id, or with one text. */
function duplicates(questions: readonly Question[]): string[] {
  const seen = new Map<string, string>();
  return questions.flatMap(({ id, question }) => {
    const keys = [`id ${id}`, `text ${plain(question)}`];
    const [twin] = keys.flatMap((key) => seen.get(key) ?? []);
    for (const key of keys) seen.set(key, id);
    return twin === undefined ? [] : [`${id}: it is asked twice, see ${twin}`];
  });
}
