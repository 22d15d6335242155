import type { Outcome } from '../judging/check.ts';
import type { ClassReport, Copy, LearnerReport, LearnerState } from './class-report.ts';

// Texts that terminal, page and table of a class report share.

export const signs: Readonly<Record<Outcome, string>> = { pass: '✓', fail: '✗', 'not judged': '-' };

const order: readonly (LearnerState | 'copied')[] = [
  'done',
  'copied',
  'edited',
  'at work',
  'waiting',
  'not started',
  'not judged',
];

/** Whether others show the same run. Which of them it is of, nothing in it says: each of them is suspected. */
const isCopied = ({ name }: LearnerReport, copies: readonly Copy[]): boolean =>
  copies.some(({ learners }) => learners.includes(name));

/**
 * As what a learner is counted: evidence with which somebody is done, and which others handed in, too, is `copied`. Two rows for
 * one lab that is looked at now are a matter of the roster, which a remark names.
 */
export const countedAs = (
  learner: LearnerReport,
  { copies, from }: Pick<ClassReport, 'copies' | 'from'>,
): LearnerState | 'copied' =>
  learner.state === 'done' && from === 'evidence' && isCopied(learner, copies)
    ? 'copied'
    : learner.state;

/** `22 done, 2 copied, 4 at work, 2 not judged` */
export function countOfStates(report: ClassReport): string {
  const states = report.learners.map((learner) => countedAs(learner, report));
  const counts = order.map((state) => [state, states.filter((one) => one === state).length]);
  const said = counts
    .filter(([, count]) => count !== 0)
    .map(([state, count]) => `${count} ${state}`);
  return said.length === 0 ? 'no learners' : said.join(', ');
}

/** The outcome of one check of a learner. A learner whose lab could not be judged has no results. */
export function outcomeOf({ checks }: LearnerReport, step: string): Outcome {
  return checks.find((check) => check.step === step)?.outcome ?? 'not judged';
}

/** `02/visibility-timeout`, or the state. */
export function standsAt({ state, at }: LearnerReport): string {
  if (at === undefined || state === 'not started') return state;
  return state === 'at work' ? at.id : `${state}: ${at.id}`;
}

/** What is wrong, or why nothing is known; undefined when the learner is done. */
export function whatIsWrong({ state, at, reason, failing }: LearnerReport): string | undefined {
  if (state === 'done') return undefined;
  if (state === 'not started')
    return reason ?? 'no resource of the lab exists (not begun, or cleaned up)';
  if (state === 'not judged' || state === 'edited') return reason;
  const others =
    failing === 2 ? '1 more expectation fails' : `${failing - 1} more expectations fail`;
  const more = failing > 1 ? `. ${others}.` : '';
  return at === undefined ? undefined : `${at.claim}: ${at.wrong}${more}`;
}

/**
 * What somebody handed in, in one line: what it holds, whether it is whole, whose it is, and of when. Undefined for who handed
 * in nothing that could be read.
 * @param copies of the whole class
 */
export function collectedLine(
  { name, collected }: LearnerReport,
  copies: readonly Copy[],
): string | undefined {
  if (collected === undefined) return undefined;
  const { proofs, target, whole, own, from, to, packed } = collected;
  const recorded =
    from === undefined || to === undefined
      ? []
      : [
          `recorded ${minuteOf(from)}${minuteOf(to) === minuteOf(from) ? '' : ` to ${minuteOf(to)}`}`,
        ];
  const sharing = copies.flatMap(({ learners }) => (learners.includes(name) ? learners : []));
  const others = [...new Set(sharing)].filter((other) => other !== name);
  return [
    `${proofs} of 15 proofs`,
    target === 'aws' ? 'AWS' : 'SANDBOX',
    whole ? 'whole' : 'edited',
    others.length > 0 ? `the same run as ${others.join(', ')}` : ownWords[own],
    ...recorded,
    ...(packed === undefined ? [] : [`packed ${minuteOf(packed)}`]),
  ].join(', ');
}

const ownWords = {
  own: 'own',
  sample: 'the sample of the kit',
  'partly sample': 'in part the sample of the kit',
} as const;

/** The same in at most ten places: `15 own`. */
export function collectedWord(learner: LearnerReport, copies: readonly Copy[]): string {
  const { collected } = learner;
  if (collected === undefined) return '-';
  const { proofs, whole, own } = collected;
  const what =
    own !== 'own' ? 'sample' : isCopied(learner, copies) ? 'copied' : whole ? 'own' : 'edited';
  return `${proofs} ${what}`;
}

/** What nobody can read from copies; nothing to say of those of one lab. */
export const whoseCopy = ({ copies, from }: ClassReport): string =>
  copies.length === 0 || from === 'labs'
    ? ''
    : 'Each of these exists only once, and the report cannot say whose it is: who is done with it counts as copied, not as done.';

export interface CopyLine {
  readonly learners: readonly string[];
  /** `the same mapping UUID, and 3 message ids` */
  readonly what: string;
}

/** One line for each group of learners who share identifiers. */
export function copyLines(copies: readonly Copy[]): CopyLine[] {
  const groups = Map.groupBy(copies, ({ learners }) => JSON.stringify(learners));
  return [...groups.values()].map((group) => {
    const count = (kind: Copy['what'], one: string) => {
      const found = group.filter(({ what }) => what === kind).length;
      return found === 0 ? [] : [`the same ${found === 1 ? one : `${found} ${one}s`}`];
    };
    const kinds: readonly Copy['what'][] = [
      'mapping UUID',
      'message id',
      'revision id',
      'log stream',
      'request',
      'millisecond',
      'rhythm',
    ];
    const what = kinds.flatMap((kind) =>
      count(kind, kind === 'rhythm' ? 'interval pattern' : kind),
    );
    return { learners: group[0]?.learners ?? [], what: what.join(' and ') };
  });
}

/** `2026-11-23 15:40 UTC` */
export const minuteOf = (time: string) => `${time.slice(0, 16).replace('T', ' ')} UTC`;

export const privacy =
  'This report contains names, account ids and results. It stays on this machine; give it only to people who need it.';
