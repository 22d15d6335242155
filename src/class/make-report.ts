import type { Looked } from './judge-learner.ts';
import { findCopies } from './copies.ts';
import type { Owner } from './copies.ts';
import type { ClassReport, LearnerReport, Stuck } from './class-report.ts';

/**
 * The report on a class, for every output format.
 * @param others owners of evidence outside the class that learners may have handed in
 */
export function makeReport(
  looked: readonly Looked[],
  about: Omit<ClassReport, 'copies' | 'learners' | 'schema' | 'stuck'>,
  others: readonly Owner[] = [],
): ClassReport {
  const learners = looked.map(({ report }) => report);
  const seen = looked.map(({ report: { name }, observations, rhythms = [] }) => ({
    name,
    observations,
    rhythms,
  }));
  return {
    schema: 1,
    ...about,
    learners,
    stuck: stuckOn(learners),
    copies: findCopies([...seen, ...others]),
  };
}

/** The first failing expectation of each learner at work, the most frequent first. */
function stuckOn(learners: readonly LearnerReport[]): Stuck[] {
  const stuck = new Map<string, { id: string; claim: string; learners: string[] }>();
  for (const { name, state, at } of learners) {
    if (state !== 'at work' || at === undefined) continue;
    const entry = stuck.get(at.id) ?? { id: at.id, claim: at.claim, learners: [] };
    entry.learners.push(name);
    stuck.set(at.id, entry);
  }
  return [...stuck.values()].toSorted(
    (a, b) => b.learners.length - a.learners.length || (a.id < b.id ? -1 : 1),
  );
}
