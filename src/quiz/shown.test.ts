import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleEvidence } from '../testing/evidence/sample-evidence.fixture.ts';
import { questionOn } from '../testing/quiz.ts';
import { measuredText, nothingShown, readShown, shownTexts } from './shown.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-shown-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
}

test('without evidence and without experiments nothing is said to be measured or run', async () => {
  const shown = await readShown(['G06'], folder);
  expect(shown).toEqual(nothingShown);
  expect(shownTexts(questionOn('G06', 'Q01'), shown)).toEqual(['Experiment 20']);
});

test("what one's own evidence measured is said with its day, its place and its proofs", async () => {
  for (const evidence of sampleEvidence('SANDBOX')) {
    const name = `${evidence.check}-by-hand.json`;
    await write(`docs/evidence/sandbox/${name}`, JSON.stringify(evidence));
  }
  const shown = await readShown(['G06', 'G36'], folder);
  const [text] = shownTexts(questionOn('G06', 'Q01'), shown);
  expect(text).toMatch(
    /^On G06 you measured, on \d{4}-\d\d-\d\d in the sandbox \(proof 14\): the poison came in a batch of 3; /,
  );
  expect(shown.measured.get('G06')?.pictures[0]).toMatch(/^screenshots\/sandbox\/14-.*\.png$/);
  // No proof measures it.
  expect(shown.measured.has('G36')).toBe(false);
});

test('the sample run of the kit is not said to be the own one', () => {
  const measured = {
    says: '3 invocations.',
    target: 'AWS' as const,
    day: '2026-12-03',
    proofs: [13, 14],
    pictures: [],
    ofSample: false,
  };
  expect(measuredText('G13', measured)).toBe(
    'On G13 you measured, on 2026-12-03 on AWS (proof 13, 14): 3 invocations.',
  );
  expect(measuredText('G13', { ...measured, proofs: [] })).toContain('on AWS: 3 invocations.');
  expect(measuredText('G13', { ...measured, ofSample: true })).toMatch(
    /^On G13 the sample run that comes with the kit measured, on 2026-12-03 on AWS/,
  );
});

test('an experiment that can be run comes with its command, one that was run with its day; AWS before the sandbox', async () => {
  await write('steps/20-whole-batch.ts', '');
  await write('steps/09-watch-retries.ts', '');
  const record = (target: string, day: string) =>
    JSON.stringify({ title: 'One bad record', target, time: `${day}T08:00:00.000Z` });
  const file = 'experiments/20-whole-batch.json';
  await write(`docs/evidence/sandbox/${file}`, record('SANDBOX', '2026-12-01'));
  const shown = await readShown([], folder);
  expect([...shown.runnable]).toEqual(['20']);
  const question = questionOn('G06', 'Q01', { experiments: ['20', '21'] });
  expect(shownTexts(question, shown)).toEqual([
    'Experiment 20: npx lab experiment 20, run on 2026-12-01 in the sandbox (One bad record)',
    'Experiment 21',
  ]);
  await write(`docs/evidence/aws/${file}`, record('AWS', '2026-12-03'));
  const [text] = shownTexts(question, await readShown([], folder));
  expect(text).toContain('run on 2026-12-03 on AWS');
});

test('a record that is none says nothing', async () => {
  await write('docs/evidence/sandbox/experiments/20-a.json', '{"title":7}');
  await write('docs/evidence/sandbox/experiments/21-b.json', '{');
  expect((await readShown([], folder)).recorded.size).toBe(0);
});

test('a question that no experiment shows says why', () => {
  const question = questionOn('G44', 'Q01', { experiments: [], notShown: 'Only on AWS.' });
  expect(shownTexts(question, nothingShown)).toEqual(['No experiment. Only on AWS.']);
});
