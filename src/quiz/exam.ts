/** Exam mode: a time limit, no feedback until the end, questions in any order, a result by domain and by rule. */
import { bold, green, red } from '../lab/terminal.ts';
import { fold } from '../watch/fold.ts';
import { isRight, domainOf } from './question.ts';
import type { Exam, Rule } from '../exam/rules.ts';
import type { Question } from './question.ts';
import { isKey, toggled } from './practise.ts';
import { domains } from './exams.ts';
import { feedbackLines, keyLines, lettersOf, questionLines, wantedOf } from './screens.ts';
import type { Asked } from './screens.ts';
import type { Shown } from './shown.ts';
import type { OpenExam } from './state.ts';
import type { Terminal } from './terminal.ts';

/** A question of an exam, and what was chosen. */
export interface Sheet extends Asked {
  readonly chosen: readonly number[];
}

export interface ExamState {
  readonly exam: Exam;
  readonly sheets: readonly Sheet[];
  readonly current: number;
  /** Of the time. */
  readonly leftMs: number;
}

/** How an exam ended: handed in, by hand or by the clock, or left open. */
export interface Examined {
  readonly state: ExamState;
  readonly end: 'handed in' | 'time over' | 'left';
}

interface Clock {
  /** Milliseconds, of a clock that only goes forward. */
  readonly elapsed: () => number;
}

/**
 * Runs an exam until it is handed in, its time is over, or the learner leaves.
 * @param keep is given the state after each change, so that nothing is lost
 */
export async function runExam(
  start: ExamState,
  {
    terminal,
    clock,
    keep,
  }: {
    readonly terminal: Terminal;
    readonly clock: Clock;
    readonly keep: (state: ExamState) => Promise<void>;
  },
): Promise<Examined> {
  const begun = clock.elapsed();
  const left = () => Math.max(0, start.leftMs - (clock.elapsed() - begun));
  let state = start;
  let drawn: number | undefined;
  for (;;) {
    if (drawn !== state.current) {
      terminal.clear();
      terminal.print(sheetLines(state, terminal.width()));
      drawn = state.current;
    }
    terminal.rewrite(statusLine(state, left()));
    const press = await terminal.press(untilNextMinute(left()));
    if (left() === 0) return { state: { ...state, leftMs: 0 }, end: 'time over' };
    if (press === undefined) continue;
    if (press.kind === 'quit') return { state: { ...state, leftMs: left() }, end: 'left' };
    if (press.kind === 'pasted') continue;
    if (isKey(press, 'h') && (await isHandedIn(state, terminal)))
      return { state: { ...state, leftMs: left() }, end: 'handed in' };
    // Asking "hand in?" has scrolled the question away.
    if (isKey(press, 'h')) drawn = undefined;
    state = { ...pressed(state, press.key), leftMs: left() };
    await keep(state);
  }
}

/** Until the minute that is shown changes, and not much less than a second. */
const untilNextMinute = (leftMs: number): number => Math.max(leftMs % 60_000 || 60_000, 250);

/** The state after a key: a letter, `n`, `p` or Enter. */
export function pressed(state: ExamState, key: string): ExamState {
  const { sheets, current } = state;
  const last = sheets.length - 1;
  if (key === 'Enter' || key === 'n') return { ...state, current: Math.min(current + 1, last) };
  if (key === 'p') return { ...state, current: Math.max(current - 1, 0) };
  return {
    ...state,
    sheets: sheets.map((sheet, i) =>
      i === current ? { ...sheet, chosen: toggled(sheet, sheet.chosen, key) } : sheet,
    ),
  };
}

function sheetLines({ sheets, current }: ExamState, width: number): string[] {
  const sheet = sheets[current];
  if (sheet === undefined) return [];
  const head = `Question ${current + 1} of ${sheets.length}`;
  const next = current === sheets.length - 1 ? 'p back' : 'Enter next, p back';
  return [
    ...questionLines(sheet, head, width),
    ...keyLines(`Letters choose, ${next}, h hand in, q leave (it can be continued).`, width),
  ];
}

function statusLine({ sheets, current }: ExamState, leftMs: number): string {
  const sheet = sheets[current];
  const answer = sheet === undefined ? '' : lettersOf(sheet, sheet.chosen);
  return `Your answer: ${answer === '' ? '-' : answer} (${timeText(leftMs)} left)`;
}

/** `39 min`, `less than a minute` */
export const timeText = (ms: number): string =>
  ms < 60_000 ? 'less than a minute' : `${Math.ceil(ms / 60_000)} min`;

/** The numbers of the questions that have no complete answer. */
export const openOf = ({ sheets }: ExamState): number[] =>
  sheets.flatMap((sheet, i) => (sheet.chosen.length < wantedOf(sheet) ? [i + 1] : []));

async function isHandedIn(state: ExamState, terminal: Terminal): Promise<boolean> {
  const open = openOf(state);
  const answers =
    open.length === 0
      ? 'Every question is answered.'
      : `Without a complete answer: ${open.join(', ')}. They count as wrong.`;
  terminal.clear();
  terminal.print([
    '',
    ...fold(answers, { width: terminal.width() }),
    ...keyLines('Hand in? Enter hands in; every other key goes back.', terminal.width()),
  ]);
  const press = await terminal.press();
  return press !== undefined && isKey(press, 'Enter');
}

/** How many of how many, of a domain or a rule. */
export interface Tally {
  readonly id: string;
  readonly right: number;
  readonly of: number;
}

export interface ExamResult {
  readonly exam: Exam;
  readonly right: number;
  readonly of: number;
  readonly domains: readonly Tally[];
  readonly rules: readonly Tally[];
}

export function resultOf({ exam, sheets }: ExamState): ExamResult {
  const isGood = ({ question, chosen }: Sheet) => isRight(question, chosen);
  const tallies = (keyOf: (question: Question) => string): Tally[] =>
    [...Map.groupBy(sheets, ({ question }) => keyOf(question))]
      .map(([id, list]) => ({ id, right: list.filter(isGood).length, of: list.length }))
      .toSorted((a, b) => a.id.localeCompare(b.id));
  return {
    exam,
    right: sheets.filter(isGood).length,
    of: sheets.length,
    domains: tallies((question) => domainOf(question, exam)),
    rules: tallies(({ rule }) => rule),
  };
}

interface Around {
  readonly rules: readonly Pick<Rule, 'id' | 'title'>[];
  readonly shown: Shown;
  readonly width: number;
}

/** Every question that was not right, with its explanation; then the result, so that it is on the screen at the end. */
export function resultLines({ state, end }: Examined, { rules, shown, width }: Around): string[] {
  const result = resultOf(state);
  const percent = Math.round((100 * result.right) / Math.max(1, result.of));
  const title = (rule: string) => rules.find(({ id }) => id === rule)?.title ?? '';
  const text = (line: string) => fold(line, { width, first: '  ' });
  return [
    ...missedLines(state, { shown, width }),
    '',
    ...(end === 'time over'
      ? [...fold('The time is over; the exam was handed in.', { width }), '']
      : []),
    ...fold(`Result: ${result.right} of ${result.of} right (${percent} %)`, { width }).map(bold),
    ...text(
      'AWS passes at 720 on a scale of 100 to 1,000, and does not publish how answers become points (as of 2026-11-23). A question counts only if all of its letters are right.',
    ),
    '',
    bold(`By domain of DVA-${result.exam}`),
    ...result.domains.flatMap((one) =>
      tallyLines(one, `${one.id} ${domains[result.exam][one.id] ?? ''}`, width),
    ),
    '',
    bold('By rule, what was missed first'),
    ...result.rules
      .toSorted((a, b) => Number(a.right === a.of) - Number(b.right === b.of))
      .flatMap((one) => tallyLines(one, `${one.id} ${title(one.id)}`.trim(), width)),
  ];
}

function tallyLines({ right, of }: Tally, name: string, width: number): string[] {
  const all = right === of;
  const first = `  ${all ? '✓' : '✗'} ${right}/${of}  `;
  return fold(name, { width, first }).map(all ? green : red);
}

function missedLines({ sheets }: ExamState, around: Omit<Around, 'rules'>): string[] {
  const { width } = around;
  return sheets.flatMap((sheet, i) =>
    isRight(sheet.question, sheet.chosen)
      ? []
      : [
          ...questionLines(sheet, `Question ${i + 1} · ${sheet.question.rule}`, width),
          ...feedbackLines(sheet, sheet.chosen, around),
        ],
  );
}

/** What to run after an exam, the rules that were missed most first. */
export function whatNext(state: ExamState, { runnable }: Shown): string[] {
  const missed = resultOf(state)
    .rules.filter(({ right, of }) => right < of)
    .toSorted((a, b) => b.of - b.right - (a.of - a.right));
  return missed.flatMap(({ id }) => {
    const experiments = state.sheets
      .filter(({ question }) => question.rule === id)
      .flatMap(({ question }) => question.experiments);
    const runs = [...new Set(experiments)].filter((number) => runnable.has(number));
    return [...runs.map((number) => `npx lab experiment ${number}`), `npx lab quiz --rule ${id}`];
  });
}

/** The exam as it is kept while it is open. */
export const openExamOf = ({ exam, sheets, current, leftMs }: ExamState): OpenExam => ({
  exam,
  questions: sheets.map(({ question, order, chosen }) => ({ id: question.id, order, chosen })),
  leftMs,
  current,
});

/** An open exam with its questions; undefined when one of them is not there any more, or has changed. */
export function continued(open: OpenExam, questions: readonly Question[]): ExamState | undefined {
  const sheets = open.questions.flatMap(({ id, order, chosen }): Sheet[] => {
    const question = questions.find((one) => one.id === id);
    const places = [...(question?.options.keys() ?? [])];
    const fits =
      order.length === places.length &&
      places.every((place) => order.includes(place)) &&
      chosen.every((place) => places.includes(place));
    return question === undefined || !fits ? [] : [{ question, order, chosen }];
  });
  if (sheets.length !== open.questions.length || open.leftMs <= 0) return undefined;
  const current = Math.min(Math.max(open.current, 0), sheets.length - 1);
  return { exam: open.exam, sheets, current, leftMs: open.leftMs };
}
