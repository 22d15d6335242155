/**
 * Step 03: create the execution role, with the trust policy that lets Lambda assume it.
 * Safe to repeat: a role that exists already stays as it is, and check 03 judges its trust policy.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
import { openStep } from '../src/lab/index.ts';

const { $, lab, done } = await openStep(import.meta, (lab) => ({
  title: 'Create the execution role',
  why: 'The function has no permissions of its own: it acts as this role. The trust policy says who may assume the role: here only the Lambda service.',
  console: `IAM > Roles > ${lab.roleName} > Trust relationships: principal lambda.amazonaws.com.`,
  examCue:
    'Trust policy: who may assume the role. Permission policy: what the role may do. iam:PassRole: who may pass the role to Lambda. Three documents, three questions.',
}));

const there = { accept: ['EntityAlreadyExists'] };
const boundary = process.env['LAB_BOUNDARY'] ?? '';
if (boundary === '') {
  await $(there)`aws iam create-role \
  --role-name ${lab.roleName} \
  --assume-role-policy-document "file://$LAB_INFRA/lambda-trust.json" \
  --tags Key=Project,Value=lab01`;
} else {
  // In an account that a class shares, the boundary limits what the role may ever do (infra/permissions-boundary.json).
  await $(there)`aws iam create-role \
  --role-name ${lab.roleName} \
  --assume-role-policy-document "file://$LAB_INFRA/lambda-trust.json" \
  --permissions-boundary ${boundary} \
  --tags Key=Project,Value=lab01`;
}

await $`aws iam wait role-exists --role-name ${lab.roleName}`;

done(`The role ${lab.roleName} exists. Lambda may assume it, but the role has no permissions yet.`);
