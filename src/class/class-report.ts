import type { CheckResult } from '../judging/check.ts';
import type { IdentityKind } from '../evidence/identity.ts';
import type { Target } from '../lab/session.ts';

/**
 * - `done`: every check passes.
 * - `at work`: something fails; `at` says what comes first.
 * - `waiting`: nothing fails, and one of AWS's clocks is running, or AWS chose otherwise.
 * - `not started`: nothing of the lab is there (or nothing is left).
 * - `edited`: collected evidence that is not as the kit recorded it; `reason` names the files.
 * - `not judged`: could not be looked at; `reason` says why.
 */
export type LearnerState = 'at work' | 'done' | 'edited' | 'not judged' | 'not started' | 'waiting';

/** The first thing that a learner has to look at. */
export interface Stop {
  /** As `02/visibility-timeout`. */
  readonly id: string;
  readonly step: string;
  readonly claim: string;
  /** What is wrong, or what is waited for. */
  readonly wrong: string;
  /** Failed: what helps. */
  readonly hint?: string;
}

export interface LearnerReport {
  readonly name: string;
  readonly profile?: string;
  readonly accountId?: string;
  readonly region?: string;
  readonly prefix?: string;
  readonly state: LearnerState;
  readonly at?: Stop;
  /** How many expectations fail. */
  readonly failing: number;
  /** Not judged at all: why. */
  readonly reason?: string;
  /** What else is to be known: edited evidence, code of the learner's own. */
  readonly remarks: readonly string[];
  readonly checks: readonly CheckResult[];
  /** Only for collected evidence that could be read. */
  readonly collected?: Collected;
}

/** What somebody handed in. */
export interface Collected {
  /** Of the fifteen, those that are not the sample's. */
  readonly proofs: number;
  readonly target: Target;
  /** Every file is as the kit wrote it, and in a hand-in as it was packed. */
  readonly whole: boolean;
  readonly own: 'own' | 'partly sample' | 'sample';
  /** ISO times on the clock of the target; missing when nothing of it is the learner's own. */
  readonly from?: string;
  readonly to?: string;
  /** A file of `lab hand-in`: when it was packed, by the clock of the learner's machine. */
  readonly packed?: string;
}

/** An identifier that exists only once, and that several learners show. */
export interface Copy {
  readonly what: IdentityKind;
  readonly value: string;
  readonly learners: readonly string[];
}

export interface Stuck {
  /** As `02/visibility-timeout`. */
  readonly id: string;
  readonly claim: string;
  readonly learners: readonly string[];
}

/** What `--json` prints and `report.json` holds. */
export interface ClassReport {
  readonly schema: 1;
  /** Looked at now, or judged from collected evidence. */
  readonly from: 'evidence' | 'labs';
  readonly target: Target | undefined;
  /** ISO time, of this machine. */
  readonly time: string;
  /** The checks that were judged, in order. */
  readonly checks: readonly Pick<CheckResult, 'kind' | 'step' | 'title'>[];
  readonly learners: readonly LearnerReport[];
  readonly stuck: readonly Stuck[];
  readonly copies: readonly Copy[];
  /** What was wrong with the roster, or with a folder. */
  readonly remarks: readonly string[];
}
