import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ownDocs } from '../lab/made-files.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { foreignImages, screens, unexpectedIn } from './unexpected.ts';

async function docsWith(paths: readonly string[]) {
  const folder = await temporaryFolder();
  for (const path of paths) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), '{}');
  }
  return folder;
}

test.each([
  'evidence/proof-of-aws.json',
  'evidence/AWS/01-create-dead-letter-queue.json',
  'evidence/sandbox-2/01-create-dead-letter-queue.json',
  'screenshots/16-proof.png',
  'screenshots/npm-start.svg',
  'screenshots/aws/01-dlq-configuration.png',
  'screenshots/more/deep/er/01.png',
  'screenshots/Console/01.png',
])('%s is unexpected: no manifest covers it', async (path) => {
  await using folder = await docsWith([path, 'evidence/sandbox/manifest.json']);
  expect(await unexpectedIn(folder.path, ['sandbox'])).toEqual([path]);
});

test('an empty folder and a link are named, and the link is not followed', async () => {
  await using folder = await docsWith(['evidence/sandbox/manifest.json']);
  await mkdir(join(folder.path, 'screenshots/empty'), { recursive: true });
  await symlink(join(folder.path, 'evidence'), join(folder.path, 'screenshots/link'), 'junction');
  expect(await unexpectedIn(folder.path, ['sandbox'])).toEqual([
    'screenshots/empty/',
    'screenshots/link',
  ]);
});

test('what the kit writes is expected, and so are pictures of the learner’s own console', async () => {
  await using folder = await docsWith([
    'evidence/sandbox/anything.json',
    'screenshots/sandbox/01-dlq-configuration.png',
    'screenshots/architecture.png',
    'images/npm-start.svg',
    'screenshots/console/queue.png',
    'index.html',
  ]);
  expect(await unexpectedIn(folder.path, ['sandbox'])).toEqual([]);
});

test('the pictures of the README are those of this kit: drawn as it draws now, filmed as noted', async () => {
  const there = await readdir(join(ownDocs, 'images'));
  expect(there.map((name) => `images/${name}`)).toEqual(expect.arrayContaining(screens));
  expect(there).toHaveLength(5);
  expect(await foreignImages(ownDocs)).toEqual([]);
});

test.each(['architecture.svg', 'architecture-dark.svg', 'architecture.txt', 'npm-start.svg'])(
  'another docs/images/%s is named',
  async (name) => {
    await using folder = await docsWith([`images/${name}`]);
    expect((await foreignImages(folder.path)).map(({ path }) => path)).toEqual([`images/${name}`]);
  },
);
