/** A question as an Anki note: fields of HTML. The file to import and the package have the same ones. */
import { escapeHtml } from '../../lab/html.ts';
import { rightOf } from '../question.ts';
import type { Exam } from '../../exam/rules.ts';
import { letterOf, lettersOf, sourceText, tagsOf } from '../screens.ts';
import type { Asked } from '../screens.ts';
import { shownTexts } from '../shown.ts';
import type { Shown } from '../shown.ts';

/** In the order in which they stand in a note. Anki lists notes by the first one. */
export const fieldNames = [
  'Question',
  'Options',
  'Answer',
  'Explanation',
  'Wrong options',
  'Source',
  'Shown by',
  'Picture',
  'Skills',
  'Id',
] as const;

export type Fields = Readonly<Record<(typeof fieldNames)[number], string>>;

export interface Note {
  /** Stays the same in every export, so that a second import changes the note and keeps what Anki knows of it. */
  readonly guid: string;
  readonly fields: Fields;
  readonly tags: readonly string[];
}

export const deckName = 'AWS Developer Associate::SQS and Lambda';
export const noteTypeName = 'SQS and Lambda quiz';

/** @param picture the name of a media file that shows the proof; undefined: none */
export function noteOf(
  asked: Asked,
  {
    exam,
    shown,
    picture,
  }: { readonly exam: Exam; readonly shown: Shown; readonly picture: string | undefined },
): Note {
  const { question, order } = asked;
  const option = (place: number) => question.options[place];
  const wrong = order.flatMap((place) => {
    const one = option(place);
    if (one === undefined || one.right === true) return [];
    const letter = letterOf(asked, place);
    return [
      `<li value="${order.indexOf(place) + 1}">${html(one.why)} <i>Why ${letter} tempts: ${html(one.tempts)}</i></li>`,
    ];
  });
  const warning =
    question.warning === undefined ? '' : `<p><b>Beware:</b> ${html(question.warning)}</p>`;
  return {
    guid: `sqs-lambda-${question.id}`,
    tags: ['aws', question.rule, ...question.skills[exam].map((skill) => `DVA-${exam}::${skill}`)],
    fields: {
      Id: question.id,
      Question: html(question.question),
      Options: list(order.map((place) => `<li>${html(option(place)?.text ?? '')}</li>`)),
      Answer: lettersOf(asked, rightOf(question)),
      Explanation: html(question.explanation) + warning,
      'Wrong options': list(wrong),
      Source: html(sourceText(question)).replace(/^https:\S+/, '<a href="$&">$&</a>'),
      'Shown by': shownTexts(question, shown)
        .map((text) => html(text))
        .join('<br>'),
      Picture: picture === undefined ? '' : `<img src="${picture}">`,
      Skills: html(tagsOf(question, exam)),
    },
  };
}

/** `A.` to `H.`, as on the screen. */
const list = (items: readonly string[]) => `<ol type="A">${items.join('')}</ol>`;

/** Braces twice are a field for Anki. */
const html = (text: string): string => escapeHtml(text).replaceAll('{{', '&#123;&#123;');
