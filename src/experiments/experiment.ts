import type { LabNames } from '../lab/settings.ts';
import type { Behaviour, Predicted, Scenario, Settings } from './model.ts';
import type { Observed } from './observed.ts';

/** Raw inputs of AWS's own API, laid over what the lab's `infra/` says. */
export interface More {
  readonly queue?: Readonly<Record<string, string>>;
  readonly deadLetterQueue?: Readonly<Record<string, string>>;
  readonly function?: Readonly<Record<string, unknown>>;
  readonly mapping?: Readonly<Record<string, unknown>>;
}

/** One side of an experiment: a copy of the lab with its own handler. */
export interface Side {
  /** What is special about it, in a few words: `without ReportBatchItemFailures`. */
  readonly title: string;
  /** File of `src/handlers/experiments/`, without `.ts`. Left out: the copy is its two queues, and the step does the rest. */
  readonly handler?: string;
  /** The copy has a function, and the step makes the mapping itself. */
  readonly withoutMapping?: boolean;
  /** It has a role of its own, which the step changes. Left out: all sides share one. */
  readonly ownRole?: boolean;
  /** Both queues are FIFO queues. */
  readonly fifo?: boolean;
  /** Settings in which the copy is built other than the lab: what both sides need so that the experiment is a clean one. */
  readonly build?: Partial<Settings>;
  /** As `build`, for what `Settings` has no word for. */
  readonly more?: More;
  /** Settings that the shown commands of the step put in force. The experiment fails itself when AWS shows others at its end. */
  readonly change?: Partial<Settings>;
  /** What is sent to it, by the names `good-1`, `poison-1`. */
  readonly sends: {
    readonly good: number;
    readonly poison: number;
    /** Bodies by the name of the message, where they matter. Left out: any good one, and one with FAIL. */
    readonly bodies?: Readonly<Record<string, string>>;
  };
  /** How its handler behaves, where `predict` shall predict its run. Left out: the numbers say it themselves. */
  readonly behaviour?: Behaviour;
  /** How many of them are lost by the rule that is shown, where `behaviour` does not say so: deleted, and never handled well. */
  readonly loses?: number;
  /** How many of them are deleted without a delivery by the rule that is shown: a filter lets them not pass. */
  readonly undelivered?: number;
  /** What else `predict` needs to know: seconds that the handler works, batches at the same time, when to stop looking. */
  readonly work?: Pick<Scenario, 'batchSeconds' | 'concurrency' | 'recordSeconds' | 'untilSeconds'>;
}

/** What AWS's rules leave open: both ends are included, and the screen says why. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** A sentence of its own: `A poller of Lambda waits up to 20 s for a message.` */
  readonly because: string;
}

/** An exact number; or a range, where AWS leaves one. A text, for a code or a choice. */
export type Value = Range | number | string;

/** What is known of a side before it runs. */
export interface SideFacts {
  readonly settings: Settings;
  readonly sends: Side['sends'];
  /** @throws Error when the side names no behaviour */
  readonly predicted: Predicted;
}

/** One number of an experiment: what the rule says, and how it is measured. */
export interface Measurement<S extends string> {
  /** Unique in its experiment, kebab-case. */
  readonly id: string;
  /** The row of the table: `Deliveries of good messages`. */
  readonly label: string;
  /** The side that it is of, where it is of one: the table puts its name behind the label, the picture its title above the number. */
  readonly side?: S;
  /** `G06`, as docs/exam-notes.md numbers the rules. */
  readonly rule: string;
  /** Computed from the settings by the rule, never a literal that was once measured. */
  readonly predicted: (facts: Readonly<Record<S, SideFacts>>) => Value;
  /** From what AWS shows. Undefined: it shows nothing, and the experiment fails. */
  readonly measured: (observed: Readonly<Record<S, Observed>>) => number | string | undefined;
  /** `s` */
  readonly unit?: string;
  /** AWS does not say what comes: the number is shown and decides nothing, whatever is measured. `predicted` says so in words. */
  readonly open?: true;
}

/** An experiment as data. Its step has the commands, `steps/NN-name.ts`. */
export interface Experiment<S extends string = string> {
  /** `20`, as in the file names. */
  readonly number: string;
  readonly title: string;
  /** Rules of docs/exam-notes.md that it shows. */
  readonly rules: readonly string[];
  /** Two sentences: what changes, and why that matters. */
  readonly why: string;
  /** Asked before anything runs. The right answer is what the measurement `of` is predicted to be. */
  readonly question: {
    readonly text: string;
    readonly of: string;
    /** Answers to choose from; left out: a number. */
    readonly choices?: readonly string[];
  };
  readonly sides: Readonly<Record<S, Side>>;
  readonly numbers: readonly Measurement<S>[];
  /** The two measurements that the picture shows large: the difference between the sides. */
  readonly headline: readonly [string, string];
  /** AWS's rule, in one or two sentences. */
  readonly rule: string;
  /** Page of AWS, and the day on which it said so: `2026-11-23`. */
  readonly source: { readonly url: string; readonly date: string };
  /** The numbers hold only if the messages of a side came in one batch each time: else AWS chose, and nothing is judged. */
  readonly needsOneBatch?: boolean;
  /** What the sandbox cannot show of the rule, and a real account can: a sentence. */
  readonly onlyOnAws?: string;
}

export type ExperimentOf<S extends string = string> = (lab: LabNames) => Experiment<S>;

/** Keeps the types of an experiment's sides together; adds nothing. */
export function defineExperiment<S extends string>(make: ExperimentOf<S>): ExperimentOf<S> {
  return make;
}
