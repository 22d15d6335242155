import { expect, test } from 'vitest';
import type { Lab } from '../lab/lab.ts';
import { takenOrders } from './solved.ts';

const status = async () => ({ clock: { skipping: true, skippedTotalMs: 0 } });
const lab = {
  session: async () => ({ sandbox: { status, skip: async () => undefined } }),
} as unknown as Lab;

const taken = { good: ['a', 'b'], poison: ['c'], sentAt: 1 };
const refused = { good: [], poison: [], sentAt: 1, refused: 'An error occurred (AccessDenied)' };

test('orders that are refused are sent again until they are taken', async () => {
  const answers = [refused, refused, taken];
  const send = async () => answers.shift() ?? taken;
  expect(await takenOrders(lab, { send })).toEqual(taken);
  expect(answers).toEqual([]);
});

test('orders that are always refused have not come to their end', async () => {
  const send = async () => refused;
  expect(await takenOrders(lab, { send, limitSeconds: 0.01 })).toBeUndefined();
});
