import type { TargetName } from '../lab/target-name.ts';
import type { ProofPicture } from '../pictures/types.ts';
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

export interface PageProof {
  readonly picture: ProofPicture;
  readonly figure: Figure;
  /** What the command printed. */
  readonly output: string;
  /** Number and title of the check that recorded it. */
  readonly check: string;
  /** What has changed since it was recorded; empty when nothing has. */
  readonly stale: readonly string[];
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

/** Everything that the page to publish says, already redacted. */
export interface Page {
  readonly target: TargetName;
  /** It shows the run that ships with the kit, since there is none of somebody's own. */
  readonly sample: boolean;
  readonly region: string;
  readonly kit: string;
  readonly awsCli: string;
  readonly proofs: readonly PageProof[];
  readonly runs: readonly PageRun[];
  readonly timeline: Figure | undefined;
  /** The run that the timeline shows, to be played; undefined when no whole run is recorded. */
  readonly replay: Replay | undefined;
  readonly architecture: Figure | undefined;
}
