import { readNotes, rulesOf } from '../exam/rules.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { nextLines, wayTo } from '../lab/next.ts';
import type { Next } from '../lab/next.ts';
import { complain, dim, say } from '../lab/terminal.ts';
import { chosen, examined, matching } from '../quiz/choose.ts';
import type { Wanted } from '../quiz/choose.ts';
import {
  continued,
  openExamOf,
  openOf,
  resultLines,
  resultOf,
  runExam,
  timeText,
  whatNext,
} from '../quiz/exam.ts';
import type { Examined, ExamState } from '../quiz/exam.ts';
import { formatOf, writeExport } from '../quiz/export/write.ts';
import { askedNow, practise, practisedLines } from '../quiz/practise.ts';
import type { Practised } from '../quiz/practise.ts';
import { isRight, loadQuestions, rightOf } from '../quiz/question.ts';
import type { Question } from '../quiz/question.ts';
import { examNamed, minutesPerQuestion } from '../quiz/exams.ts';
import { answerLines, askedOnPaper, questionLines, tagsOf } from '../quiz/screens.ts';
import { readShown, shownTexts } from '../quiz/shown.ts';
import type { Shown } from '../quiz/shown.ts';
import {
  addAnswers,
  dropOpenExam,
  readCards,
  readOpenExam,
  setExamAside,
  writeOpenExam,
} from '../quiz/state.ts';
import type { AnswerTo } from '../quiz/state.ts';
import { openTerminal } from '../quiz/terminal.ts';
import { fold, textWidth } from '../watch/fold.ts';

/** What was asked for, read and checked. */
interface Asking extends Wanted {
  readonly count: number | undefined;
}

/** `lab quiz`: asks questions, examines, lists or exports them. Asks AWS nothing and starts no sandbox. */
export async function quizCommand(lab: Lab): Promise<number> {
  const { options } = lab;
  const wanted = asking(lab);
  const all = await loadQuestions();
  const questions = matching(all, wanted);
  if (questions.length === 0) throw noQuestions(wanted);
  if (options.export !== undefined) return exportQuestions(lab, questions, wanted, options.export);
  if (options.json) return printJson(questions, wanted);
  if (options.examMode) return examine(lab, questions, wanted);
  return canAsk(lab) ? ask(lab, questions, wanted) : list(questions, wanted);
}

/** Keys come from a terminal; lines (`--manual`) from anywhere. */
const canAsk = ({ options }: Lab): boolean =>
  options.manual || (process.stdin.isTTY && process.stdout.isTTY);

/** @throws LabError (exit code 2) for a value that no question can have */
function asking({ options }: Lab): Asking {
  const { exam = 'C03', domain, rule, count } = options;
  const known = examNamed(exam);
  if (known === undefined) throw wrongValue('--exam', exam, 'C03 or C02');
  if (domain !== undefined && !/^[1-4]$/.test(domain))
    throw wrongValue('--domain', domain, 'the number of a domain, 1 to 4');
  if (rule !== undefined && !/^[Gg]\d\d?$/.test(rule))
    throw wrongValue('--rule', rule, 'a rule of docs/exam-notes.md, such as G06');
  if (count !== undefined && !/^[1-9]\d{0,2}$/.test(count))
    throw wrongValue('--count', count, 'a number from 1 to 999');
  return {
    exam: known,
    domain,
    rule: rule === undefined ? undefined : `G${rule.slice(1).padStart(2, '0')}`,
    count: count === undefined ? undefined : Number(count),
  };
}

const wrongValue = (option: string, value: string, needs: string) =>
  new LabError(`${option} "${value}" is not ${needs}`, {
    hint: 'npx lab quiz --exam C03 --domain 1 --rule G06 --count 10',
    exitCode: 2,
  });

function noQuestions({ exam, domain, rule }: Wanted): LabError {
  const parts = [
    ...(rule === undefined ? [] : [`rule ${rule}`]),
    ...(domain === undefined ? [] : [`domain ${domain} of DVA-${exam}`]),
  ];
  return new LabError(`The quiz has no question on ${parts.join(' in ')}`, {
    hint: 'The rules are in docs/exam-notes.md. All questions: npx lab quiz',
    exitCode: 2,
  });
}

const defaultCount = 10;
const defaultExamCount = 20;

async function ask(lab: Lab, questions: readonly Question[], wanted: Asking): Promise<number> {
  const { cards, problem } = await readCards();
  if (problem !== undefined) complain(`Warning: ${problem}`);
  const terminal = openTerminal(lab.options);
  const problems = new Set<string>();
  const keep = async (answer: AnswerTo) => {
    const after = await addAnswers([answer]);
    if (after.problem !== undefined) problems.add(after.problem);
    return after.cards;
  };
  const shown = readShown(rulesAsked(questions));
  // Awaited later: until then nobody else hears that it failed.
  shown.catch(() => undefined);
  try {
    const count = wanted.count ?? defaultCount;
    const items = chosen(questions, { cards, now: new Date(), count, chance: Math.random });
    const practised = await practise(items, cards, {
      terminal,
      exam: wanted.exam,
      now: () => new Date(),
      chance: Math.random,
      shown,
      keep,
    });
    terminal.clear();
    const about = { now: new Date(), width: terminal.width(), all: questions };
    terminal.print(practisedLines(practised, about));
    // Not earlier: the screen was the question's.
    for (const one of problems) complain(`Warning: ${one}`);
    showNext(lab, nextOf(practised, wanted, await shown));
    return 0;
  } finally {
    terminal.close();
  }
}

/** As every command ends; folded for the terminal that it is in. */
function showNext(lab: Lab, { command, why = '' }: Next): void {
  const width = textWidth(process.stdout.columns);
  for (const line of nextLines({ command }, wayTo(lab))) say(line);
  for (const line of fold(why, { width, first: '         ' })) say(dim(line));
}

const rulesAsked = (questions: readonly Question[]) => [
  ...new Set(questions.map(({ rule }) => rule)),
];

/** The experiment of the first question that was wrong, or more questions. */
function nextOf({ answers }: Practised, wanted: Asking, { runnable }: Shown) {
  const missed = answers.filter(({ grade }) => grade === 'wrong').map(({ question }) => question);
  const experiment = missed
    .flatMap(({ experiments }) => experiments)
    .find((number) => runnable.has(number));
  if (experiment !== undefined)
    return { command: `npx lab experiment ${experiment}`, why: 'Shows what you missed.' };
  const [first] = missed;
  if (first !== undefined)
    return {
      command: `npx lab quiz --rule ${first.rule}`,
      why: `Asks again about the rule that you missed; docs/exam-notes.md explains it.`,
    };
  const exam = wanted.exam === 'C03' ? '' : ` --exam ${wanted.exam}`;
  return {
    command: `npx lab quiz --exam-mode${exam}`,
    why: 'Timed, without feedback until the end.',
  };
}

async function examine(lab: Lab, questions: readonly Question[], wanted: Asking): Promise<number> {
  if (!canAsk(lab)) {
    throw new LabError('The exam needs a terminal: it reads keys, and here are none', {
      hint: 'For programs: npx lab quiz --json. To print: npx lab quiz --export quiz.md',
      exitCode: 2,
    });
  }
  const before = await examToContinue();
  const state = before ?? newExam(questions, wanted);
  const terminal = openTerminal(lab.options);
  try {
    terminal.print(openingLines(state, before !== undefined, terminal.width()));
    const examinedNow = await runExam(state, {
      terminal,
      clock: { elapsed: () => performance.now() },
      keep: (now) => writeOpenExam(openExamOf(now)),
    });
    terminal.clear();
    if (examinedNow.end === 'left') {
      await writeOpenExam(openExamOf(examinedNow.state));
      const left = timeText(examinedNow.state.leftMs);
      const kept = `The exam is kept, with ${left} left; the clock stands.`;
      terminal.print(['', ...fold(kept, { width: terminal.width() })]);
      showNext(lab, { command: 'npx lab quiz --exam-mode', why: 'Goes on with it.' });
      return 0;
    }
    await showResult(lab, examinedNow, terminal);
    return 0;
  } finally {
    terminal.close();
  }
}

/** The exam that was left, said why when it cannot be gone on with. */
async function examToContinue(): Promise<ExamState | undefined> {
  const { open, problem } = await readOpenExam();
  if (problem !== undefined) complain(`Warning: ${problem}`);
  if (open === undefined) return undefined;
  const before = continued(open, await loadQuestions());
  if (before === undefined)
    complain(`Warning: ${await setExamAside('the kit has other questions by now')}`);
  return before;
}

function newExam(questions: readonly Question[], { exam, count }: Asking): ExamState {
  const drawn = examined(questions, {
    exam,
    count: count ?? defaultExamCount,
    chance: Math.random,
  });
  return {
    exam,
    sheets: drawn.map((question) => ({ ...askedNow(question, Math.random), chosen: [] })),
    current: 0,
    leftMs: drawn.length * minutesPerQuestion * 60_000,
  };
}

function openingLines(state: ExamState, goesOn: boolean, width: number): string[] {
  const { exam, sheets, leftMs } = state;
  const open = openOf(state).length;
  const text = goesOn
    ? `The exam that you left goes on: DVA-${exam}, ${open} of ${sheets.length} questions open, ${timeText(leftMs)} left. For another one hand this one in with h.`
    : `Exam DVA-${exam}: ${sheets.length} ${sheets.length === 1 ? 'question' : 'questions'} in ${timeText(leftMs)}, without feedback until the end.`;
  return fold(text, { width });
}

type Screen = ReturnType<typeof openTerminal>;

/** Prints the result, then lets the repetition know of the answers: nothing that fails there costs anybody the result. */
async function showResult(lab: Lab, done: Examined, terminal: Screen): Promise<void> {
  const rules = rulesAsked(done.state.sheets.map(({ question }) => question));
  const [noted, shown] = await Promise.all([
    // Their titles only: a page that cannot be read costs nobody a result.
    readNotes()
      .then(rulesOf)
      .catch(() => []),
    readShown(rules),
  ]);
  terminal.print(resultLines(done, { rules: noted, shown, width: terminal.width() }));
  const commands = whatNext(done.state, shown);
  if (commands.length > 1) terminal.print(['', 'To run next, what was missed most first:']);
  terminal.print(commands.slice(0, 6).map((command) => `  ${command}`));
  await rememberAnswers(done);
  await dropOpenExam();
  const { right, of } = resultOf(done.state);
  showNext(lab, {
    command: commands[0] ?? 'npx lab quiz --exam-mode',
    why: right === of ? 'Another exam.' : 'The missed questions are due again tomorrow.',
  });
}

async function rememberAnswers({ state: { sheets } }: Examined): Promise<void> {
  const at = new Date().toISOString();
  const { problem } = await addAnswers(
    sheets.map(({ question, chosen: places }) => {
      const grade = isRight(question, places) ? 'right' : 'wrong';
      return { id: question.id, answer: { at, grade, inExam: true } };
    }),
  );
  if (problem !== undefined) complain(`Warning: ${problem}`);
}

/** Without a terminal: all questions, or as many as wanted, with their answers. */
async function list(questions: readonly Question[], wanted: Asking): Promise<number> {
  const shown = await readShown(rulesAsked(questions));
  const width = textWidth(process.stdout.columns);
  for (const question of questions.slice(0, wanted.count)) {
    const asked = askedOnPaper(question);
    const head = `${question.id} · ${tagsOf(question, wanted.exam)}`;
    for (const line of [...questionLines(asked, head, width), ...answerLines(asked, shown, width)])
      say(line);
  }
  say();
  complain('To be asked, run "npx lab quiz" in a terminal.');
  return 0;
}

async function printJson(questions: readonly Question[], wanted: Asking): Promise<number> {
  const [{ cards, problem }, shown] = await Promise.all([
    readCards(),
    readShown(rulesAsked(questions)),
  ]);
  if (problem !== undefined) complain(`Warning: ${problem}`);
  const result = {
    exam: wanted.exam,
    questions: questions.slice(0, wanted.count).map((question) => ({
      ...question,
      answer: rightOf(question),
      shownBy: shownTexts(question, shown),
      due: cards[question.id]?.due ?? null,
    })),
  };
  say(JSON.stringify(result, null, 2));
  return 0;
}

async function exportQuestions(
  lab: Lab,
  questions: readonly Question[],
  wanted: Asking,
  file: string,
): Promise<number> {
  const format = formatOf(file);
  const shown = await readShown(rulesAsked(questions));
  const written = questions.slice(0, wanted.count);
  await writeExport(file, { questions: written, exam: wanted.exam, shown });
  say(`Wrote ${written.length} questions to ${file}`);
  const why =
    format === '.md'
      ? 'Asks the same in the terminal. The file is there to be printed.'
      : 'Asks the same in the terminal. Anki reads the file with File > Import.';
  showNext(lab, { command: 'npx lab quiz', why });
  return 0;
}
