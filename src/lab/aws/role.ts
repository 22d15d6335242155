import type { GetRoleCommandOutput, Role } from '@aws-sdk/client-iam';
import { lab } from '../settings.ts';
import { ask } from './ask.ts';
import type { Question } from './ask.ts';
import { place } from '../session.ts';

/** The question for the execution role. */
export const roleQuestion = (): Question => ({
  service: 'iam',
  operation: 'GetRole',
  input: { RoleName: lab.roleName },
});

/** The execution role; undefined when there is none of that name. */
export async function observeRole(): Promise<Role | undefined> {
  const { output } = await ask<GetRoleCommandOutput>(roleQuestion());
  return output?.Role;
}

/**
 * The ARN of the execution role. A role is named without its path and known by it: the Lambda console makes roles under
 * `/service-role/`. While there is no role: the ARN of the one that step 03 makes.
 */
export async function executionRoleArn(): Promise<string> {
  const role = await observeRole();
  return role?.Arn ?? plainRoleArn();
}

/** The ARN of the execution role as step 03 makes it: its path is `/`. */
async function plainRoleArn(): Promise<string> {
  const { accountId } = await place();
  return `arn:aws:iam::${accountId}:role/${lab.roleName}`;
}
