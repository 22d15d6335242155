import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { openAccounts, isRoot } from './accounts.ts';

// What can be told without a network. With one, AWS answers; see the end-to-end test for the sandbox.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
  const config = join(folder.path, 'config');
  const credentials = join(folder.path, 'credentials');
  await writeFile(
    config,
    '[profile no-region]\noutput = json\n\n[profile no-keys]\nregion = eu-central-1\n',
  );
  await writeFile(credentials, '[no-region]\naws_access_key_id = a\naws_secret_access_key = b\n');
  for (const name of Object.keys(process.env))
    if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', config);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', credentials);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await folder.remove();
});

test.each([
  [
    'a profile that is not there',
    'nobody',
    'us-east-1',
    /^profile "nobody": .*(credentials|found)/i,
  ],
  ['no profile at all', '', 'us-east-1', /^no profile: name one/],
  ['a profile without keys', 'no-keys', undefined, /^profile "no-keys": .*credentials/i],
  ['a profile without a Region', 'no-region', undefined, /^profile "no-region" has no Region/],
])('%s is told, and nothing is thrown', async (_, profile, region, reason) => {
  const account = await openAccounts('aws', undefined)(profile, region);
  expect(account).toMatchObject({ profile, reason: expect.stringMatching(reason) });
});

test('an account is opened once, however many learners are in it', () => {
  const open = openAccounts('aws', undefined);
  const [first, second] = [open('nobody', 'us-east-1'), open('nobody', 'us-east-1')];
  expect(second).toBe(first);
  expect(open('nobody', 'eu-central-1')).not.toBe(first);
});

test('root is known by its ARN', () => {
  expect(isRoot('arn:aws:iam::111122223333:root')).toBe(true);
  expect(isRoot('arn:aws:sts::111122223333:assumed-role/root/root')).toBe(false);
});
