import type { Evidence } from './evidence.ts';

/** All members that the kit writes. What is no member of it is held against nothing, so nobody may take it for a proof. */
const known = {
  evidence: [
    'schema',
    'target',
    'check',
    'title',
    'verdict',
    'time',
    'region',
    'accountId',
    'prefix',
    'versions',
    'observations',
    'expectations',
    'proofs',
  ],
  versions: ['kit', 'node', 'awsCli'],
  observations: ['question', 'output', 'request', 'fact', 'value'],
  question: ['service', 'operation', 'input'],
  expectations: [
    'id',
    'claim',
    'outcome',
    'cause',
    'expected',
    'actual',
    'difference',
    'reason',
    'clock',
    'blockedBy',
    'deniedAction',
    'repeatFrom',
    'hints',
    'source',
  ],
  proofs: ['number', 'name', 'title', 'claim', 'command', 'output', 'values', 'rules'],
  values: ['label', 'value', 'tie'],
};

/** Names every member of evidence that the kit does not write; what AWS answered may have any. */
export function memberProblems(evidence: Evidence): string[] {
  const { versions, observations, expectations, proofs } = evidence;
  const foreign = [
    ...foreignIn(evidence, 'evidence'),
    ...foreignIn(versions, 'versions'),
    ...observations.flatMap((one) => foreignIn(one, 'observations')),
    ...observations.flatMap((one) =>
      'question' in one ? foreignIn(one.question, 'question') : [],
    ),
    ...expectations.flatMap((one) => foreignIn(one, 'expectations')),
    ...proofs.flatMap((one) => foreignIn(one, 'proofs')),
    ...proofs.flatMap(({ values }) => values.flatMap((one) => foreignIn(one, 'values'))),
  ];
  return [...new Set(foreign)].map((name) => `it has "${name}", which the kit does not write`);
}

function foreignIn(value: unknown, place: keyof typeof known): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const path = place === 'evidence' ? '' : `${place}.`;
  return Object.keys(value)
    .filter((name) => !known[place].includes(name))
    .map((name) => `${path}${name}`);
}
