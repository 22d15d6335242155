import { expect, test } from 'vitest';
import type { Evidence } from './evidence.ts';
import { sampleEvidence } from '../testing/evidence/sample-evidence.fixture.ts';
import { transcript } from './transcript.ts';

test.each([
  ['SANDBOX', ' on the sandbox clock  '],
  ['AWS', '  '],
] as const)('a transcript of %s says whose time it shows', (target, whose) => {
  const [evidence] = sampleEvidence(target) as [Evidence];
  const [title, place] = transcript(evidence).split('\n');
  expect(title).toBe(`${target}  check ${evidence.check}: ${evidence.title}`);
  expect(place).toMatch(new RegExp(`^${evidence.time}${whose}${evidence.region}  aws-cli `));
});
