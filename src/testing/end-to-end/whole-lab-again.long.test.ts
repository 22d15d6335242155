import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareFiles, readManifest } from '../../evidence/manifest.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout } from '../lab/checkout.ts';
import { commitAll, gitStatus } from '../lab/in-git.ts';
import {
  evidenceOf,
  expectFewReads,
  expectMessages,
  expectPictures,
  expectTies,
  expectWhole,
  madeFiles,
} from './whole-lab.ts';

function changed(
  before: ReadonlyMap<string, Buffer>,
  after: ReadonlyMap<string, Buffer>,
): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.filter((name) => !before.get(name)?.equals(after.get(name) ?? Buffer.of()));
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
  expect(secrets.stdout).toContain('No secret is left');
  expect(secrets.code).toBe(0);

  expect((await checkout.lab(['check'])).code).toBe(0);
  expect(changed(made, await madeFiles(checkout)), 'a look that finds nothing new').toEqual([]);
  expect(await checkout.lab(['pictures'])).toMatchObject({ code: 0, stderr: '' });
  expect(changed(made, await madeFiles(checkout)), 'pictures drawn again').toEqual([]);
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
    'Warning: docs/screenshots/sandbox/01-dlq-configuration.svg and 63 more could not be written: a file is in the place of a folder',
  );
  expect(unwritable).toMatchObject({ code: 0, stdout: expect.stringContaining('PASS') });
  await rm(folder);
}

let checkout: Checkout;
let firstEvidence: readonly Evidence[];

beforeAll(async () => {
  checkout = await temporaryCheckout();
  await commitAll(checkout);
  const { code, stderr } = await checkout.lab(['run']);
  if (code !== 0) throw new Error(stderr);
  firstEvidence = await evidenceOf(checkout);
});

afterAll(() => checkout.remove());

describe('lab run (npm start), a second time', () => {
  it('does all of it once more, and its evidence lasts', async () => {
    // The sandbox locks the names of the deleted queues, as AWS does: the second run has to live with that.
    const traced = join(checkout.root, '.lab', 'trace');
    const second = await checkout.lab(['run', '--keep'], { LAB_TRACE: traced });
    expect(second.stderr).not.toContain('Warning');
    expect(second.stdout).toContain('15 proofs in docs/evidence/sandbox/');
    expect(second.code).toBe(0);
    const evidence = await evidenceOf(checkout);
    expectWhole(evidence);
    await expectFewReads(traced);
    const times = new Set(firstEvidence.map(({ time }) => time));
    const left = evidence.filter(({ time }) => times.has(time)).map(({ check }) => check);
    expect(left, 'checks with evidence of the first run').toEqual(['11']);
    expectMessages(evidence);
    expectTies(evidence);
    await expectLasting(checkout);
    await expectEditsNamed(checkout);
    await expectVerdictWithoutDisk(checkout);
    const changed = (await gitStatus(checkout)).filter((line) => !line.startsWith('??'));
    expect(changed, 'files that are in git').toEqual([]);

    expect((await checkout.lab(['check', '11'])).code).toBe(1);
    expect((await checkout.lab(['step', '11'])).code).toBe(0);
    expect((await checkout.lab(['check', '11'])).stdout).toContain('PASS');
  });
});
