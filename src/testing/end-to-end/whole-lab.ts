import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { notPrinted } from '../../evidence/compose.ts';
import { sha256 } from '../../evidence/manifest.ts';
import { pictureName } from '../../evidence/proof-names.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { listSteps } from '../../judging/steps.ts';
import { deliveryOf } from '../../lab/aws/observe.ts';
import type { Checkout } from '../lab/checkout.ts';

const steps = await listSteps();

export async function evidenceOf(checkout: Checkout): Promise<Evidence[]> {
  const folder = join(checkout.root, 'docs', 'evidence', 'sandbox');
  const files = (await readdir(folder)).filter((name) => /^\d\d-.*\.json$/.test(name));
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

/** Every file that a run makes, by its path. */
export async function madeFiles({ root }: Checkout): Promise<ReadonlyMap<string, Buffer>> {
  const folders = ['evidence', 'screenshots'].map((name) => join(root, 'docs', name, 'sandbox'));
  const lists = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).map((name) => join(folder, name))),
  );
  const paths = [...lists.flat(), join(root, 'docs', 'measured.md')];
  const entries = paths.map(async (path) => [basename(path), await readFile(path)] as const);
  return new Map(await Promise.all(entries));
}

/** What ties the proofs together is the same wherever it is shown, and was printed by each one's own command. */
export function expectTies(evidence: readonly Evidence[]): void {
  const proofs = evidence.flatMap((one) => one.proofs);
  const values = proofs.flatMap((proof) => proof.values.map((value) => ({ ...value, ...proof })));
  const unprinted = values.filter(({ value }) => value === notPrinted);
  expect(unprinted.map(({ number, label }) => `${number} ${label}`)).toEqual([]);
  const foreign = values.filter(({ tie, value, output }) => tie && !output.includes(value));
  expect(foreign.map(({ number, label }) => `${number} ${label}`)).toEqual([]);
  const shown = (label: string, ...numbers: number[]) => {
    const found = values.filter(
      (one) => numbers.includes(one.number) && one.label.startsWith(label),
    );
    expect(found.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(numbers);
    expect(found.filter(({ value }) => value !== found[0]?.value)).toEqual([]);
  };
  shown('Queue ARN', 2, 4, 10, 12, 13);
  shown('Role ARN', 3, 5, 6, 7);
  shown('Function ARN', 6, 7, 12, 13);
  shown('Code digest', 6, 7, 8, 11);
  shown('Mapping UUID', 12, 13);
  shown('Failing message id', 14, 15);
}

/** Fifteen pictures and the timeline, each in four forms, and each with the digest of the evidence that it is drawn from. */
export function expectPictures(
  evidence: readonly Evidence[],
  made: ReadonlyMap<string, Buffer>,
): void {
  const pictures = evidence.flatMap(({ check, proofs }) =>
    proofs.map((proof) => ({ check, name: pictureName(proof) })),
  );
  expect(pictures).toHaveLength(15);
  for (const { check, name } of [...pictures, { check: '10', name: 'timeline' }]) {
    const [source] =
      [...made].find(([path]) => path.startsWith(`${check}-`) && path.endsWith('.json')) ?? [];
    expect(made.get(`${name}.svg`)?.toString()).toMatch(/^<svg /);
    expect(made.get(`${name}-dark.svg`)?.toString()).toMatch(/^<svg /);
    expect(made.get(`${name}.png`)?.subarray(1, 4).toString()).toBe('PNG');
    expect(made.get(`${name}.txt`)?.toString()).toContain(
      `evidence ${sha256(made.get(source ?? '') ?? '')}`,
    );
  }
  const timeline = made.get('timeline.txt')?.toString();
  expect(timeline).toContain('sent 3 = deleted 2 + dead-lettered 1 + still there 0');
  const measured = made.get('measured.md')?.toString();
  expect(measured).toContain('the poison was delivered with the receive counts `1`, `2`, `3`.');
}

/** Every check passed on the sandbox, and the fifteen proofs are there. */
export function expectWhole(evidence: readonly Evidence[]): void {
  expect(evidence.map(({ check }) => check)).toEqual(steps.map(({ number }) => number).toSorted());
  const sandboxPass = ({ target, verdict }: Evidence) => target === 'SANDBOX' && verdict === 'pass';
  expect(evidence.every((one) => sandboxPass(one))).toBe(true);
  const numbers = evidence.flatMap(({ proofs }) => proofs.map(({ number }) => number));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
}

/** Good messages once, the poison three times, 30 s apart on the lab clock, and moved unchanged. */
export function expectMessages(evidence: readonly Evidence[]): void {
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
}

/** A whole run judges each check while it looks, and reads and judges its evidence once more to publish it. */
export async function expectFewReads(traced: string): Promise<void> {
  const lines = (await readFile(traced, 'utf8')).trim().split('\n');
  const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const counts = (name: string) =>
    [...Map.groupBy(events, (event) => event[name])].flatMap(([key, { length }]) =>
      key === undefined ? [] : [length],
    );
  const once = steps.map(() => 1);
  expect(counts('evidenceRead'), 'reads of each file of evidence').toEqual(once);
  expect(counts('judgedAgain'), 'judgements of each recorded check').toEqual(once);
}
