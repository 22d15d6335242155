/** What the quiz prints, as lines. Colour is never alone: every verdict has its sign and its word. */
import { sha256 } from '../evidence/manifest.ts';
import { bold, cyan, dim, green, red, yellow } from '../lab/terminal.ts';
import { fold } from '../watch/fold.ts';
import { isRight, rightOf } from './question.ts';
import type { Exam } from '../exam/rules.ts';
import type { Question } from './question.ts';
import { shownTexts } from './shown.ts';
import type { Shown } from './shown.ts';

/** A question with its options in the order in which they are shown. */
export interface Asked {
  readonly question: Question;
  /** Places in the file, in the order of the letters. */
  readonly order: readonly number[];
}

/**
 * A question as it stands in every listing and export: in an order that only its own text decides. A second export
 * gives Anki the same notes, and paper the same letters.
 */
export function askedOnPaper(question: Question): Asked {
  const digest = (place: number) => sha256(`${question.id} ${question.options[place]?.text}`);
  const places = [...question.options.keys()];
  return { question, order: places.toSorted((a, b) => digest(a).localeCompare(digest(b))) };
}

const letters = 'ABCDEFGH';

/** `B`: the letter under which an option stands. */
export const letterOf = ({ order }: Asked, place: number): string =>
  letters.charAt(order.indexOf(place));

/** The place in the file of the option with this letter; undefined when there is none. */
export const placeOf = ({ order }: Asked, letter: string): number | undefined =>
  letter.length === 1 && letters.includes(letter.toUpperCase())
    ? order[letters.indexOf(letter.toUpperCase())]
    : undefined;

/** `B, D` */
export const lettersOf = (asked: Asked, places: readonly number[]): string =>
  places
    .map((place) => letterOf(asked, place))
    .toSorted((a, b) => a.localeCompare(b))
    .join(', ');

/** How many options a question asks for. */
export const wantedOf = ({ question }: Asked): number => rightOf(question).length;

export function questionLines(asked: Asked, head: string, width: number): string[] {
  const { question, order } = asked;
  return [
    '',
    ...fold(head, { width }).map(bold),
    '',
    ...fold(question.question, { width, first: '  ' }),
    '',
    ...order.flatMap((place, i) =>
      fold(question.options[place]?.text ?? '', { width, first: `  ${letters.charAt(i)}  ` }),
    ),
    '',
  ];
}

/** `G06 · DVA-C03 1.2.4, 1.2.3 · DVA-C02 1.2.3` */
export function tagsOf({ rule, skills }: Question, exam: Exam): string {
  const other: Exam = exam === 'C03' ? 'C02' : 'C03';
  const of = (one: Exam) => `DVA-${one} ${skills[one].join(', ')}`;
  return [rule, of(exam), of(other)].join(' · ');
}

/** Whether it was right, why, and why each other option is wrong. */
export function feedbackLines(
  asked: Asked,
  chosen: readonly number[],
  { shown, width }: { readonly shown: Shown; readonly width: number },
): string[] {
  return [
    ...verdictLines(asked, chosen, width),
    ...explanationLines(asked, chosen, { shown, width }),
  ];
}

/** The right answer and why, for a listing. */
export function answerLines(asked: Asked, shown: Shown, width: number): string[] {
  const right = lettersOf(asked, rightOf(asked.question));
  return [
    ...fold(`Answer: ${right}.`, { width }),
    ...explanationLines(asked, [], { shown, width }),
  ];
}

function explanationLines(
  asked: Asked,
  chosen: readonly number[],
  { shown, width }: { readonly shown: Shown; readonly width: number },
): string[] {
  const { question } = asked;
  return [
    ...fold(question.explanation, { width, first: '  ' }),
    '',
    ...wrongOptionLines(asked, chosen, width),
    '',
    ...labelLines('Source', sourceText(question), width),
    ...shownTexts(question, shown).flatMap((text) => labelLines('Shown by', text, width)),
    ...(question.warning === undefined
      ? []
      : labelLines('Beware', question.warning, width).map(yellow)),
    '',
  ];
}

/** `https://... (looked up 2026-11-23; its numbers are of that day)` */
export function sourceText({ source, limitsAsOf }: Question): string {
  const numbers = limitsAsOf === undefined ? '' : `; numbers as of ${limitsAsOf}`;
  return `${source.url} (looked up ${source.date}${numbers})`;
}

function verdictLines(asked: Asked, chosen: readonly number[], width: number): string[] {
  const right = lettersOf(asked, rightOf(asked.question));
  if (isRight(asked.question, chosen)) return fold(`✓ Right: ${right}.`, { width }).map(green);
  const said = chosen.length === 0 ? 'No answer' : `Not right: ${lettersOf(asked, chosen)}`;
  return fold(`✗ ${said}. The right answer is ${right}.`, { width }).map(red);
}

function wrongOptionLines(asked: Asked, chosen: readonly number[], width: number): string[] {
  const { question, order } = asked;
  return order.flatMap((place) => {
    const option = question.options[place];
    if (option === undefined || option.right === true) return [];
    const mark = chosen.includes(place) ? '✗' : ' ';
    const first = `${mark} ${letterOf(asked, place)}  `;
    const tempts = fold(`Why it tempts: ${option.tempts}`, { width, first: '     ' }).map(dim);
    return [...fold(option.why, { width, first }), ...tempts];
  });
}

/** `Source    https://...`; below its label where the terminal is narrow, or a word of it is long. */
function labelLines(label: string, text: string, width: number): string[] {
  const first = `${label.padEnd(9)} `;
  const longest = Math.max(...text.split(' ').map((word) => word.length));
  if (width < 60 || longest > width - first.length)
    return [dim(`${label}:`), ...fold(text, { width, first: '  ' })];
  const [head = '', ...rest] = fold(text, { width, first });
  return [dim(first) + head.slice(first.length), ...rest];
}

export const keyLines = (text: string, width: number): string[] =>
  fold(text, { width }).map((line) => cyan(line));
