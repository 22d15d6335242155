import type { CheckResult, Outcome } from './check.ts';
import { worst } from './judge.ts';
import type { Target } from '../lab/session.ts';
import { targetName } from '../lab/target-name.ts';
import type { TargetName } from '../lab/target-name.ts';

/** What `--json` prints. docs/check-results.md says what each member means; a change that breaks readers gets another schema number. */
export interface Report {
  readonly schema: 1;
  readonly kit: string;
  readonly target: TargetName;
  readonly region: string;
  readonly accountId: string;
  readonly prefix: string;
  readonly outcome: Outcome;
  readonly checks: readonly CheckResult[];
}

export interface Where {
  readonly kit: string;
  readonly target: Target;
  readonly region: string;
  readonly accountId: string;
  readonly prefix: string;
}

export function jsonReport(
  { kit, target, region, accountId, prefix }: Where,
  checks: readonly CheckResult[],
): Report {
  return {
    schema: 1,
    kit,
    target: targetName(target),
    region,
    accountId,
    prefix,
    outcome: worst(checks),
    // Nothing observed is said as null: JSON has no undefined.
    checks: checks.map((check) => ({
      ...check,
      expectations: check.expectations.map((one) => ({ ...one, actual: one.actual ?? null })),
    })),
  };
}
