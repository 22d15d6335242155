import type { Question } from '../lab/aws/ask.ts';
import type { Lab, Look } from '../lab/lab.ts';
import type { Answers, Observation } from '../lab/look.ts';
import type { Inputs } from './inputs.ts';

export type Outcome = 'fail' | 'not judged' | 'pass';

/**
 * Why an expectation did not pass.
 * - `your lab`: the observed state is wrong. The only cause of "fail"; all others are "not judged".
 * - `AWS not ready yet`: one of AWS's clocks is running; the result says which one, and how long.
 * - `AWS chose`: AWS did what it is free to do (separate batches, a second delivery): repeat the step.
 * - `not on record`: AWS no longer has the record, as with an expired log: repeat the step.
 * - `AWS could not be asked`: throttled, no network, no permission for the question.
 * - `blocked`: an earlier expectation did not pass.
 * - `not here`: a fact of the learner's machine, judged on another machine. Blocks nothing.
 * - `machine too busy`: this machine had no time to run the worker.
 * - `needs AWS`: the learner's code calls AWS, but runs where it may not. Blocks nothing.
 * - `the kit itself`: a bug in the kit.
 */
export type Cause =
  | 'AWS chose'
  | 'AWS could not be asked'
  | 'AWS not ready yet'
  | 'blocked'
  | 'machine too busy'
  | 'needs AWS'
  | 'not here'
  | 'not on record'
  | 'the kit itself'
  | 'your lab';

/** One of AWS's clocks, as it runs. */
export interface Clock {
  /** `visibility timeout`, `mapping is Creating`. */
  readonly name: string;
  readonly atMostSeconds: number;
  /** Left when it was looked at, where that can be known. */
  readonly leftSeconds?: number;
}

/** Why something cannot be judged on what was observed. */
export interface Unclear {
  readonly cause:
    | 'AWS chose'
    | 'AWS not ready yet'
    | 'machine too busy'
    | 'needs AWS'
    | 'not here'
    | 'not on record';
  readonly reason: string;
  readonly clock?: Clock;
}

/** A text, or how to say it from the state that was found. */
export type Text<T> = string | ((actual: unknown, observed: T) => string);

/** One thing that must be true, as data. */
export interface Expectation<T> {
  /** Unique in its check, kebab-case: `visibility-timeout`. */
  readonly id: string;
  readonly claim: string;
  /** What `actual` must equal, or a sentence when `judge` decides. */
  readonly expected: unknown;
  readonly actual: (observed: T) => unknown;
  /** For expectations that equality does not say. */
  readonly judge?: (actual: unknown, observed: T) => boolean;
  /** For what the difference of expected and actual does not say: compares with what was observed elsewhere. */
  readonly difference?: (actual: unknown, observed: T) => readonly string[];
  readonly notJudged?: (observed: T) => Unclear | undefined;
  /** Number of the step that is to be run again when AWS chose otherwise, or has no record: `lab run` goes back there. */
  readonly repeatFrom?: string;
  /** What must hold before this one means anything: ids of this check (`exists`), or of others (`05/exists`). */
  readonly needs?: readonly string[];
  /** First rung: the read-only command that shows the mistake. */
  readonly look: Text<T>;
  /** Second rung: what is wrong, in a sentence. */
  readonly hint: Text<T>;
  /** Third rung: the commands that fix it, one a line, ready to paste. */
  readonly fix: Text<T>;
  readonly source: string;
}

/** A value that a proof's command printed. */
export interface ProofValue {
  readonly label: string;
  /** Undefined when it was not printed: a fault of the kit's, which says so. */
  readonly value: unknown;
  /** What ties proofs together: an ARN, a code digest, a mapping UUID, a message id. */
  readonly tie?: boolean;
}

/** One of the fifteen proofs: what to show. A question is put to the real CLI when the check has passed. */
export interface Proof<T> {
  readonly number: number;
  /** kebab-case, for file names: `dlq-configuration`. */
  readonly name: string;
  readonly title: string;
  /** What is proved, for somebody who does not know the lab: the title of its picture. */
  readonly claim: string;
  readonly show: (observed: T) => Question | string;
  /** Ids of the expectations that it stands for; left out: all of the check's. */
  readonly rules?: readonly string[];
  /**
   * The few values that matter, out of what the command printed (see `printedJson`), already redacted.
   * @param seen only to choose: which of several messages or mappings is the one
   */
  readonly values: (
    printed: unknown,
    seen: { readonly observed: T; readonly output: string },
  ) => readonly ProofValue[];
  /**
   * What the proof would no longer show if it changed, by name: `trust policy`, `code`, `mapping`. No counts and no
   * times. A recorded proof is stale when the lab's own differ.
   */
  readonly inputs: (observed: T) => Inputs;
}

/**
 * What a step does.
 * - `look`: nothing; its commands show something.
 * - `make`: it makes something that the clean-up deletes.
 * - `send`: it sends messages.
 * - `clean-up`: it deletes what all others have made. Whatever its number, it comes last.
 */
export type StepKind = 'clean-up' | 'look' | 'make' | 'send';

export interface Check<T = unknown> {
  /** `01`, as in the file name. */
  readonly step: string;
  readonly kind: StepKind;
  readonly title: string;
  /** Which commands of the clean-up delete what the step has made. */
  readonly undoneBy?: RegExp;
  /** Whether the step shows the timeline of the messages. */
  readonly showsRun?: boolean;
  /** What the check is about when that is not a resource in AWS: the caller, or the learner's machine. */
  readonly about?: 'caller' | 'machine';
  /** What must hold before this check means anything: all of a check (`01`), or one expectation of it (`01/exists`). */
  readonly needs: readonly string[];
  /** Reads only. What does not exist is observed as undefined; a throw means: AWS could not be asked. */
  readonly observe: (look: Look) => Promise<T>;
  /** The look leaves a trace (it receives from the dead-letter queue): look only when needed. */
  readonly leavesTraces?: boolean;
  readonly expectations: readonly Expectation<T>[];
  readonly proofs: readonly Proof<T>[];
}

/** The ladder: each rung says more than the one before it. */
export interface Hints {
  readonly look: string;
  readonly hint: string;
  readonly fix: string;
}

export interface ExpectationResult {
  readonly id: string;
  readonly claim: string;
  readonly outcome: Outcome;
  /** On everything that did not pass. */
  readonly cause?: Cause;
  readonly expected: unknown;
  /** Undefined when it was not judged. */
  readonly actual: unknown;
  /** Failed: the part that differs, one thing a line. */
  readonly difference?: readonly string[];
  /** Not judged: why. */
  readonly reason?: string;
  readonly clock?: Clock;
  /** Blocked: the first thing in the way, as `01/exists`. */
  readonly blockedBy?: string;
  /** AWS could not be asked because the caller may not: the action. */
  readonly deniedAction?: string;
  /** AWS chose otherwise, or has no record of it: it is to be tried again from this step. */
  readonly repeatFrom?: string;
  /** Failed: what to do, from the state that was found. */
  readonly hints?: Hints;
  readonly source: string;
}

export interface CheckResult {
  readonly step: string;
  readonly kind: StepKind;
  readonly title: string;
  readonly outcome: Outcome;
  readonly expectations: readonly ExpectationResult[];
}

/** The verdict on one check, and the observations behind it. */
export interface Judged<T> {
  readonly result: CheckResult;
  /** Undefined when AWS could not be asked, or was not because another check comes first. */
  readonly observed: T | undefined;
  /** All observations, so that the check can be judged again. */
  readonly observations: readonly Observation[];
}

export interface Circumstances {
  /** Results of the checks before it; empty when the check is judged by itself. */
  readonly earlier?: readonly CheckResult[];
  /** Answers that other checks of the same look have already. */
  readonly answers?: Answers;
}

/** The names in its sentences are those of the lab that is judged. */
export type CheckOf<T = unknown> = (lab: Lab) => Check<T>;

/** Ties the type of the observation to the expectations. */
export function defineCheck<T>(check: CheckOf<T>): CheckOf<T> {
  return check;
}
