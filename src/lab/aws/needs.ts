import { observeRole } from './role.ts';
import { LabError } from '../errors.ts';
import type { Lab } from '../lab.ts';

// AWS answers a missing role, or a permission that was never granted, with the same error as one that has just
// not arrived yet. So a step first checks that the role or permission exists, and then waits for it.

async function isThere(
  { look }: Lab,
  operation: string,
  input: Record<string, string>,
): Promise<boolean> {
  const { output } = await look.ask({ service: 'iam', operation, input });
  return output !== undefined;
}

function missing(what: string, step: number): LabError {
  return new LabError(`This step needs the ${what}, which does not exist`, {
    hint: `Create it first: npx lab step ${step}`,
  });
}

/**
 * @returns the path of the role, which is part of its ARN: `/` as step 03 makes it, `/service-role/` from the Lambda console
 * @throws LabError when step 03 has not been run
 */
export async function requireRole(lab: Lab): Promise<string> {
  if (lab.options.dryRun) return '/';
  const role = await observeRole(lab.look);
  if (role === undefined) throw missing(`role ${lab.roleName}`, 3);
  return role.Path ?? '/';
}

/** @throws LabError when step 04 has not been run */
export async function requirePermissions(lab: Lab): Promise<void> {
  await requireRole(lab);
  if (lab.options.dryRun) return;
  if (await isThere(lab, 'GetRolePolicy', { RoleName: lab.roleName, PolicyName: lab.policyName }))
    return;
  throw missing(`policy ${lab.policyName} on the role`, 4);
}
