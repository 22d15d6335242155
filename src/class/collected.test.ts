import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { questions } from '../lab/aws/observe.ts';
import { sampleDocs } from '../lab/made-files.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { judgeCollected, learnerFolders } from './collected.ts';
import { anyLab } from '../testing/lab/any-lab.ts';

// What learners hand in may be anything. What is whole is judged in the end-to-end test.

const sampleText = await readFile(
  join(sampleDocs, 'evidence/sandbox/01-create-dead-letter-queue.json'),
  'utf8',
);

const titles = [{ step: '01', kind: 'make', title: 'Dead-letter queue' }] as const;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => folder.remove());

async function write(name: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder.path, name)), { recursive: true });
  await writeFile(join(folder.path, name), content);
}

const judged = async (name = 'ada') => (await judgeCollected(folder.path, name, titles)).report;

const log = (nextToken: string | undefined) => ({
  service: 'logs',
  operation: 'FilterLogEvents',
  input: {
    logGroupName: '/aws/lambda/lab01-sqs-worker',
    filterPattern: '"messageId"',
    ...(nextToken === undefined ? {} : { nextToken }),
  },
});

const evidence = {
  schema: 1,
  target: 'SANDBOX',
  check: '01',
  title: 'Dead-letter queue',
  verdict: 'pass',
  time: '2026-11-23T10:00:00.000Z',
  region: 'us-east-1',
  accountId: '123456789012',
  prefix: '',
  versions: { kit: '1.0.0', node: 'v24.0.0', awsCli: '2.36.12' },
  observations: [] as unknown[],
  expectations: [],
  proofs: [],
};
const file = 'ada/docs/evidence/sandbox/01-create-dead-letter-queue.json';

test.each([
  ['nothing', ''],
  ['half of JSON', '{"check": "01", '],
  ['another shape', '[1, 2, 3]'],
  ['null', 'null'],
  ['an unknown check', JSON.stringify({ ...evidence, check: '77' })],
  ['a target that is none', JSON.stringify({ ...evidence, target: 7 })],
  ['a prefix that leads elsewhere', JSON.stringify({ ...evidence, prefix: '../../etc/' })],
  ['answers of no shape', JSON.stringify({ ...evidence, observations: [null, 7, {}] })],
  ['no answers', JSON.stringify(evidence)],
  ['JSON of great depth', '['.repeat(200_000) + ']'.repeat(200_000)],
  ['members of the prototype', `{"__proto__": ${JSON.stringify(evidence)}, "check": "01"}`],
])('a file with %s is no reason to stop, and none to pass or fail', async (_, content) => {
  await write(file, content);
  expect(await judged()).toMatchObject({ name: 'ada', state: 'not judged', failing: 0 });
});

test('a log whose pages lead round in a circle does not hold anybody up', async () => {
  const observations = [
    { question: log(undefined), output: { events: [], nextToken: 'a' } },
    { question: log('a'), output: { events: [], nextToken: 'b' } },
    { question: log('b'), output: { events: [], nextToken: 'a' } },
  ];
  await write(file, JSON.stringify({ ...evidence, check: '09', observations }));
  expect(await judged()).toMatchObject({ state: 'not judged' });
});

test('a log line of a million brackets does not hold anybody up', async () => {
  const events = [{ message: '{'.repeat(1_000_000), timestamp: 1 }];
  const observations = [{ question: log(undefined), output: { events } }];
  await write(file, JSON.stringify({ ...evidence, check: '09', observations }));
  expect(await judged()).toMatchObject({ state: 'not judged' });
});

test.each([
  ['of a file', 'evidence/sandbox/01-create-dead-letter-queue.json'],
  ['of the folder of a target', 'evidence/sandbox'],
  ['of the folder of evidence', 'evidence'],
])('no link %s is followed', async (_, place) => {
  await write(
    'secret/01-create-dead-letter-queue.json',
    JSON.stringify({ ...evidence, prefix: 'secret-' }),
  );
  await write('secret/sandbox/01-create-dead-letter-queue.json', '{}');
  const link = join(folder.path, 'ada/docs', place);
  await mkdir(dirname(link), { recursive: true });
  const target = place.endsWith('.json') ? 'secret/01-create-dead-letter-queue.json' : 'secret';
  await symlink(join(folder.path, target), link);
  const report = await judged();
  expect(report).toMatchObject({ state: 'not judged', checks: [] });
  expect(JSON.stringify(report)).not.toContain('secret-');
});

test('evidence of another lab, or of an earlier clean-up, counts as nothing, and is named', async () => {
  const url = `https://sqs.us-east-1.amazonaws.com/123456789012/${anyLab.deadLetterQueueName}`;
  const Attributes = {
    QueueArn: `arn:aws:sqs:us-east-1:123456789012:${anyLab.deadLetterQueueName}`,
    MessageRetentionPeriod: String(anyLab.deadLetterRetentionSeconds),
    VisibilityTimeout: '30',
  };
  const observations = [
    { question: questions.queueUrl(anyLab.deadLetterQueueName), output: { QueueUrl: url } },
    { question: questions.queueAttributes(url), output: { Attributes } },
  ];
  await write(file, JSON.stringify({ ...evidence, observations }));
  expect((await judged()).checks.map(({ outcome }) => outcome)).toEqual(['pass']);

  const certificate = { ...evidence, check: '11', time: '2026-11-23T09:00:00.000Z' };
  await write('ada/docs/evidence/sandbox/11-x.json', JSON.stringify(certificate));
  expect((await judged()).remarks).toContainEqual(
    expect.stringContaining('it certifies an earlier clean-up: check 01 found the lab again'),
  );

  const later = { ...evidence, check: '02', prefix: 'bob-', time: '2026-11-23T11:00:00.000Z' };
  await write('ada/docs/evidence/sandbox/02-x.json', JSON.stringify(later));
  const report = await judged();
  expect(report.checks[0]?.expectations.map(({ reason }) => reason)).toEqual([
    'no evidence of check 01 (Dead-letter queue) that can be judged',
  ]);
  expect(report.remarks).toContainEqual(expect.stringContaining('it is of another lab'));
});

test('more than a run writes is not read', async () => {
  for (let i = 0; i <= 500; i += 1) await write(`ada/docs/screenshots/sandbox/${i}.txt`, '');
  await write(file, JSON.stringify(evidence));
  expect((await judged()).reason).toContain(
    'screenshots/sandbox has more files than any run writes',
  );
});

test('a folder without evidence, and one with the inside of "docs", are told apart', async () => {
  await mkdir(join(folder.path, 'bob'));
  await write('cyd/evidence/sandbox/01-create-dead-letter-queue.json', JSON.stringify(evidence));
  expect((await judged('bob')).reason).toBe('the folder contains no evidence');
  expect((await judged('cyd')).reason).toContain('no evidence of check 01');
});

test('every folder and every hand-in is a learner; links are named, other files and what is hidden passed over', async () => {
  for (const name of ['zoe', 'ada', '.git']) await mkdir(join(folder.path, name));
  await write('notes.txt', '');
  await write('lab01-cleo.ZIP', '');
  await write('.hidden.zip', '');
  await symlink(folder.path, join(folder.path, 'round'));
  expect(await learnerFolders(folder.path)).toEqual({
    names: ['ada', 'zoe'],
    files: ['lab01-cleo.ZIP'],
    remarks: ['round is a link and was not followed'],
  });
});

test('a name that would move the cursor is shown without doing so', async () => {
  const name = 'a\u001B[2Jb';
  await mkdir(join(folder.path, name));
  expect((await judged(name)).name).toBe('a?[2Jb');
});

test('a folder that is not there is the one thing that stops', async () => {
  await expect(learnerFolders(join(folder.path, 'nowhere'))).rejects.toThrow(
    'Cannot read the folder',
  );
});

test('the sample that comes with the kit is nobody’s run, whatever lies in the docs of the instructor', async () => {
  await write('ada/docs/evidence/sandbox/01-create-dead-letter-queue.json', sampleText);
  const renamed = sampleText.replaceAll('"prefix": ""', '"prefix": "ada-"');
  await write('bob/docs/evidence/sandbox/01-create-dead-letter-queue.json', renamed);
  for (const name of ['ada', 'bob']) {
    expect(await judged(name)).toMatchObject({
      state: 'not started',
      reason: expect.stringContaining('the sample that comes with the kit'),
    });
  }
});

test('the version of another kit, and what no manifest covers, is said in the remarks', async () => {
  await write(
    file,
    JSON.stringify({ ...evidence, versions: { ...evidence.versions, kit: '0.9' } }),
  );
  await write('ada/docs/evidence/proof-of-aws.json', '{}');
  const { remarks } = await judged();
  expect(remarks).toContain(
    'recorded with version 0.9 of the kit: the words of 1 of 1 files were not compared',
  );
  expect(remarks).toContainEqual(
    expect.stringMatching(/^unexpected: .*evidence\/proof-of-aws\.json$/),
  );
});
