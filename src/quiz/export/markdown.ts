/** The questions to print: first all questions, then all answers, so that nobody reads one beside the other. */
import { rightOf } from '../question.ts';
import type { Exam } from '../../exam/rules.ts';
import type { Question } from '../question.ts';
import { letterOf, lettersOf, sourceText, tagsOf } from '../screens.ts';
import type { Asked } from '../screens.ts';
import { shownTexts } from '../shown.ts';
import type { Shown } from '../shown.ts';

export interface Export {
  readonly asked: readonly Asked[];
  readonly exam: Exam;
  readonly shown: Shown;
}

/** Printable Markdown. */
export function quizMarkdown({ asked, exam, shown }: Export): string {
  return [
    '# Quiz: SQS and Lambda',
    '',
    `${asked.length} questions in the style of AWS Certified Developer – Associate, DVA-${exam}. The answers begin after the last question.`,
    '',
    '## Questions',
    '',
    ...asked.flatMap((one, i) => questionText(one, i + 1, exam)),
    '## Answers',
    '',
    ...asked.flatMap((one, i) => answerText(one, i + 1, shown)),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

function questionText(asked: Asked, number: number, exam: Exam): string[] {
  const { question, order } = asked;
  return [
    `### ${number}. ${question.id}`,
    '',
    escaped(question.question),
    '',
    ...order.map((place) => `- **${letterOf(asked, place)}** ${optionText(question, place)}`),
    '',
    `Rule and skills: ${tagsOf(question, exam)}`,
    '',
  ];
}

const optionText = ({ options }: Question, place: number): string =>
  escaped(options[place]?.text ?? '');

function answerText(asked: Asked, number: number, shown: Shown): string[] {
  const { question, order } = asked;
  const wrong = order.flatMap((place) => {
    const option = question.options[place];
    if (option === undefined || option.right === true) return [];
    const why = `${escaped(option.why)} _Why it tempts: ${escaped(option.tempts)}_`;
    return [`- **${letterOf(asked, place)}** ${why}`];
  });
  return [
    `### Answer ${number}. ${question.id}: ${lettersOf(asked, rightOf(question))}`,
    '',
    escaped(question.explanation),
    '',
    ...wrong,
    '',
    `Source: ${sourceText(question).replace(/^(\S+)/, '<$1>')}`,
    '',
    ...shownTexts(question, shown).flatMap((text) => [`Shown by: ${escaped(text)}`, '']),
    ...(question.warning === undefined ? [] : [`**Beware**: ${escaped(question.warning)}`, '']),
  ];
}

/** Text as Markdown shows it. A URL stays, so that it can be followed. */
function escaped(text: string): string {
  return text
    .split(/(https?:\/\/[^\s)]+)/)
    .map((part, i) => (i % 2 === 1 ? `<${part}>` : part.replaceAll(/[\\`*_{}[\]<>#|$]/g, '\\$&')))
    .join('');
}
