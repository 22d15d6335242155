import type { Check } from '../judging/check.ts';
import type { Target } from '../lab/session.ts';
import type { Evidence, RecordedProof } from './record.ts';

/** `01-dlq-configuration`: how pictures, page and README call a proof. */
export function pictureName({ number, name }: Pick<RecordedProof, 'name' | 'number'>): string {
  return `${String(number).padStart(2, '0')}-${name}`;
}

/** Where the pictures of a target are, relative to `docs/`. */
export function pictureFolder(target: string): string {
  return `screenshots/${target.toLowerCase()}`;
}

/** The check whose evidence holds a whole run, and so its timeline. */
export const timelineCheck = '10';

/** Where the evidence of a check lies, relative to `docs/` and without its ending. */
export function evidencePath(
  { step, title }: Pick<Check, 'step' | 'title'>,
  target: Target,
): string {
  const name = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return `evidence/${target}/${step}-${name}`;
}

/** Files of two names, or of two folders, would give pictures of one name. */
export function isInItsPlace(path: string, { target, check, title }: Evidence): boolean {
  const folder = target === 'AWS' ? 'aws' : 'sandbox';
  return path === `${evidencePath({ step: check, title }, folder)}.json`;
}
