import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Evidence } from './evidence/record.ts';
import { deliveryOf } from './observe.ts';
import { temporaryCheckout } from './testing.ts';
import type { Checkout } from './testing.ts';

const minutes = (count: number) => count * 60_000;

async function evidenceOf(checkout: Checkout): Promise<Evidence[]> {
  const folder = join(checkout.root, 'docs', 'evidence', 'sandbox');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  return Promise.all(
    files
      .toSorted()
      .map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Evidence),
  );
}

function proof(evidence: readonly Evidence[], number: number): string {
  return (
    evidence.flatMap(({ proofs }) => proofs).find((one) => one.number === number)?.output ?? ''
  );
}

describe('lab run (npm start)', () => {
  it(
    'builds the lab, breaks it, makes the fifteen proofs and leaves it clean, twice in a row',
    async () => {
      await using checkout = await temporaryCheckout();

      const first = await checkout.lab(['run']);
      expect(first.stderr + first.stdout).toContain('15 proofs in docs/evidence/sandbox/');
      expect(first.code).toBe(0);
      const evidence = await evidenceOf(checkout);
      expect(evidence.map(({ check }) => check)).toEqual([
        '00',
        '01',
        '02',
        '03',
        '04',
        '05',
        '06',
        '07',
        '08',
        '09',
        '10',
        '11',
      ]);
      expect(
        evidence.every(({ target, verdict }) => target === 'SANDBOX' && verdict === 'pass'),
      ).toBe(true);
      const numbers = evidence.flatMap(({ proofs }) => proofs.map(({ number }) => number));
      expect(numbers.toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 15 }, (_, i) => i + 1),
      );

      // The sandbox locks the names of the deleted queues, as AWS does: the second run has to live with that.
      const second = await checkout.lab(['run']);
      expect(second.stderr + second.stdout).toContain('15 proofs in docs/evidence/sandbox/');
      expect(second.code).toBe(0);
    },
    minutes(5),
  );

  it(
    'handles good messages once and the poison three times, 30 s apart on the lab clock, and moves it unchanged',
    async () => {
      await using checkout = await temporaryCheckout();
      expect((await checkout.lab(['run', '--keep'])).code).toBe(0);
      const evidence = await evidenceOf(checkout);

      const { events } = JSON.parse(proof(evidence, 14)) as {
        events: { message: string; timestamp: number }[];
      };
      const deliveries = events.flatMap(({ message, timestamp }) => deliveryOf(message, timestamp));
      const good = deliveries.filter(({ outcome }) => outcome === 'OK');
      const poison = deliveries.filter(({ outcome }) => outcome === 'FAILED');
      expect(good.map(({ receiveCount }) => receiveCount)).toEqual([1, 1]);
      expect(new Set(good.map(({ messageId }) => messageId)).size).toBe(2);
      expect(poison.map(({ receiveCount }) => receiveCount)).toEqual([1, 2, 3]);
      expect(new Set(poison.map(({ messageId }) => messageId)).size).toBe(1);
      for (const [i, { timestamp }] of poison.slice(1).entries()) {
        const gap = (timestamp - (poison[i]?.timestamp ?? 0)) / 1000;
        expect(gap).toBeGreaterThan(29.5);
        expect(gap).toBeLessThan(35);
      }

      const { Messages: messages } = JSON.parse(proof(evidence, 15)) as {
        Messages: { MessageId: string; Body: string; Attributes: Record<string, string> }[];
      };
      expect(messages).toHaveLength(1);
      expect(messages[0]).toMatchObject({
        MessageId: poison[0]?.messageId,
        Body: 'FAIL-please-retry-me',
      });

      const check = await checkout.lab(['check']);
      expect(check.stdout).toContain('11 of 11 checks passed');
      expect((await checkout.lab(['check', '11'])).code).toBe(1);
      expect((await checkout.lab(['step', '11'])).code).toBe(0);
      expect((await checkout.lab(['check', '11'])).stdout).toContain('PASS');
    },
    minutes(4),
  );
});
