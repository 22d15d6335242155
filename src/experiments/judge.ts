import type { Experiment, Measurement, Side, SideFacts, Value } from './experiment.ts';
import { predict } from './model.ts';
import type { Settings } from './model.ts';
import { observedOf, wasSent } from './observed.ts';
import type { Observed, RecordedSide } from './observed.ts';

/** One row of the table. */
export interface Row {
  readonly id: string;
  /** With the name of its side, where it has one. */
  readonly label: string;
  readonly rule: string;
  readonly unit: string;
  readonly predicted: Value;
  readonly measured: number | string | undefined;
  /** Always, where it is open. */
  readonly holds: boolean;
  /** Shown, and not judged. */
  readonly open: boolean;
}

export interface Judgement {
  readonly number: string;
  readonly title: string;
  /** `not judged`: AWS chose other batches than the experiment needs. */
  readonly outcome: 'fail' | 'not judged' | 'pass';
  /** Why it is not a pass; empty when it is. */
  readonly reasons: readonly string[];
  readonly rows: readonly Row[];
}

/** What the settings of a side are once the commands of the step have run. */
export function settingsOfSide(experiment: Experiment, side: string, ofLab: Settings): Settings {
  const one = experiment.sides[side];
  return { ...ofLab, ...one?.build, ...one?.change };
}

/** What is known of each side before the run; the prediction is made when a number asks for it. */
export function factsOf(experiment: Experiment, ofLab: Settings): Record<string, SideFacts> {
  return mapSides(experiment.sides, (side, name) => {
    const settings = settingsOfSide(experiment, name, ofLab);
    return {
      settings,
      sends: side.sends,
      get predicted() {
        const { behaviour, work, sends } = side;
        if (behaviour === undefined) {
          throw new Error(`experiment ${experiment.number}: side "${name}" names no behaviour`);
        }
        return predict({ ...settings, ...work, ...sends, behaviour });
      },
    };
  });
}

export function mapSides<T, U>(
  sides: Readonly<Record<string, T>>,
  make: (side: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(sides).map(([name, side]) => [name, make(side, name)]));
}

/** What each number is predicted to be. */
export function predictionsOf(experiment: Experiment, ofLab: Settings): Map<string, Value> {
  const facts = factsOf(experiment, ofLab);
  return new Map(experiment.numbers.map(({ id, predicted }) => [id, predicted(facts)]));
}

/** A text of a setting that AWS shows other than the experiment says it is. */
function otherSettings(
  experiment: Experiment,
  side: string,
  seen: Partial<Settings>,
  ofLab: Settings,
): string[] {
  const wanted = settingsOfSide(experiment, side, ofLab);
  return (Object.keys(seen) as (keyof Settings)[])
    .filter((name) => wanted[name] !== seen[name])
    .map(
      (name) =>
        `side "${side}": AWS shows ${name} ${String(seen[name])}, and the experiment is about ${String(wanted[name])}`,
    );
}

/** Whether each message was always delivered with all others of its side that were still there. */
function batchChoice(
  experiment: Experiment,
  observed: Readonly<Record<string, Observed>>,
): string[] {
  if (experiment.needsOneBatch !== true) return [];
  return Object.entries(observed).flatMap(([side, { messages }]) => {
    const first = messages.flatMap(({ deliveries }) =>
      deliveries.filter(({ receiveCount }) => receiveCount === 1),
    );
    const all = messages.flatMap(({ deliveries }) => deliveries);
    // Messages that have the same receive count in one side came back together, and were to be taken together.
    const rounds = Map.groupBy(all, ({ receiveCount }) => receiveCount);
    const split = [...rounds.values()].some(
      (round) => new Set(round.map(({ requestId }) => requestId)).size > 1,
    );
    const sizes = [...new Set(first.map(({ batchSize }) => batchSize))].join(', ');
    return split
      ? [`AWS chose to spread the messages of side "${side}" over batches of ${sizes}`]
      : [];
  });
}

/**
 * Judges a recorded run: the live one and `lab check` use the same.
 * @param ofLab the settings of the lab of which the sides are copies
 */
export function judgeRun(
  experiment: Experiment,
  recorded: Readonly<Record<string, RecordedSide>>,
  ofLab: Settings,
): Judgement {
  const observed = mapSides(recorded, (side, name) =>
    observedOf(side, experiment.sides[name]?.undelivered),
  );
  const facts = factsOf(experiment, ofLab);
  const missing = Object.keys(experiment.sides).filter((side) => observed[side] === undefined);
  if (missing.length > 0) {
    return verdict(experiment, [], {
      mistakes: [`nothing was recorded of side "${missing.join('", "')}"`],
      chose: [],
    });
  }
  const rows = experiment.numbers.map((number) => rowOf(number, facts, observed));
  const mistakes = Object.entries(observed).flatMap(([side, one]) => [
    ...one.mistakes.map((mistake) => `The books of side "${side}" do not add up: ${mistake}`),
    ...otherSettings(experiment, side, one.settings, ofLab),
    ...otherSends(experiment, side, one),
    ...lostMessages(experiment.sides[side], facts[side], { side, ...one }),
  ]);
  return verdict(experiment, rows, { mistakes, chose: batchChoice(experiment, observed) });
}

/** What was sent is what the prediction is about. */
function otherSends(experiment: Experiment, side: string, { messages }: Observed): string[] {
  const sends = experiment.sides[side]?.sends;
  return (['good', 'poison'] as const).flatMap((kind) => {
    const own = messages.filter((message) => message.kind === kind && wasSent(message));
    const count = own.length;
    return count === sends?.[kind]
      ? []
      : [
          `side "${side}" was sent ${count} ${kind} messages, and the experiment is about ${sends?.[kind]}`,
        ];
  });
}

/** A message may be lost only where the rule says so. */
function lostMessages(
  side: Side | undefined,
  facts: SideFacts | undefined,
  { side: name, lost }: { readonly side: string; readonly lost: number },
): string[] {
  const expected = side?.behaviour === undefined ? 0 : (facts?.predicted.lost ?? 0);
  const most = side?.loses ?? expected;
  return lost <= most
    ? []
    : [
        `side "${name}" has lost ${lost} messages, and its rule loses ${most === 0 ? 'none' : most}`,
      ];
}

function verdict(
  { number, title }: Experiment,
  rows: readonly Row[],
  { mistakes, chose }: { readonly mistakes: readonly string[]; readonly chose: readonly string[] },
): Judgement {
  const wrong = rows
    .filter(({ holds }) => !holds)
    .map(({ label, predicted, measured, rule }) => {
      const seen = measured === undefined ? 'AWS shows nothing' : `measured ${measured}`;
      return `${label}: predicted ${valueText(predicted)} (${rule}), ${seen}`;
    });
  const outcome =
    mistakes.length > 0
      ? 'fail'
      : wrong.length === 0
        ? 'pass'
        : chose.length > 0
          ? 'not judged'
          : 'fail';
  const reasons =
    outcome === 'pass' ? [] : [...mistakes, ...(outcome === 'fail' ? [] : chose), ...wrong];
  return { number, title, outcome, reasons, rows };
}

function rowOf(
  {
    id,
    label: what,
    side,
    rule,
    unit = '',
    open: isOpen,
    predicted,
    measured,
  }: Measurement<string>,
  facts: Record<string, SideFacts>,
  observed: Record<string, Observed>,
): Row {
  const value = predicted(facts);
  const seen = measured(observed);
  const label = side === undefined ? what : `${what}, ${side}`;
  const open = isOpen === true;
  const holds = open ? seen !== undefined : isWithin(seen, value);
  return { id, label, rule, unit, predicted: value, measured: seen, holds, open };
}

export function isWithin(measured: number | string | undefined, value: Value): boolean {
  if (typeof value !== 'object') return measured === value;
  return typeof measured === 'number' && measured >= value.from && measured <= value.to;
}

/** `27`, `90 to 95`, `throws` */
export function valueText(value: Value): string {
  return typeof value === 'object' ? `${value.from} to ${value.to}` : String(value);
}

/** The experiment with one number predicted wrong: what a test mutates. */
export function withWrongNumber(experiment: Experiment, id: string): Experiment {
  const wrong = (value: Value): Value => {
    if (typeof value === 'number') return value + 1;
    if (typeof value === 'string') return `${value} not`;
    return { ...value, from: value.to + 1, to: value.to + 1 + (value.to - value.from) };
  };
  const numbers = experiment.numbers.map((one) =>
    one.id === id
      ? {
          ...one,
          predicted: (facts: Readonly<Record<string, SideFacts>>) => wrong(one.predicted(facts)),
        }
      : one,
  );
  return { ...experiment, numbers };
}

/** As the question counts it: a range is answered by any number in it. */
export function saidRight(said: string, value: Value): boolean {
  const number = Number(said);
  return isWithin(typeof value === 'string' || Number.isNaN(number) ? said : number, value);
}
