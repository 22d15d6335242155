/** Asks one question after the other, with feedback, and writes down each answer at once. */
import { bold } from '../lab/terminal.ts';
import { fold } from '../watch/fold.ts';
import type { Press } from '../watch/keys.ts';
import { shuffled } from './choose.ts';
import type { Chance, Reason } from './choose.ts';
import { isRight } from './question.ts';
import type { Exam } from '../exam/rules.ts';
import type { Question } from './question.ts';
import {
  feedbackLines,
  keyLines,
  lettersOf,
  placeOf,
  questionLines,
  tagsOf,
  wantedOf,
} from './screens.ts';
import type { Asked } from './screens.ts';
import type { Shown } from './shown.ts';
import type { AnswerTo, Cards, Grade } from './state.ts';
import type { Terminal } from './terminal.ts';

/** What a session needs besides its questions. */
export interface Session {
  readonly terminal: Terminal;
  readonly exam: Exam;
  readonly now: () => Date;
  readonly chance: Chance;
  /** Awaited when something is first shown: reading evidence takes longer than drawing a question. */
  readonly shown: Promise<Shown>;
  /** Keeps an answer, and gives back all that is known now: other sessions may have answered meanwhile. */
  readonly keep: (answer: AnswerTo) => Promise<Cards>;
}

/** How a session went. */
export interface Practised {
  readonly cards: Cards;
  readonly answers: readonly { readonly question: Question; readonly grade: Grade }[];
  readonly left: boolean;
}

const reasons: Readonly<Record<Reason, string>> = {
  due: 'due again',
  new: 'new',
  early: 'not due yet',
};

/** A question with its options in chance order. */
export const askedNow = (question: Question, chance: Chance): Asked => ({
  question,
  order: shuffled([...question.options.keys()], chance),
});

/** Asks these questions; `q` leaves, and what was answered is kept. */
export async function practise(
  items: readonly { readonly question: Question; readonly reason: Reason }[],
  before: Cards,
  session: Session,
): Promise<Practised> {
  const { terminal, exam, now, chance, keep } = session;
  let cards = before;
  const answers: { question: Question; grade: Grade }[] = [];
  for (const [i, { question, reason }] of items.entries()) {
    const asked = askedNow(question, chance);
    const head = `Question ${i + 1} of ${items.length} · ${tagsOf(question, exam)} · ${reasons[reason]}`;
    terminal.print(questionLines(asked, head, terminal.width()));
    terminal.print(keyLines(answerKeys(asked), terminal.width()));
    const chosen = await choose(asked, terminal);
    if (chosen === undefined) return { cards, answers, left: true };
    const shown = await session.shown;
    terminal.clear();
    terminal.print(['', ...feedbackLines(asked, chosen, { shown, width: terminal.width() })]);
    const right = isRight(question, chosen);
    const { grade, left } = await confirm(right, i + 1 === items.length, terminal);
    cards = await keep({ id: question.id, answer: { at: now().toISOString(), grade } });
    answers.push({ question, grade });
    if (left) return { cards, answers, left: i + 1 < items.length };
  }
  return { cards, answers, left: false };
}

function answerKeys(asked: Asked): string {
  const wanted = wantedOf(asked);
  const letters = wanted === 1 ? 'A letter chooses' : `${wanted} letters choose`;
  return `${letters}, Enter answers, q leaves.`;
}

/** The chosen places; undefined when the learner leaves. */
async function choose(asked: Asked, terminal: Terminal): Promise<number[] | undefined> {
  let chosen: number[] = [];
  for (;;) {
    terminal.rewrite(`Your answer: ${lettersOf(asked, chosen)}`);
    const press = await terminal.press();
    if (press === undefined || press.kind === 'quit') return undefined;
    if (press.kind === 'pasted') continue;
    if (press.key !== 'Enter') chosen = toggled(asked, chosen, press.key);
    else if (chosen.length === wantedOf(asked)) return chosen;
    else {
      const text = `Choose ${wantedOf(asked)} of the letters first.`;
      terminal.print(fold(text, { width: terminal.width() }));
    }
  }
}

/** After this key: a letter is chosen, or no longer. A single choice changes to the new letter. */
export function toggled(asked: Asked, chosen: readonly number[], key: string): number[] {
  const place = placeOf(asked, key);
  if (place === undefined) return [...chosen];
  if (chosen.includes(place)) return chosen.filter((one) => one !== place);
  if (wantedOf(asked) === 1) return [place];
  // One too many is no choice: the oldest goes.
  return [...chosen, place].slice(-wantedOf(asked));
}

async function confirm(
  right: boolean,
  isLast: boolean,
  terminal: Terminal,
): Promise<{ readonly grade: Grade; readonly left: boolean }> {
  const guess = right ? 'g: right, but guessed (asked again sooner), ' : '';
  const next = isLast ? 'Enter: done' : 'Enter: next';
  terminal.print(keyLines(`${next}, ${guess}q: leave.`, terminal.width()));
  for (;;) {
    const press = await terminal.press();
    if (press === undefined || press.kind === 'quit')
      return { grade: right ? 'right' : 'wrong', left: true };
    if (isKey(press, 'Enter')) return { grade: right ? 'right' : 'wrong', left: false };
    if (right && isKey(press, 'g')) return { grade: 'guessed', left: false };
  }
}

export const isKey = (press: Press, key: string): boolean =>
  press.kind === 'key' && press.key === key;

const dayMs = 86_400_000;

/** What a session came to, and when the next one is worth it. */
export function practisedLines(
  { answers, cards, left }: Practised,
  {
    now,
    width,
    all,
  }: { readonly now: Date; readonly width: number; readonly all: readonly Question[] },
): string[] {
  const right = answers.filter(({ grade }) => grade !== 'wrong').length;
  const known = all.flatMap(({ id }) => cards[id] ?? []);
  const within = (days: number) =>
    known.filter(({ due }) => Date.parse(due) <= now.getTime() + days * dayMs).length;
  const first = known.map(({ due }) => due).toSorted()[0];
  const counts = [
    `${right} of ${answers.length} right${left ? ', and the rest is left for the next time' : ''}.`,
    `Asked so far: ${known.length} of ${all.length} questions. Due within a day: ${within(1)}; within a week: ${within(7)}.`,
    ...(first === undefined ? [] : [`The first is due on ${first.slice(0, 10)}.`]),
  ];
  return ['', bold('Quiz'), ...counts.flatMap((text) => fold(text, { width, first: '  ' }))];
}
