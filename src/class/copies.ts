import type { Observation } from '../lab/look.ts';
import { identitiesIn } from '../evidence/identity.ts';
import type { Copy } from './class-report.ts';

type Kind = Copy['what'];

/** The observations that one learner handed in or showed. */
export interface Owner {
  readonly name: string;
  readonly observations: readonly Observation[];
  /** The intervals between the times of a run, to the millisecond: renaming and a shift of all times keep them. */
  readonly rhythms?: readonly string[];
}

/** Finds identifiers that several learners show although each exists only once. */
export function findCopies(learners: readonly Owner[]): Copy[] {
  const owners = new Map<string, { what: Kind; value: string; names: Set<string> }>();
  for (const { name, observations, rhythms = [] } of learners) {
    const shown = [
      ...observations.flatMap((one) => identitiesIn(one)),
      ...rhythms.map((value) => ({ what: 'rhythm' as const, value })),
    ];
    for (const { what, value } of shown) {
      const key = `${what} ${value}`;
      const entry = owners.get(key) ?? { what, value, names: new Set() };
      entry.names.add(name);
      owners.set(key, entry);
    }
  }
  return [...owners.values()]
    .filter(({ names }) => names.size > 1)
    .map(({ what, value, names }) => ({ what, value, learners: [...names] }));
}
