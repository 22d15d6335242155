import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleDocs } from '../lab/made-files.ts';
import { copyOf, forge, runDocs } from '../testing/evidence/run-docs.ts';
import { derive, judgeTargets, readSources } from './derive.ts';
import { readManifest } from './manifest.ts';
import { listExperiments } from '../experiments/list.ts';
import { publish } from './publish.ts';
import { targetsIn } from './read-evidence.ts';
import { holdDocs, verifyDocs } from './verify.ts';

// What `lab verify` draws again: all of it, which takes its time. What it judges is in verify.test.ts.

let whole: Awaited<ReturnType<typeof runDocs>>;

beforeAll(async () => {
  whole = await runDocs();
});

afterAll(() => whole.remove());

const ownRun = () => copyOf(whole);

test('the sample is as the kit draws it now and holds: every file, every picture, every verdict, the pages', async () => {
  expect(await targetsIn(sampleDocs)).toEqual(['sandbox']);
  const experiments = await listExperiments();
  const { targets, shared } = await verifyDocs(sampleDocs);
  expect(shared).toEqual({ compared: 7, differing: [], missing: [], findings: [], unexpected: [] });
  expect(targets).toHaveLength(1);
  expect(targets[0]).toMatchObject({
    manifest: { checked: 88 + 6 * experiments.length, edited: [], missing: [], extra: [] },
    manifestProblem: undefined,
    derived: { compared: 76 + 5 * experiments.length, differing: [], missing: [] },
    reached: 12,
    findings: [],
    others: [],
    otherKits: [],
    wordsNotHeld: [],
    stale: [],
  });
});

test('one byte changed in each derived file in turn, the page included, is named, whatever the manifest says', async () => {
  await using folder = await ownRun();
  const docs = folder.path;
  const sources = await readSources(docs);
  const targets = await judgeTargets(sources);
  const derived = await derive(targets);
  const paths = [...derived.files.keys()];
  expect(paths).toHaveLength(88);
  for (const path of paths) {
    const original = await readFile(join(docs, path));
    const changed = Buffer.from(original);
    const at = original.length >> 1;
    changed[at] = (changed[at] ?? 0) ^ 1;
    await forge(docs, path, () => changed);
    const { targets: held, shared } = await holdDocs(docs, { judged: targets, derived });
    const differing = [...held.flatMap((one) => one.derived.differing), ...shared.differing];
    expect(differing).toEqual([path]);
    expect(held[0]?.manifest.edited, 'the manifest was made to fit').toEqual([]);
    await forge(docs, path, () => original);
  }
});

test('all of them at once are named by a verification that derives everything by itself', async () => {
  await using folder = await ownRun();
  const docs = folder.path;
  const { files } = (await readManifest(docs, 'sandbox')) ?? { files: {} };
  const made = Object.keys(files).filter((path) => !path.endsWith('.json'));
  const shared = [
    'index.html',
    'measured.md',
    'proofs.md',
    'screenshots/architecture-dark.svg',
    'screenshots/architecture.png',
  ];
  for (const path of [...made, ...shared])
    await forge(docs, path, (content) => Buffer.concat([content, Buffer.from(' ')]));
  const { targets, shared: found } = await verifyDocs(docs);
  expect(targets[0]?.manifest).toMatchObject({ edited: [], missing: [], extra: [] });
  expect(targets[0]?.derived.differing.toSorted()).toEqual(made.toSorted());
  expect(found.differing.toSorted()).toEqual(shared);
  // And made again, everything is as it was.
  await publish(docs, { redraw: true });
  const other: string[] = [];
  for (const path of [...made, ...shared]) {
    const [now, before] = [docs, whole.path].map((folder) => readFile(join(folder, path)));
    if (!(await now)?.equals((await before) ?? Buffer.from(''))) other.push(path);
  }
  expect(other).toEqual([]);
});

test('a page that is gone is missing; a picture that no evidence gives is extra, with an entry or without', async () => {
  await using folder = await ownRun();
  await rm(join(folder.path, 'index.html'));
  await forge(folder.path, 'screenshots/sandbox/99-more.png', () => 'PNG');
  await writeFile(join(folder.path, 'screenshots/sandbox/98-more.png'), 'PNG');
  const { targets, shared } = await verifyDocs(folder.path);
  expect(shared.missing).toEqual(['index.html']);
  expect(targets[0]?.manifest.extra).toEqual([
    'screenshots/sandbox/98-more.png',
    'screenshots/sandbox/99-more.png',
  ]);
});
