import { labOf } from '../lab/lab.ts';
import { listSteps, loadCheck } from '../judging/steps.ts';

/** A proof that a check of the kit records when it passes. */
export interface KnownProof {
  readonly number: number;
  readonly title: string;
  /** Number of its check. */
  readonly check: string;
}

let known: Promise<readonly KnownProof[]> | undefined;

/** All proofs of the kit, by number: what a whole run records. */
export function allProofs(): Promise<readonly KnownProof[]> {
  return (known ??= readProofs());
}

async function readProofs(): Promise<KnownProof[]> {
  // Titles and numbers are the same in every lab.
  const lab = labOf({ prefix: '', place: async () => ({ accountId: '', region: '' }) });
  const checks = await Promise.all((await listSteps()).map((entry) => loadCheck(lab, entry)));
  return checks
    .flatMap(({ step, proofs }) =>
      proofs.map(({ number, title }) => ({ number, title, check: step })),
    )
    .toSorted((one, other) => one.number - other.number);
}
