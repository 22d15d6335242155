import type { CheckResult } from '../judging/check.ts';
import type { Observation } from '../lab/look.ts';
import type { TargetName } from '../lab/target-name.ts';
import type { PictureValue } from '../pictures/picture-facts.ts';

/** One proof as recorded: the command as typed, what it really printed, and the values that matter out of that. */
export interface RecordedProof {
  readonly number: number;
  readonly name: string;
  readonly title: string;
  readonly claim: string;
  readonly command: string;
  readonly output: string;
  readonly values: readonly PictureValue[];
  /** Ids of the expectations that it stands for. */
  readonly rules: readonly string[];
}

/** Members are written in this order. A change that a reader would stumble over gets another schema number. */
export interface Evidence {
  readonly schema: 1;
  readonly target: TargetName;
  readonly check: string;
  readonly title: string;
  readonly verdict: 'pass';
  /** ISO time on the clock of the target: on the sandbox the lab clock, as in its logs. */
  readonly time: string;
  readonly region: string;
  /** An alias, the same one wherever the account is named. */
  readonly accountId: string;
  /** LAB_PREFIX of the learner. */
  readonly prefix: string;
  readonly versions: { readonly kit: string; readonly node: string; readonly awsCli: string };
  /** All that the verdict was reached by: it can be reached again from here. */
  readonly observations: readonly Observation[];
  readonly expectations: CheckResult['expectations'];
  readonly proofs: readonly RecordedProof[];
}
