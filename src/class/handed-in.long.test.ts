import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { sampleDocs } from '../lab/made-files.ts';
import { ownCheckout } from '../testing/evidence/own-checkout.ts';
import { temporaryCheckout, temporaryFolder } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';
import type { ClassReport } from './class-report.ts';

// A learner's checkout makes the hand-in, an instructor's, which knows nothing of that run, reads it.

let learner: Checkout;
let instructor: Checkout;
let places: Awaited<ReturnType<typeof temporaryFolder>>;
const collected = () => join(places.path, 'collected');

beforeAll(async () => {
  [learner, places] = [await ownCheckout(), await temporaryFolder()];
  instructor = await temporaryCheckout();
  // It does not know the run of this test for its sample.
  await copyFile(
    join(learner.root, 'src/evidence/sample.json'),
    join(instructor.root, 'src/evidence/sample.json'),
  );
  await mkdir(collected());
});

afterAll(async () => {
  await places.remove();
  await learner.remove();
  await instructor.remove();
});

/** The report on what lies at a path, and its files. */
async function reportOn(path: string) {
  const out = join(places.path, 'report');
  const ended = await instructor.lab(['class', '--evidence', path, '--out', out]);
  const read = (name: string) => readFile(join(out, name), 'utf8');
  const report = JSON.parse(await read('report.json')) as ClassReport;
  return { ...ended, report, html: await read('report.html'), csv: await read('report.csv') };
}

test('a hand-in goes round: packed by the learner, read by the class, told in every report', async () => {
  const packed = await learner.lab(['hand-in', '--name', 'Ada Lovelace', '--out', collected()]);
  expect(packed).toMatchObject({ code: 0, stderr: '' });
  expect(packed.stdout).toContain('15 of 15 proofs [SANDBOX]');
  expect(await readdir(collected())).toEqual(['lab01-ada-lovelace.zip']);
  const { code, stdout, report, html, csv } = await reportOn(collected());
  expect({ code, states: report.learners.map(({ name, state }) => [name, state]) }).toEqual({
    code: 0,
    states: [['Ada Lovelace', 'done']],
  });
  expect(report.learners[0]?.collected).toMatchObject({
    proofs: 15,
    target: 'sandbox',
    whole: true,
    own: 'own',
    packed: expect.stringMatching(/^\d{4}-/),
  });
  const said = /15 of 15 proofs, SANDBOX, whole, own, recorded 20\d\d-\d\d-\d\d/;
  expect(stdout).toMatch(/Ada Lovelace .* 15 own +done/);
  expect(html).toMatch(said);
  const [row] = parse(csv, { bom: true, columns: true }) as Record<string, string>[];
  expect(row?.['evidence']).toMatch(said);
  const alone = await reportOn(join(collected(), 'lab01-ada-lovelace.zip'));
  expect(alone.report.learners).toHaveLength(1);
  expect(alone.code).toBe(0);
});

test('folders and files may lie side by side; two who hand in one run are named, whatever they call themselves', async () => {
  await using folder = await temporaryFolder();
  await cp(join(learner.root, 'docs'), join(folder.path, 'Bob', 'docs'), { recursive: true });
  await learner.lab(['hand-in', '--name', 'Cleo', '--out', folder.path]);
  const { report, stdout, csv } = await reportOn(folder.path);
  expect(report.learners.map(({ name }) => name)).toEqual(['Bob', 'Cleo']);
  expect(report.copies[0]?.learners).toEqual(['Bob', 'Cleo']);
  expect(stdout).toMatch(/Bob .* 15 copied/);
  // Both of them: nothing says whose it is.
  expect(stdout).not.toMatch(/\d done/);
  expect(csv).toContain('the same run as Bob');
});

test('a hostile file is not judged, with its reason, and the others are', async () => {
  await using folder = await temporaryFolder();
  await learner.lab(['hand-in', '--name', 'Dee', '--out', folder.path]);
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('{}'), 'hand-in.json');
  zip.addBuffer(Buffer.from('x'), 'docs/evidence/sandbox/link.json', { mode: 0o120777 });
  zip.end();
  await writeFile(join(folder.path, 'eve.zip'), await buffer(zip.outputStream));
  const { code, report } = await reportOn(folder.path);
  expect(code).toBe(2);
  expect(report.learners.map(({ name, state }) => [name, state])).toEqual([
    ['eve', 'not judged'],
    ['Dee', 'done'],
  ]);
  expect(report.learners[0]?.reason).toContain('is a link or a device');
});

test('nobody hands in the sample; half a run may be handed in, and is told as half', async () => {
  await using other = await temporaryCheckout();
  await cp(join(sampleDocs, 'evidence'), join(other.root, 'docs/evidence'), { recursive: true });
  const refused = await other.lab(['hand-in', '--name', 'Fay']);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('of the sample run');
  await using half = await ownCheckout();
  await using folder = await temporaryFolder();
  for (const name of ['09-watch-retries', '10-find-poison-message'])
    await rm(join(half.root, `docs/evidence/sandbox/${name}.json`));
  const packed = await half.lab(['hand-in', '--name', 'Gus', '--out', folder.path]);
  expect(packed.stdout).toContain('13 of 15 proofs');
  const { report } = await reportOn(folder.path);
  expect(report.learners[0]?.collected).toMatchObject({ proofs: 13, whole: false, own: 'own' });
});

test('a hand-in needs a name and something to hand in', async () => {
  await using empty = await temporaryCheckout();
  const nothing = await empty.lab(['hand-in', '--name', 'Hal']);
  expect(nothing.code).toBe(2);
  expect(nothing.stderr).toContain('There is no evidence of yours to hand in');
  const nameless = await empty.lab(['hand-in']);
  expect(nameless.code).toBe(2);
  expect(nameless.stderr).toContain('needs your name');
});

test('the roster template that comes with the kit has the header that a roster needs, and no learner', async () => {
  const { code, stderr, stdout } = await instructor.lab(['class', 'docs/roster-template.csv']);
  expect(stderr).toContain(
    'The roster has no learner: docs/roster-template.csv\nNext:  Add a line',
  );
  expect(stderr).not.toContain('must begin with a header row');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});
