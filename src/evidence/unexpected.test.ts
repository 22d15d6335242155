import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { unexpectedIn } from './unexpected.ts';

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
    'screenshots/npm-start.svg',
    'screenshots/console/queue.png',
    'index.html',
  ]);
  expect(await unexpectedIn(folder.path, ['sandbox'])).toEqual([]);
});
