import type { TargetName } from '../lab/target-name.ts';
/** Where, when and with what a proof was recorded; printed at the foot of its picture. */
export interface Stamp {
  readonly target: TargetName;
  /** True: it is the sample run that ships with the kit, and the picture says SAMPLE. */
  readonly sample?: boolean;
  readonly region: string;
  /** ISO time on the clock of the target. */
  readonly time: string;
  readonly kit: string;
  readonly awsCli: string;
  /** Of the recorded evidence, hex; a picture shows its first twelve digits. */
  readonly digest: string;
}

export interface PictureValue {
  readonly label: string;
  readonly value: string;
  /** True for what ties proofs together: an ARN, a code digest, a mapping UUID. */
  readonly tie?: boolean;
  /** Numbers of the other recorded proofs that show the same tie. */
  readonly sameIn?: readonly number[];
}

/** Everything that one proof picture, its text twin and its alternative text say. All of it is redacted. */
export interface ProofPicture {
  readonly number: number;
  /** kebab-case, for file names: `dlq-configuration`. */
  readonly name: string;
  /** What is proved, as a sentence: the title. */
  readonly claim: string;
  /** As typed, with its line ends; more than one command stands on lines of their own. */
  readonly command: string;
  readonly values: readonly PictureValue[];
  readonly rules: readonly {
    readonly text: string;
    readonly outcome: 'fail' | 'not judged' | 'pass';
  }[];
  readonly stamp: Stamp;
}

/** A rule with what it asked for and what it found: what a drawing shows of it. */
export interface JudgedRule {
  readonly id: string;
  readonly text: string;
  readonly outcome: 'fail' | 'not judged' | 'pass';
  readonly expected?: unknown;
  readonly actual?: unknown;
}

/** A proof with all that its picture is drawn from. */
export interface DrawnProof extends ProofPicture {
  /** What its command printed, redacted. */
  readonly output: string;
  readonly rules: readonly JudgedRule[];
  /** What the other proofs of the same run printed, by their number. */
  readonly others: ReadonlyMap<number, string>;
}

/** One receive of one message, as the worker logged it. */
export interface TimelineReceive {
  /** Epoch milliseconds on the clock of the target. */
  readonly at: number;
  readonly receiveCount: number;
  readonly outcome: 'FAILED' | 'OK';
  /** Records in the batch that it came in. */
  /** Undefined when the worker does not log it. */
  readonly batchSize: number | undefined;
}

export interface TimelineMessage {
  readonly messageId: string;
  /** Its body where that is recorded, else `good 1`: the log has no bodies. */
  readonly name: string;
  /** Epoch milliseconds; undefined when neither log nor attributes tell. */
  readonly sentAt: number | undefined;
  readonly receives: readonly TimelineReceive[];
  readonly end: 'dead-letter queue' | 'deleted' | 'still there';
  /** When SQS must move it: last receive that is allowed + visibility timeout. Only for a failing message. */
  readonly predictedMoveAt: number | undefined;
  /** When it was seen in the dead-letter queue. AWS records no moment of the move itself. */
  readonly seenInDeadLetterQueueAt: number | undefined;
}

/** One run, predicted and measured: sent = deleted + dead-lettered + still there. */
export interface Timeline {
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly visibilityTimeoutSeconds: number;
  readonly maxReceiveCount: number;
  readonly messages: readonly TimelineMessage[];
  /** Messages that the queue counts and that no log line tells of yet. */
  readonly notSeenYet: number;
  readonly stamp: Stamp;
}
