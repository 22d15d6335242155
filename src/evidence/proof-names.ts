import { stepName } from '../judging/steps.ts';
import type { Target } from '../lab/session.ts';
import { targetOfName } from '../lab/target-name.ts';
import type { Evidence, RecordedProof } from './evidence.ts';

/** `01-dlq-configuration`: how pictures, page and README call a proof. */
export function pictureName({ number, name }: Pick<RecordedProof, 'name' | 'number'>): string {
  return `${String(number).padStart(2, '0')}-${name}`;
}

/** Where the pictures of a target are, relative to `docs/`. */
export function pictureFolder(target: string): string {
  return `screenshots/${target.toLowerCase()}`;
}

/** The proof that shows the worker's log. */
export const proofOfLog = 14;

/** The proof that shows the poison in the dead-letter queue. */
export const proofOfEnd = 15;

export const showsProof = ({ proofs }: Pick<Evidence, 'proofs'>, number: number): boolean =>
  proofs.some((proof) => proof.number === number);

/** What has seen the poison at its end holds a whole run, and so its timeline. */
export const holdsRun = (evidence: Pick<Evidence, 'proofs'>): boolean =>
  showsProof(evidence, proofOfEnd);

/** Where the evidence of a check lies, relative to `docs/`: it has the name of the step. */
export function evidencePath(check: string, target: Target): string {
  return `evidence/${target}/${check}-${stepName(check) ?? 'no-such-step'}.json`;
}

/** Files of two names, or of two folders, would give pictures of one name. */
export function isInItsPlace(path: string, { target, check }: Evidence): boolean {
  return path === evidencePath(check, targetOfName(target));
}
