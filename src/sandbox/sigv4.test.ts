import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { sandboxForTest } from './testing.ts';

test('a request that the SDK signed with an issued key is answered as its user', async () => {
  await using lab = await sandboxForTest();
  const { Account, Arn, UserId } = await lab.sts.send(new GetCallerIdentityCommand({}));
  expect(Account).toBe('111122223333');
  expect(Arn).toBe('arn:aws:iam::111122223333:user/admin');
  expect(UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
});
