/** Check 03: Lambda, and nobody else, may assume the role. */
import type { GetRoleCommandOutput } from '@aws-sdk/client-iam';
import {
  ask,
  defineCheck,
  lab,
  pick,
  pickList,
  policyDocument,
  runAlone,
} from '../src/lab/index.ts';
import type { Question } from '../src/lab/index.ts';

const getRole = (): Question => ({
  service: 'iam',
  operation: 'GetRole',
  input: { RoleName: lab.roleName },
});
const source = 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html';
const hint = () =>
  `aws iam update-assume-role-policy --role-name ${lab.roleName} --policy-document "file://$LAB_INFRA/lambda-trust.json"`;

export const check = defineCheck(() => ({
  step: '03',
  title: 'Execution role and trust policy',
  needs: ['00'],
  observe: async () => {
    const { output } = await ask<GetRoleCommandOutput>(getRole());
    return { role: output?.Role, trust: policyDocument(output?.Role?.AssumeRolePolicyDocument) };
  },
  expectations: [
    {
      id: 'exists',
      claim: `The role ${lab.roleName} exists`,
      expected: 'a role',
      actual: ({ role }) => (role === undefined ? 'no such role' : 'a role'),
      hint: 'npm run step 3',
      source,
    },
    {
      id: 'trusted-principals',
      claim: 'Its trust policy trusts the Lambda service and nobody else',
      needs: ['exists'],
      expected: ['Service lambda.amazonaws.com'],
      actual: ({ trust }) =>
        trust
          .filter(({ Effect }) => Effect === 'Allow')
          .flatMap(({ Principal = {} }) =>
            typeof Principal === 'string'
              ? [Principal]
              : Object.entries(Principal).flatMap(([kind, names]) =>
                  [names].flat().map((name) => `${kind} ${name}`),
                ),
          ),
      hint: hint(),
      source,
    },
    {
      id: 'assume-role',
      claim: 'It allows sts:AssumeRole, and only that',
      needs: ['exists'],
      expected: ['sts:AssumeRole'],
      actual: ({ trust }) =>
        trust.filter(({ Effect }) => Effect === 'Allow').flatMap(({ actions }) => actions),
      hint: hint(),
      source,
    },
    {
      id: 'no-deny',
      claim: 'No statement denies anything, and none has a condition that Lambda may not meet',
      needs: ['exists'],
      expected: [],
      actual: ({ trust }) =>
        trust.filter(({ Effect, Condition }) => Effect === 'Deny' || Condition !== undefined),
      hint: hint(),
      source,
    },
  ],
  proofs: [
    {
      number: 5,
      name: 'trust-policy',
      title: 'IAM trust policy (Lambda assumes the role)',
      claim: 'The Lambda service may take on this role, and nobody else may',
      show: getRole,
      values: (printed) => {
        const document = pick(printed, 'Role', 'AssumeRolePolicyDocument');
        const statements = pickList(document, 'Statement');
        const each = (member: string) => statements.map((statement) => pick(statement, member));
        return [
          { label: 'Role ARN', value: pick(printed, 'Role', 'Arn'), tie: true },
          { label: 'Statements', value: statements.length },
          { label: 'Who', value: each('Principal') },
          { label: 'May', value: each('Action') },
          { label: 'Effect', value: each('Effect') },
        ];
      },
      inputs: ({ role, trust }) => ({ 'trust policy': role === undefined ? null : trust }),
    },
  ],
}));

await runAlone(import.meta, check);
