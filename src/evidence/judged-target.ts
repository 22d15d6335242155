import type { Evidence } from './evidence.ts';
import type { Target } from '../lab/session.ts';
import type { JudgedExperiment } from './judge-experiment.ts';
import type { JudgedAgain, SeenThen } from './judge-recorded.ts';
import type { EvidenceFile } from './read-evidence.ts';
import type { DatedInputs, StaleProof } from './stale.ts';

/** A file of evidence, judged again. */
export interface JudgedFile extends EvidenceFile {
  readonly again: JudgedAgain | undefined;
  /** Why its verdict cannot be reached again. */
  readonly unjudged: string | undefined;
  readonly seen: SeenThen | undefined;
}

export interface JudgedTarget {
  readonly target: Target;
  readonly files: readonly JudgedFile[];
  /** What of it is the sample's, which ships with the kit: it is nobody's own. */
  readonly samples: ReadonlySet<Evidence>;
  /** Those that count: one's own, or the sample as long as there is nothing else. */
  readonly counting: readonly JudgedFile[];
  /** Of experiments, each judged again. */
  readonly experiments: readonly JudgedExperiment[];
  /** What each proof that counts depends on. */
  readonly proofs: readonly DatedInputs[];
  /** Proofs that another proof of the same folder contradicts. */
  readonly stale: readonly StaleProof[];
}
