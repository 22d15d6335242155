import type { Evidence } from './record.ts';

/** The check that a lab is gone. */
const teardownCheck = '11';

/** They see nothing of a lab in AWS: who asks, what is on the learner's machine, and a lab that is gone. */
const withoutLab = new Set(['00', '05', teardownCheck]);

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
 * @param evidence of one target
 */
export function notOfThisLab(evidence: readonly Evidence[]): NotOfThisLab[] {
  const newest = newestOf(evidence);
  if (newest === undefined) return [];
  const others = evidence.filter((one) => !isSameLab(one, newest));
  const built = newestOf(
    evidence.filter((one) => !others.includes(one) && !withoutLab.has(one.check)),
  );
  const earlier = evidence.filter(
    (one) =>
      !others.includes(one) &&
      one.check === teardownCheck &&
      built !== undefined &&
      one.time < built.time,
  );
  return [
    ...others.map((one) => ({
      evidence: one,
      kind: 'another lab' as const,
      reason: `it is of another lab (${labOf(one)}); the newest evidence is of ${labOf(newest)}`,
    })),
    ...earlier.map((one) => ({
      evidence: one,
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
