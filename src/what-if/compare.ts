import type { Predicted } from '../experiments/model.ts';
import { deliveriesOf } from '../experiments/model.ts';
import type { Observed } from '../experiments/observed.ts';

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

export interface Comparison {
  readonly rows: readonly Compared[];
  /** Empty when nothing differs. */
  readonly reasons: readonly Reason[];
  /** Something differs, and no rule explains it; or the books do not add up. */
  readonly unexplained: readonly string[];
}

/** Holds what was measured against what the rules say, and names the rule that explains a difference. */
export function compare(predicted: Predicted, observed: Observed): Comparison {
  const rows = rowsOf(predicted, observed);
  const differs = rows.some((row) => row.predicted !== row.measured);
  const reasons = differs ? reasonsFor(predicted, observed) : [];
  const unexplained =
    differs && reasons.length === 0
      ? rows
          .filter((row) => row.predicted !== row.measured)
          .map(
            ({ label, ...row }) => `${label}: predicted ${row.predicted}, measured ${row.measured}`,
          )
      : [];
  return { rows, reasons, unexplained: [...observed.mistakes, ...unexplained] };
}

function rowsOf(predicted: Predicted, observed: Observed): Compared[] {
  const row = (label: string, of: (one: Observed | Predicted) => number): Compared => ({
    label,
    predicted: of(predicted),
    measured: of(observed),
  });
  return [
    row('invocations', ({ invocations }) => invocations),
    row('invocations that ended in an error', ({ errors }) => errors),
    row(
      'deliveries of good messages',
      ({ messages }) => deliveriesOf<unknown>(messages, 'good').length,
    ),
    row(
      'deliveries of poison messages',
      ({ messages }) => deliveriesOf<unknown>(messages, 'poison').length,
    ),
    row('good messages handled again, for nothing', ({ redundant }) => redundant),
    row('messages deleted', ({ deleted }) => deleted),
    row('of these lost: deleted, and never handled', ({ lost }) => lost),
    row('messages dead-lettered', ({ deadLettered }) => deadLettered),
    row('messages still in the queue', ({ stillThere }) => stillThere),
  ];
}

function reasonsFor(predicted: Predicted, observed: Observed): Reason[] {
  const first = (sizes: readonly number[]) => [...sizes].toSorted((a, b) => b - a).join(', ');
  const [planned, seen] = [predicted, observed].map(({ batchSizes }) => first(batchSizes));
  const twice = observed.messages.filter(({ deliveries }) => {
    const counts = deliveries.map(({ receiveCount }) => receiveCount);
    return new Set(counts).size < counts.length;
  });
  return [
    ...skippedReceives(observed),
    ...(twice.length === 0
      ? []
      : [
          {
            rule: 'G01',
            text: `SQS delivers at least once: ${twice.map(({ name }) => name).join(', ')} came twice for one receive`,
          },
        ]),
    ...(planned === seen
      ? []
      : [
          {
            rule: 'G18',
            text: `who shares a batch is AWS's choice, up to the batch size: batches of ${seen || 'none'}, the prediction has ${planned}`,
          },
        ]),
  ];
}

/** A receive that no delivery belongs to: Lambda was throttled, or gave the batch back. */
function skippedReceives({ messages }: Observed): Reason[] {
  const gaps = messages.filter(({ deliveries }) => {
    const counts = deliveries.map(({ receiveCount }) => receiveCount);
    return counts.length > 0 && Math.max(...counts) > new Set(counts).size;
  });
  if (gaps.length === 0) return [];
  return [
    {
      rule: 'G20',
      text: `a receive counts also when the function is not invoked with it: ${gaps.map(({ name }) => name).join(', ')}`,
    },
  ];
}
