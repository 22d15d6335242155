/** Check 03: Lambda, and nobody else, may assume the role. */
import type { GetRoleCommandOutput } from '@aws-sdk/client-iam';
import {
  ask,
  defineCheck,
  infraFile,
  lab,
  pick,
  pickList,
  policyDocument,
  runAlone,
} from '../src/lab/index.ts';
import type { Question, Statement } from '../src/lab/index.ts';

const getRole = (): Question => ({
  service: 'iam',
  operation: 'GetRole',
  input: { RoleName: lab.roleName },
});
const source = 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html';
const look = () =>
  `aws iam get-role --role-name ${lab.roleName} --query Role.AssumeRolePolicyDocument`;
const fix = () =>
  `aws iam update-assume-role-policy --role-name ${lab.roleName} --policy-document ${infraFile('lambda-trust.json')}`;

const roleTakesTime = 'A change reaches Lambda within seconds, rarely minutes.';

type Principal = Statement['Principal'];

function principals(principal: Principal = {}): string[] {
  if (typeof principal === 'string') return [principal];
  return Object.entries(principal).flatMap(([kind, names]) =>
    [names].flat().map((name) => `${kind} ${name}`),
  );
}

const others = (actual: unknown) =>
  (actual as string[]).filter((name) => name !== 'Service lambda.amazonaws.com');

/** `Service lambda.amazonaws.com` */
function principalText(principal: unknown): unknown {
  if (typeof principal !== 'object' || principal === null) return principal;
  return Object.entries(principal)
    .map(([kind, names]) => `${kind} ${[names].flat().join(', ')}`)
    .join(', ');
}

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
      look: `aws iam get-role --role-name ${lab.roleName}`,
      hint: 'It is not there, or has another name.',
      fix: 'npm run step 3',
      source,
    },
    {
      id: 'no-deny',
      claim:
        'No statement of its trust policy denies anything, or has a condition that Lambda may not meet',
      needs: ['exists'],
      expected: [],
      actual: ({ trust }) =>
        trust.filter(({ Effect, Condition }) => Effect === 'Deny' || Condition !== undefined),
      difference: (actual) =>
        (actual as Statement[]).map(({ Effect, Condition }) =>
          Effect === 'Deny'
            ? 'extra: a statement with Deny'
            : `extra: ${JSON.stringify(Condition)}`,
        ),
      look,
      hint: (actual) =>
        (actual as Statement[]).some(({ Effect }) => Effect === 'Deny')
          ? `A Deny wins over every Allow: nobody it names can assume the role. ${roleTakesTime}`
          : `Whoever does not meet the condition cannot assume the role. ${roleTakesTime}`,
      fix,
      source,
    },
    {
      id: 'trusted-principals',
      claim: 'It trusts the Lambda service and nobody else',
      needs: ['no-deny'],
      expected: ['Service lambda.amazonaws.com'],
      actual: ({ trust }) => trust.flatMap(({ Principal }) => principals(Principal)),
      look,
      hint: (actual) =>
        (actual as string[]).includes('Service lambda.amazonaws.com')
          ? `It trusts too many: ${others(actual).join(', ')}. Each of them may act with the rights of the worker. ${roleTakesTime}`
          : `It trusts ${others(actual).join(', ') || 'nobody'}; the name of the Lambda service is lambda.amazonaws.com. ${roleTakesTime}`,
      fix,
      source,
    },
    {
      id: 'assume-role',
      claim: 'It allows sts:AssumeRole, and only that',
      needs: ['trusted-principals'],
      expected: ['sts:AssumeRole'],
      actual: ({ trust }) => trust.flatMap(({ actions }) => actions),
      look,
      hint: `Lambda assumes the role with sts:AssumeRole; no other action has a meaning for it. ${roleTakesTime}`,
      fix,
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
          { label: 'Statements', value: statements.length || undefined },
          { label: 'Who', value: each('Principal').map(principalText) },
          { label: 'May', value: each('Action') },
          { label: 'Effect', value: each('Effect') },
        ];
      },
      inputs: ({ role, trust }) => ({ 'trust policy': role === undefined ? null : trust }),
    },
  ],
}));

await runAlone(import.meta, check);
