import type { GetRoleCommandOutput, Role } from '@aws-sdk/client-iam';
import type { Look } from '../lab.ts';
import type { LabNames } from '../settings.ts';
import type { Question } from './ask.ts';

/** The question for the execution role. */
export const roleQuestion = ({ roleName }: LabNames): Question => ({
  service: 'iam',
  operation: 'GetRole',
  input: { RoleName: roleName },
});

/** The execution role; undefined when there is none of that name. */
export async function observeRole(look: Look): Promise<Role | undefined> {
  const { output } = await look.ask<GetRoleCommandOutput>(roleQuestion(look.lab));
  return output?.Role;
}

/**
 * The ARN of the execution role. A role is named without its path and known by it: the Lambda console makes roles under
 * `/service-role/`. While there is no role: the ARN of the one that step 03 makes.
 */
export async function executionRoleArn(look: Look): Promise<string> {
  const role = await observeRole(look);
  return role?.Arn ?? plainRoleArn(look);
}

/** The ARN of the execution role as step 03 makes it: its path is `/`. */
async function plainRoleArn({ lab }: Look): Promise<string> {
  const { accountId } = await lab.place();
  return `arn:aws:iam::${accountId}:role/${lab.roleName}`;
}
