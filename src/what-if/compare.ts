import { batchesText, listed } from '../experiments/lists.ts';
import { deliveriesOf, workOn } from '../experiments/model.ts';
import type { Kind, Predicted, Scenario } from '../experiments/model.ts';
import type { Observed } from '../experiments/observed.ts';
import { replay } from './replay.ts';
import type { Replay } from './replay.ts';

/** One number, predicted and measured. */
export interface Compared {
  readonly label: string;
  readonly predicted: number;
  readonly measured: number;
}

/** Why measured numbers may differ from predicted ones: a rule, and what it did here. */
export interface Reason {
  /** `G18` */
  readonly rule: string;
  readonly text: string;
}

/** A reason, and the only rows that it explains. */
interface Excuse extends Reason {
  readonly rows: readonly Row[];
}

export interface Comparison {
  readonly rows: readonly Compared[];
  /** Empty when nothing differs. */
  readonly reasons: readonly Reason[];
  /** Something differs, and no rule explains it; or the books do not add up. */
  readonly unexplained: readonly string[];
}

/**
 * Holds what was measured against what the rules say, and names the rule that explains a difference. The rules are held to
 * the measured batches as well, message by message: there nothing may differ.
 * @param scenario what `predicted` was predicted of
 */
export function compare(scenario: Scenario, predicted: Predicted, observed: Observed): Comparison {
  const compared = rowNames.map((row) => [row, comparedIn(row, predicted, observed)] as const);
  const rows = compared.map(([, one]) => one);
  const differing = compared.filter(([, one]) => one.predicted !== one.measured);
  const replayed = replay(scenario, observed);
  if (!replayed.isLogged) return { rows, reasons: [], unexplained: replayed.breaches };
  const excuses = excusesFor({ scenario, predicted, observed, replayed });
  const reasons = excuses.filter((one) => differing.some(([row]) => one.rows.includes(row)));
  const unexplained = differing
    .filter(([row]) => !excuses.some((one) => one.rows.includes(row)))
    .map(([, one]) => `${one.label}: predicted ${one.predicted}, measured ${one.measured}`);
  return {
    rows,
    reasons: reasons.map(({ rule, text }) => ({ rule, text })),
    unexplained: [...observed.mistakes, ...replayed.breaches, ...unexplained],
  };
}

const labels = {
  invocations: 'invocations',
  errors: 'invocations that ended in an error',
  good: 'deliveries of good messages',
  poison: 'deliveries of poison messages',
  redundant: 'good messages handled again, for nothing',
  deleted: 'messages deleted',
  lost: 'of these lost: deleted, and never handled',
  deadLettered: 'messages dead-lettered',
  stillThere: 'messages still in the queue',
} as const;

type Row = keyof typeof labels;

const rowNames = Object.keys(labels) as readonly Row[];

const countIn = (one: Observed | Predicted, row: Row): number =>
  row === 'good' || row === 'poison' ? deliveriesOf<unknown>(one.messages, row).length : one[row];

const comparedIn = (row: Row, predicted: Predicted, observed: Observed): Compared => ({
  label: labels[row],
  predicted: countIn(predicted, row),
  measured: countIn(observed, row),
});

interface Run {
  readonly scenario: Scenario;
  readonly predicted: Predicted;
  readonly observed: Observed;
  readonly replayed: Replay;
}

/** Everything that a rule leaves open in this run, and which rows it may change. */
function excusesFor(run: Run): Excuse[] {
  return [...otherBatches(run), ...overtaken(run), ...lookedAtEarly(run), ...otherReceives(run)];
}

const fates = ['deleted', 'deadLettered', 'stillThere'] as const;

/** No message, not even a good one, is worked on to the end in time. */
const alwaysTimesOut = (scenario: Scenario): boolean =>
  workOn(scenario, [{ kind: 'good' }]).timedOut;

/** Every invocation, or every one with a poison, ends in an error: then their number is one of batches. */
function errorsCount({ scenario }: Run): readonly Row[] {
  const { behaviour } = scenario;
  return behaviour === 'throws' || behaviour === 'times-out' || alwaysTimesOut(scenario)
    ? ['errors']
    : [];
}

/**
 * Other batches are another number of invocations. Only where a poison message takes its batch along, the good messages in
 * it have another fate as well. How often a poison message is delivered, and what becomes of it, no batch changes.
 */
function otherBatches(run: Run): Excuse[] {
  const { scenario, predicted, observed } = run;
  const text = ({ batchSizes }: Observed | Predicted) =>
    batchesText(batchSizes.toSorted((a, b) => b - a));
  const { behaviour, good, poison } = scenario;
  const takesAlong =
    good > 0 && poison > 0 && (behaviour === 'throws' || behaviour === 'times-out');
  if (text(predicted) === text(observed) && !takesAlong) return [];
  return [
    {
      rule: 'G18',
      text: `who shares a batch is AWS's choice, up to the batch size: batches of ${text(observed)}, the prediction has ${text(predicted)}`,
      rows: [
        'invocations',
        ...errorsCount(run),
        ...(takesAlong ? (['good', 'redundant', ...fates] as const) : []),
      ],
    },
  ];
}

/**
 * Work, or gathering, that is longer than the visibility timeout: who comes first, the deletion or the next receive, is
 * chance. It changes the numbers of the messages that were overtaken, here or in the prediction, and of no other kind.
 */
function overtaken(run: Run): Excuse[] {
  const { predicted, replayed } = run;
  const kinds = (names: readonly string[]) =>
    (['good', 'poison'] as const).filter((kind) => names.some((name) => name.startsWith(kind)));
  const excuse = (names: readonly string[], where: string): Excuse[] =>
    names.length === 0
      ? []
      : [
          {
            rule: 'G02',
            text: `the visibility timeout may end before the work does: ${where}${listed(names)} came again, or moved, before the invocation that handled it had ended`,
            rows: [
              'invocations',
              ...errorsCount(run),
              ...fates,
              ...kinds(names).flatMap((kind) => rowsOfKind[kind]),
            ],
          },
        ];
  return [
    ...excuse(replayed.overtaken, ''),
    ...excuse(
      predicted.overtaken.filter((name) => !replayed.overtaken.includes(name)),
      'in the prediction, and not here, ',
    ),
  ];
}

const rowsOfKind = { good: ['good', 'redundant'], poison: ['poison', 'lost'] } as const;

/**
 * Where nothing ends, it is looked at in the middle of a round of receives: one more or less of each message, and by work
 * that still goes on as many as there are.
 */
function lookedAtEarly(run: Run): Excuse[] {
  const { scenario, predicted, observed } = run;
  if (scenario.untilSeconds === undefined) return [];
  // No message takes longer than a poison: the handler may hang on it. Then the look is spread over all invocations.
  const takesTime = workOn(scenario, [{ kind: 'poison' }]).seconds > 0;
  const rounds = takesTime ? observed.runs.length : 1;
  const isOpen = (kind: Kind) =>
    Math.abs(countIn(predicted, kind) - countIn(observed, kind)) <= rounds * scenario[kind];
  const kinds = (['good', 'poison'] as const).filter(
    (kind) => isOpen(kind) && (kind === 'poison' || alwaysTimesOut(scenario)),
  );
  return [
    {
      rule: 'G04',
      text: 'without a redrive policy nothing ends the receives: it was looked at in the middle of them',
      rows: [
        'invocations',
        ...errorsCount(run),
        ...kinds,
        ...(kinds.includes('good') ? (['redundant'] as const) : []),
      ],
    },
  ];
}

/** Deliveries that are more than the receives, or less. The receives themselves are as many as ever. */
function otherReceives(run: Run): Excuse[] {
  const { twice, skipped } = run.replayed;
  const rows = (names: readonly string[]): Row[] => [
    'invocations',
    ...errorsCount(run),
    ...(['good', 'poison'] as const).filter((kind) => names.some((name) => name.startsWith(kind))),
    ...(names.some((name) => name.startsWith('good')) ? (['redundant'] as const) : []),
  ];
  const excuse = (rule: string, names: readonly string[], text: string): Excuse[] =>
    names.length === 0 ? [] : [{ rule, text: `${text}: ${listed(names)}`, rows: rows(names) }];
  return [
    ...excuse('G01', twice, 'SQS delivers at least once; these came twice for one receive'),
    ...excuse('G20', skipped, 'a receive counts also when the function is not invoked with it'),
  ];
}
