import { keysAndTokens } from './rules-keys.ts';
import { people } from './rules-people.ts';
import { folders, network, requests } from './rules-places.ts';
import type { Rule } from './rule.ts';

/** Everything that is known by how it looks or by what stands in front of it. Accounts have a place of their own. */
export const rules: readonly Rule[] = [
  ...keysAndTokens,
  ...people,
  ...network,
  ...folders,
  ...requests,
];
