import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notPrinted } from '../../evidence/compose.ts';
import { compareFiles, readManifest, sha256 } from '../../evidence/manifest.ts';
import { pictureName } from '../../evidence/names.ts';
import type { Evidence } from '../../evidence/record.ts';
import { deliveryOf } from '../../lab/aws/observe.ts';
import { temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout, Ended } from '../lab/checkout.ts';
import { canaryEnvironment, canTrap, filesWithCanary, inTrap, trapped } from '../lab/trap.ts';

async function evidenceOf(checkout: Checkout): Promise<Evidence[]> {
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
async function madeFiles({ root }: Checkout): Promise<ReadonlyMap<string, Buffer>> {
  const folders = ['evidence', 'screenshots'].map((name) => join(root, 'docs', name, 'sandbox'));
  const lists = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).map((name) => join(folder, name))),
  );
  const paths = [...lists.flat(), join(root, 'docs', 'exam-notes.md')];
  const entries = paths.map(async (path) => [basename(path), await readFile(path)] as const);
  return new Map(await Promise.all(entries));
}

function changed(
  before: ReadonlyMap<string, Buffer>,
  after: ReadonlyMap<string, Buffer>,
): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.filter((name) => !before.get(name)?.equals(after.get(name) ?? Buffer.of()));
}

/** What ties the proofs together is the same wherever it is shown, and was printed by each one's own command. */
function expectTies(evidence: readonly Evidence[]): void {
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

/** Fifteen pictures and the timeline, each in three forms, and each with the digest of the evidence that it is drawn from. */
function expectPictures(evidence: readonly Evidence[], made: ReadonlyMap<string, Buffer>): void {
  const pictures = evidence.flatMap(({ check, proofs }) =>
    proofs.map((proof) => ({ check, name: pictureName(proof) })),
  );
  expect(pictures).toHaveLength(15);
  for (const { check, name } of [...pictures, { check: '10', name: 'timeline' }]) {
    const [source] =
      [...made].find(([path]) => path.startsWith(`${check}-`) && path.endsWith('.json')) ?? [];
    expect(made.get(`${name}.svg`)?.toString()).toMatch(/^<svg /);
    expect(made.get(`${name}.png`)?.subarray(1, 4).toString()).toBe('PNG');
    expect(made.get(`${name}.txt`)?.toString()).toContain(
      `evidence ${sha256(made.get(source ?? '') ?? '')}`,
    );
  }
  const timeline = made.get('timeline.txt')?.toString();
  expect(timeline).toContain('sent 3 = deleted 2 + dead-lettered 1 + still there 0');
  const notes = made.get('exam-notes.md')?.toString();
  expect(notes).toContain('the poison was delivered with the receive counts `1`, `2`, `3`.');
}

/** Every check from 00 to `last` passed on the sandbox, and the fifteen proofs are there. */
function expectWhole(evidence: readonly Evidence[], last: number): void {
  expect(evidence.map(({ check }) => Number(check))).toEqual(
    Array.from({ length: last + 1 }, (_, i) => i),
  );
  const sandboxPass = ({ target, verdict }: Evidence) => target === 'SANDBOX' && verdict === 'pass';
  expect(evidence.every((one) => sandboxPass(one))).toBe(true);
  const numbers = evidence.flatMap(({ proofs }) => proofs.map(({ number }) => number));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
}

/** Good messages once, the poison three times, 30 s apart on the lab clock, and moved unchanged. */
function expectMessages(evidence: readonly Evidence[]): void {
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

/** What is recorded verifies, is not written again without need, and is drawn again byte by byte. */
async function expectLasting(checkout: Checkout): Promise<void> {
  const check = await checkout.lab(['check']);
  expect(check.stdout).toContain('11 of 11 checks passed');
  expect(check.stderr).toBe('');
  const made = await madeFiles(checkout);
  expectPictures(await evidenceOf(checkout), made);

  const verified = await checkout.lab(['verify']);
  expect(verified.stdout).toContain('no proof is stale (held against the lab as it is now)');
  expect(verified.code).toBe(0);
  const secrets = await checkout.lab(['redaction']);
  expect(secrets.stdout).toContain('is left to hide');
  expect(secrets.code).toBe(0);

  expect((await checkout.lab(['check'])).code).toBe(0);
  expect(changed(made, await madeFiles(checkout)), 'a look that finds nothing new').toEqual([]);
  expect(await checkout.lab(['pictures'])).toMatchObject({ code: 0, stderr: '' });
  expect(changed(made, await madeFiles(checkout)), 'pictures drawn again').toEqual([]);
}

/** A whole run judges each check while it looks, and reads and judges its evidence once more to publish it. */
async function expectFewReads(traced: string): Promise<void> {
  const lines = (await readFile(traced, 'utf8')).trim().split('\n');
  const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const counts = (name: string) =>
    [...Map.groupBy(events, (event) => event[name])].flatMap(([key, { length }]) =>
      key === undefined ? [] : [length],
    );
  expect(counts('evidenceRead'), 'reads of each file of evidence').toEqual(Array(12).fill(1));
  expect(counts('judgedAgain'), 'judgements of each recorded check').toEqual(Array(12).fill(1));
}

/** Each file of the evidence, changed by one byte, is the one that is named. */
async function expectEditsNamed(checkout: Checkout): Promise<void> {
  const docs = join(checkout.root, 'docs');
  const { files } = (await readManifest(docs, 'sandbox')) ?? { files: {} };
  expect(Object.keys(files).length).toBeGreaterThan(60);
  for (const path of Object.keys(files)) {
    const original = await readFile(join(docs, path));
    const edited = Buffer.from(original);
    const middle = Math.floor(edited.length / 2);
    edited[middle] = (edited[middle] ?? 0) ^ 1;
    await writeFile(join(docs, path), edited);
    expect(await compareFiles(docs, 'sandbox')).toMatchObject({
      edited: [path],
      missing: [],
      extra: [],
    });
    await writeFile(join(docs, path), original);
  }
}

/** A place that cannot be written to takes no verdict away. */
async function expectVerdictWithoutDisk(checkout: Checkout): Promise<void> {
  const folder = join(checkout.root, 'docs', 'screenshots', 'sandbox');
  await rm(folder, { recursive: true });
  await writeFile(folder, 'a file in the place of the folder');
  const unwritable = await checkout.lab(['check', '1']);
  expect(unwritable.stderr).toContain(
    'Warning: docs/screenshots/sandbox/01-dlq-configuration.svg and 47 more could not be written: a file is in the place of a folder',
  );
  expect(unwritable).toMatchObject({ code: 0, stdout: expect.stringContaining('PASS') });
  await rm(folder);
}

let checkout: Checkout;
let first: Ended;
let firstEvidence: readonly Evidence[];
let firstPage: string;

/** Where namespaces can be made, the first run is in a trap, with the keys of somebody's account around it. */
beforeAll(async () => {
  checkout = await temporaryCheckout();
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
    expectWhole(firstEvidence, 11);
    expect(firstPage).toContain('15 of 15');
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

  it('does all of it once more, and its evidence lasts', async () => {
    // The sandbox locks the names of the deleted queues, as AWS does: the second run has to live with that.
    const traced = join(checkout.root, '.lab', 'trace');
    const second = await checkout.lab(['run', '--keep'], { LAB_TRACE: traced });
    expect(second.stderr).not.toContain('Warning');
    expect(second.stdout).toContain('15 proofs in docs/evidence/sandbox/');
    expect(second.code).toBe(0);
    const evidence = await evidenceOf(checkout);
    expectWhole(evidence, 11);
    await expectFewReads(traced);
    const times = new Set(firstEvidence.map(({ time }) => time));
    const left = evidence.filter(({ time }) => times.has(time)).map(({ check }) => check);
    expect(left, 'checks with evidence of the first run').toEqual(['11']);
    expectMessages(evidence);
    expectTies(evidence);
    await expectLasting(checkout);
    await expectEditsNamed(checkout);
    await expectVerdictWithoutDisk(checkout);

    expect((await checkout.lab(['check', '11'])).code).toBe(1);
    expect((await checkout.lab(['step', '11'])).code).toBe(0);
    expect((await checkout.lab(['check', '11'])).stdout).toContain('PASS');
  });
});
