import { cleansUp } from '../judging/steps.ts';
import type { JudgedAgain } from './judge-recorded.ts';
import type { Evidence } from './evidence.ts';

/** Evidence, and the verdict that it gives; undefined when it gives none. */
interface Judged {
  readonly evidence: Evidence;
  readonly again: JudgedAgain | undefined;
}

const isCertificate = ({ evidence }: Judged): boolean => cleansUp(evidence.check);

/** Not about who asks, what is on the learner's machine, or a lab that is gone. */
const hasSeenLab = (judged: Judged): boolean =>
  judged.again?.about === undefined && !isCertificate(judged);

/** Evidence that may be right in itself and proves nothing of the lab that the rest is of. */
export interface NotOfThisLab {
  readonly evidence: Evidence;
  /** An earlier certificate is what is left when a lab is built again: nothing is wrong with it, and it counts as nothing. */
  readonly kind: 'another lab' | 'earlier clean-up';
  readonly reason: string;
}

/**
 * Evidence in one folder is of one lab: the one that was recorded last. What is of another prefix, Region or account is
 * named, and so is the certificate of a clean-up before a check that found the lab there.
 * @param judged of one target
 */
export function notOfThisLab(judged: readonly Judged[]): NotOfThisLab[] {
  const newest = newestOf(judged.map(({ evidence }) => evidence));
  if (newest === undefined) return [];
  const others = judged.filter(({ evidence }) => !isSameLab(evidence, newest));
  const own = judged.filter((one) => !others.includes(one));
  const built = newestOf(own.filter(hasSeenLab).map(({ evidence }) => evidence));
  const earlier = own.filter(
    (one) => isCertificate(one) && built !== undefined && one.evidence.time < built.time,
  );
  return [
    ...others.map(({ evidence }) => ({
      evidence,
      kind: 'another lab' as const,
      reason: `it is of another lab (${labOf(evidence)}); the newest evidence is of ${labOf(newest)}`,
    })),
    ...earlier.map(({ evidence }) => ({
      evidence,
      kind: 'earlier clean-up' as const,
      reason: `it certifies an earlier clean-up: check ${built?.check} found the lab again at ${built?.time}`,
    })),
  ];
}

function newestOf(evidence: readonly Evidence[]): Evidence | undefined {
  return evidence.toSorted((a, b) => (a.time < b.time ? -1 : 1)).at(-1);
}

function isSameLab(one: Evidence, other: Evidence): boolean {
  return (['prefix', 'region', 'accountId'] as const).every(
    (member) => one[member] === other[member],
  );
}

function labOf({ prefix, region, accountId }: Evidence): string {
  const name = prefix === '' ? 'without a prefix' : `with the prefix "${prefix}"`;
  return `the lab ${name} in ${region}, account ${accountId}`;
}
