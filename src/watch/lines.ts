import type { CheckResult, Clock, ExpectationResult } from '../judging/check.ts';
import { shortJson } from '../judging/printed.ts';
import { bold, cyan, dim, duration, green, red, yellow } from '../lab/terminal.ts';
import { fold } from './fold.ts';
import type { Task } from './task.ts';

// The lines of `lab watch`. Every meaning has a sign or a word; colour only helps.

/** The terminal that shows the lines. */
export interface View {
  readonly width: number;
  /** Keys need an Enter behind them. */
  readonly manual: boolean;
}

const signs = {
  pass: green('✓'),
  fail: red('✗'),
  open: dim('·'),
  wait: yellow('…'),
};

type Sign = keyof typeof signs;

/** A sentence behind its sign, wrapped under itself. */
export function signed(sign: Sign, text: string, { width }: View, indent = 2): string[] {
  const space = ' '.repeat(indent);
  const [first = '', ...more] = fold(text, { width, first: `${space}? ` });
  return [`${space}${signs[sign]}${first.slice(indent + 1)}`, ...more];
}

export function sentence(text: string, { width }: View): string[] {
  return fold(text, { width, first: '  ' });
}

/** A task: what to do and why, and when it is green. The commands are the learner's to find. */
export function taskLines(task: Task, result: CheckResult, view: View): string[] {
  const unasked = reasonUnasked(result);
  const marked = result.expectations.flatMap((one) =>
    signed(signAtFirst(one), unasked === undefined ? stateOf(one, result) : one.claim, view, 4),
  );
  return [
    '',
    ...fold(task.title, { width: view.width, first: `Step ${task.number}  ` }).map(bold),
    ...task.why.flatMap((text) => sentence(text, view)),
    '',
    '  Green when',
    ...marked,
    ...(unasked === undefined ? [] : ['', ...signed('wait', unasked, view)]),
    '',
    ...sentence(task.where, view),
  ];
}

/** An expectation that fails when its task begins is not wrong, only not done yet. */
function signAtFirst({ outcome, cause }: ExpectationResult): Sign {
  if (outcome === 'pass') return 'pass';
  return outcome === 'fail' || cause === 'blocked' ? 'open' : 'wait';
}

/** What to type once in the other terminal. A command is never wrapped, so that it can be copied. */
export function pointingLines(commands: readonly string[], view: View): string[] {
  return [
    ...sentence('Run once in the other terminal:', view),
    ...commands.map((command) => cyan(`  ${command}`)),
  ];
}

/** No expectation passes yet: then the lines do not say what was found instead. */
function isUntouched({ expectations }: CheckResult): boolean {
  return expectations.every(({ outcome }) => outcome !== 'pass');
}

/** The claim, and what was found instead. */
function stateOf(one: ExpectationResult, result: CheckResult): string {
  const { claim, outcome, cause, difference, actual, reason } = one;
  if (outcome === 'fail') {
    if (isUntouched(result)) return claim;
    return `${claim}: ${(difference ?? [`is ${shortJson(actual)}`]).join('; ')}`;
  }
  return outcome === 'pass' || cause === 'blocked' ? claim : `${claim}: ${reason ?? 'not judged'}`;
}

function signOf(one: ExpectationResult, result: CheckResult): Sign {
  return one.outcome === 'fail' && !isUntouched(result) ? 'fail' : signAtFirst(one);
}

/** The one reason why nothing could be judged; undefined when there are several. */
export function reasonUnasked({ expectations }: CheckResult): string | undefined {
  const [first] = expectations;
  const all = expectations.every(
    ({ cause, reason }) =>
      cause !== undefined &&
      cause !== 'blocked' &&
      cause !== 'your lab' &&
      reason === first?.reason,
  );
  return all ? `${first?.cause}: ${first?.reason}` : undefined;
}

/** What has changed since the last look. The waiting line says what the lab waits for. */
export function changedLines(before: CheckResult, now: CheckResult, view: View): string[] {
  const known = new Map(before.expectations.map((one) => [one.id, signature(one)]));
  return now.expectations
    .filter((one) => one.cause !== 'blocked' && known.get(one.id) !== signature(one))
    .flatMap((one) => signed(signOf(one, now), stateOf(one, now), view));
}

/** Seconds count down in a reason: that is no change. */
function signature({ outcome, cause, actual }: ExpectationResult): string {
  return `${outcome} ${cause} ${outcome === 'fail' ? JSON.stringify(actual) : ''}`;
}

export function greenLines({ step, expectations }: CheckResult, view: View): string[] {
  const [first = '', ...more] = fold(
    `Step ${step} is green: ${expectations.length} of ${expectations.length} hold`,
    { width: view.width },
  );
  return [green(bold(`✓ ${first}`)), ...more];
}

/** What the exam asks about a step. */
export function cueLines({ cues }: Pick<Task, 'cues'>, { width }: View): string[] {
  if (cues.length === 0) return [];
  return [bold('  Exam'), ...cues.flatMap((cue) => fold(cue, { width, first: '  - ' }))];
}

const keys = [
  ['h', 'hint'],
  ['l', 'list'],
  ['a', 'check all'],
  ['r', 'reset step'],
  ['s', 'solution'],
  ['b', 'back'],
  ['n', 'next'],
  ['q', 'quit'],
] as const;

export function keysLines({ width, manual }: View): string[] {
  const texts = keys.map(([key, does]) => `${key} ${does}`);
  const lines: string[] = [];
  for (const text of manual ? ['Enter check now', ...texts] : texts) {
    // A key stays with its word when a line is full.
    const longer = lines.length === 0 ? undefined : `${lines.at(-1)}  ${text}`;
    if (longer !== undefined && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(`  ${text}`);
  }
  return lines.map(dim);
}

/** All steps with their state, a line each. */
export function listLines(
  tasks: readonly Task[],
  results: ReadonlyMap<string, CheckResult>,
  current: string,
  view: View,
): string[] {
  return tasks.flatMap(({ number, title }) => {
    const result = results.get(number);
    const [sign, state]: readonly [Sign, string] =
      result === undefined ? ['open', ''] : summaryOf(result);
    const here = number === current ? ' (you are here)' : '';
    return signed(sign, `${number} ${title}${here}${state === '' ? '' : `: ${state}`}`, view);
  });
}

function summaryOf(result: CheckResult): readonly [Sign, string] {
  const { outcome, expectations } = result;
  if (outcome === 'pass') return ['pass', ''];
  const isWaiting =
    outcome !== 'fail' &&
    expectations.some(({ cause }) => cause !== undefined && cause !== 'blocked');
  return [isWaiting ? 'wait' : 'open', standingText(result)];
}

/** How many expectations hold, and what the check waits for; the same text on all screens: `2/3, your turn`. */
export function standingText({ outcome, expectations }: CheckResult): string {
  const holding = expectations.filter((one) => one.outcome === 'pass').length;
  const count = `${holding}/${expectations.length}`;
  if (outcome === 'pass') return `${count}, green`;
  const refused = expectations.find(({ cause }) => cause === 'AWS could not be asked');
  if (refused !== undefined) return `${count}, no answer: ${refused.reason ?? 'no reason given'}`;
  if (outcome === 'fail') return `${count}, your turn`;
  const waiting = expectations.find(({ cause }) => cause !== undefined && cause !== 'blocked');
  if (waiting !== undefined) {
    const { clock, reason } = waiting;
    return `${count}, ${clock === undefined ? (reason ?? 'not judged') : clockText(clock)}`;
  }
  const blocker = expectations.find(({ blockedBy }) => blockedBy !== undefined)?.blockedBy;
  return `${count}, ${blocker === undefined ? 'not judged' : `after step ${blocker.slice(0, 2)}`}`;
}

export interface Waiting {
  readonly result: CheckResult;
  /** Wall clock of the learner. */
  readonly at: Date;
  /** Until the next look, said when AWS could not be asked. */
  readonly nextMs: number;
  /** A key is awaited. */
  readonly paused: boolean;
}

/** The line that is rewritten in place: the time of the last look, and what the lab waits for. */
export function waitingLine({ result, at, nextMs, paused }: Waiting): string {
  const isRefused = result.expectations.some(({ cause }) => cause === 'AWS could not be asked');
  return [
    `${result.step} looked ${at.toTimeString().slice(0, 8)}`,
    standingText(result),
    ...(isRefused ? [`again in ${duration(nextMs)}`] : []),
    ...(paused ? ['n continues'] : []),
  ].join(' · ');
}

/** `22 s left: visibility timeout (AWS clock)` */
export function clockText({ name, atMostSeconds, leftSeconds }: Clock): string {
  const left =
    leftSeconds === undefined
      ? `at most ${atMostSeconds} s`
      : `${Math.max(0, Math.round(leftSeconds))} s left`;
  return `${left}: ${name} (AWS clock)`;
}
