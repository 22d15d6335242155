import { expect, test } from 'vitest';
import { realisticFaults } from './faults.ts';
import { noFaults } from '../types.ts';

test('--realistic turns every switch on; batches are split by chance, not by a limit', () => {
  const off = Object.keys(noFaults).filter(
    (name) => !Object.entries(realisticFaults).some(([key, dose]) => key === name && dose > 0),
  );
  expect(off).toEqual(['splitBatchesAt']);
});

test('a command that is tried three times lives through --realistic nearly always', () => {
  const { connectionResets, serverErrors, throttling } = realisticFaults;
  const share = connectionResets + serverErrors + throttling;
  expect(share).toBeGreaterThan(0.01);
  expect(share ** 3).toBeLessThan(0.001);
});
