import type { TargetName } from '../lab/target-name.ts';
import type { ProofPicture } from '../pictures/picture-facts.ts';
import type { Replay } from './replay/model.ts';

/** A picture as the page shows it. */
export interface Figure {
  /** Relative to `docs/`, without its ending: there is an `.svg`, a `-dark.svg`, a `.png` and a `.txt`. */
  readonly file: string;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
  /** The same in words: the text twin. */
  readonly txt: string;
}

/** A screenshot of the AWS console that the author took: no program can judge it. */
export interface OwnScreenshot {
  /** Relative to `docs/`. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
}

/** `kit`: in a checkout of the kit. `portfolio`: alone, with `verify.mjs` beside it, and for strangers. */
export type Edition = 'kit' | 'portfolio';

export interface PageProof {
  readonly picture: ProofPicture;
  readonly figure: Figure;
  /** What the command printed. */
  readonly output: string;
  /** Number and title of the check that recorded it. */
  readonly check: string;
  /** What has changed since it was recorded; empty when nothing has. */
  readonly stale: readonly string[];
  /** Beside the drawn proof; usually one, or none. */
  readonly console?: readonly OwnScreenshot[];
}

/** One recorded check: what was run, when, and with which result. */
export interface PageRun {
  readonly step: string;
  readonly title: string;
  /** ISO time on the clock of the target. */
  readonly time: string;
  readonly passed: number;
  readonly expectations: number;
}

/** A recorded experiment: what was asked, and the two numbers that answer it. */
export interface PageExperiment {
  readonly number: string;
  readonly title: string;
  /** `3`: of each of the two sides that differ, with what it is. */
  readonly headline: readonly { readonly what: string; readonly value: string }[];
  /** How many of its numbers were as predicted, of how many. */
  readonly passed: number;
  readonly numbers: number;
  readonly time: string;
  /** Its picture, relative to `docs/`, without its ending. */
  readonly file: string;
}

/** Everything that the page to publish says, already redacted. */
export interface Page {
  readonly target: TargetName;
  /** It shows the sample run that ships with the kit, and nothing of anybody's own. */
  readonly sample: boolean;
  /** Default: `kit`. */
  readonly edition?: Edition;
  readonly region: string;
  readonly kit: string;
  readonly awsCli: string;
  readonly proofs: readonly PageProof[];
  /** The proofs of a whole run that are not recorded, each with the number of the check that records it. */
  readonly missing: readonly {
    readonly number: number;
    readonly title: string;
    readonly check: string;
  }[];
  readonly runs: readonly PageRun[];
  readonly experiments: readonly PageExperiment[];
  readonly timeline: Figure | undefined;
  /** The run that the timeline shows, to be played; undefined when no whole run is recorded. */
  readonly replay: Replay | undefined;
  readonly architecture: Figure | undefined;
}
