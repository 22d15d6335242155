import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Faults } from '../../sandbox/types.ts';
import type { Checkout } from './checkout.ts';

/** Turns single faults of a running sandbox on and off, through the control door that its owner has. */
export async function setFaults(checkout: Checkout, faults: Partial<Faults>): Promise<void> {
  const home = join(checkout.root, '.lab', 'sandbox');
  const [file, token] = await Promise.all([
    readFile(join(home, 'process.json'), 'utf8'),
    readFile(join(home, 'control-token'), 'utf8'),
  ]);
  const { endpoint } = JSON.parse(file) as { endpoint: string };
  const answer = await fetch(`${endpoint}/_sandbox/faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token.trim()}` },
    body: JSON.stringify(faults),
  });
  expect(answer.status).toBe(200);
}
