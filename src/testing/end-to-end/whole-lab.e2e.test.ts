import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evidence } from '../../evidence/evidence.ts';
import { temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout, Ended } from '../lab/checkout.ts';
import { commitAll, gitStatus } from '../lab/in-git.ts';
import { canaryEnvironment, canTrap, filesWithCanary, inTrap, trapped } from '../lab/trap.ts';
import { evidenceOf, expectMessages, expectTies, expectWhole } from './whole-lab.ts';

let checkout: Checkout;
let first: Ended;
let firstEvidence: readonly Evidence[];
let firstPage: string;

/** Where namespaces can be made, the first run is in a trap, with the keys of somebody's account around it. */
beforeAll(async () => {
  checkout = await temporaryCheckout();
  await commitAll(checkout);
  const lab = `'${process.execPath}' src/cli.ts`;
  // A sandbox that is started inside is stopped inside.
  const inside = ['bash', '-c', `${lab} run && ${lab} sandbox stop`];
  first = canTrap
    ? await inTrap(inside, checkout.root, await canaryEnvironment(checkout))
    : await checkout.lab(['run']);
  firstEvidence = await evidenceOf(checkout);
  firstPage = await readFile(join(checkout.root, 'docs', 'index.html'), 'utf8');
});

afterAll(() => checkout.remove());

describe('lab run (npm start)', () => {
  it('builds the lab, breaks it, proves it and leaves it clean', () => {
    expect(first.stderr + first.stdout).toContain('15 proofs in docs/evidence/sandbox/');
    expect(first.code).toBe(0);
    expectWhole(firstEvidence);
    expectMessages(firstEvidence);
    expectTies(firstEvidence);
    expect(firstPage).toContain('15 of 15');
  });

  it('changes no file that is in git: all that it makes is new', async () => {
    expect((await gitStatus(checkout)).toSorted()).toEqual([
      '?? docs/evidence/',
      '?? docs/index.html',
      '?? docs/measured.md',
      '?? docs/proofs.md',
      '?? docs/screenshots/',
    ]);
  });

  it.skipIf(!canTrap)(
    'opens no connection other than to loopback, and never uses the keys that lie around',
    async () => {
      expect(trapped(first.stdout)).toBe(0);
      // The sandbox answers only keys that it issued, so a lab that was built was built without the canary.
      expect(first.stdout + first.stderr).not.toMatch(/canary/i);
      expect(await filesWithCanary(checkout)).toEqual([]);
    },
  );

  it.skipIf(!canTrap)(
    'would be caught by the trap if it opened a connection to the outside',
    async () => {
      const outside = ['timeout', '1', 'bash', '-c', 'exec 3<>/dev/tcp/198.51.100.7/443'];
      expect(trapped((await inTrap(outside, '/', {})).stdout)).toBeGreaterThan(0);
    },
  );
});
