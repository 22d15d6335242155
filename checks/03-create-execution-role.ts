/** Check 03: Lambda, and nobody else, may assume the role. */
import {
  actionsOf,
  commandsThatMake,
  concernsAction,
  conditionText,
  defineCheck,
  deniesOnlyWithoutTls,
  hasCondition,
  infraFile,
  observeRole,
  pick,
  pickList,
  policyDocument,
  principalsOf,
  roleQuestion,
  statementText,
} from '../src/judging/index.ts';
import { runAlone } from '../src/commands/check-alone.ts';
import type { LabNames, Statement } from '../src/judging/index.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html';
const lookAtTrust = (lab: LabNames) =>
  `aws iam get-role --role-name ${lab.roleName} --query Role.AssumeRolePolicyDocument`;
const putTrust = (lab: LabNames) =>
  `aws iam update-assume-role-policy --role-name ${lab.roleName} --policy-document ${infraFile('lambda-trust.json')}`;

const roleTakesTime = 'A change reaches Lambda within seconds, rarely minutes.';
const lambdaService = 'Service lambda.amazonaws.com';
const assumeRole = 'sts:AssumeRole';

const allowing = (trust: readonly Statement[]) => trust.filter(({ Effect }) => Effect !== 'Deny');
const once = (names: readonly string[]) => [...new Set(names)];

/** Whoever an Allow names, whether it has a condition or not. */
const trusted = (trust: readonly Statement[]) =>
  once(allowing(trust).flatMap((statement) => principalsOf(statement)));

/** `*` or `everybody but …`, where a statement stands for everybody. */
const everybodyIn = (statement: Statement) =>
  principalsOf(statement).find((name) => name === '*' || name.startsWith('everybody but '));

function principalsHint(names: readonly string[], trust: readonly Statement[]): string {
  const others = names.filter((name) => name !== lambdaService);
  if (names.length === 0)
    return `It trusts nobody: ${trust.length === 0 ? 'it has no statement' : 'it has no statement with Allow'}.`;
  const open = allowing(trust).find((statement) => everybodyIn(statement) !== undefined);
  if (open !== undefined) {
    const what = everybodyIn(open) === '*' ? 'everybody: its principal is *' : everybodyIn(open);
    return hasCondition(open)
      ? `It trusts ${what}. Only the condition protects the role (${conditionText(open).trim()}); whoever meets it may assume the role. Name the one principal that needs it: lambda.amazonaws.com.`
      : `It trusts ${what}, in every AWS account. Name the one principal that needs the role: lambda.amazonaws.com.`;
  }
  return names.includes(lambdaService)
    ? `It trusts others besides Lambda: ${others.join(', ')}. Whoever assumes the role has the permissions of the worker, and only Lambda needs them.`
    : `It trusts ${others.join(', ')}, and not Lambda: the name of the Lambda service is lambda.amazonaws.com.`;
}

function actionsHint(actions: readonly string[]): string {
  const others = actions.filter((action) => action !== assumeRole).join(', ');
  return actions.includes(assumeRole)
    ? `Besides ${assumeRole} it allows ${others}. Lambda needs only ${assumeRole}.`
    : `It allows ${others || 'no action'}, and not ${assumeRole}, the call with which Lambda assumes the role.`;
}

/** Lambda itself, everybody, or everybody but somebody else. */
const namesLambda = (statement: Statement) =>
  principalsOf(statement).some(
    (name) =>
      name === lambdaService ||
      name === '*' ||
      (name.startsWith('everybody but ') && !name.includes(lambdaService)),
  );

/** The statements that may keep Lambda from assuming the role, in spite of an Allow. */
function inTheWay(trust: readonly Statement[]): Statement[] {
  const free = allowing(trust).some((statement) => !hasCondition(statement));
  return trust.filter((statement) =>
    statement.Effect === 'Deny'
      ? namesLambda(statement) &&
        concernsAction(statement, assumeRole) &&
        !deniesOnlyWithoutTls(statement)
      : !free,
  );
}

function inTheWayHint(statements: readonly Statement[]): string {
  const denies = statements.filter(({ Effect }) => Effect === 'Deny');
  return denies.length > 0
    ? `A Deny wins over every Allow: ${denies.map((statement) => statementText(statement)).join('; ')}.`
    : `Lambda may assume the role only if it meets the condition:${statements.map((statement) => conditionText(statement)).join(';')}. The trust policy of the lab has no condition.`;
}

/** `Service lambda.amazonaws.com` */
function principalText(principal: unknown): unknown {
  if (typeof principal !== 'object' || principal === null) return principal;
  return Object.entries(principal)
    .map(([kind, names]) => `${kind} ${[names].flat().join(', ')}`)
    .join(', ');
}

export const check = defineCheck((lab) => ({
  step: '03',
  kind: 'make',
  title: 'Execution role and trust policy',
  // A role can only be deleted when its policies are gone.
  undoneBy: /(detach|delete)-role/,
  needs: ['00'],
  observe: async (look) => {
    const [role, { accountId }] = await Promise.all([observeRole(look), lab.place()]);
    return { role, accountId, trust: policyDocument(role?.AssumeRolePolicyDocument) };
  },
  expectations: [
    {
      id: 'exists',
      claim: `The role ${lab.roleName} exists`,
      expected: 'a role',
      actual: ({ role }) => (role === undefined ? 'no such role' : 'a role'),
      look: `aws iam get-role --role-name ${lab.roleName}`,
      hint: (_, { accountId }) =>
        `It does not exist. The check looked in the account ${accountId} for exactly this name. (IAM is the same in every Region.)`,
      fix: commandsThatMake(lab, '03'),
      source,
    },
    {
      id: 'trusted-principals',
      claim: 'It trusts only the Lambda service',
      needs: ['exists'],
      expected: [lambdaService],
      actual: ({ trust }) => trusted(trust),
      look: lookAtTrust(lab),
      hint: (actual, { trust }) => `${principalsHint(actual as string[], trust)} ${roleTakesTime}`,
      fix: putTrust(lab),
      source,
    },
    {
      id: 'assume-role',
      claim: 'It allows only sts:AssumeRole',
      needs: ['trusted-principals'],
      expected: [assumeRole],
      actual: ({ trust }) =>
        once(allowing(trust).flatMap((statement) => actionsOf(statement, [assumeRole]))),
      look: lookAtTrust(lab),
      hint: (actual) => `${actionsHint(actual as string[])} ${roleTakesTime}`,
      fix: putTrust(lab),
      source,
    },
    {
      id: 'no-deny',
      claim: 'No Deny and no condition keeps Lambda from assuming it',
      needs: ['assume-role'],
      expected: [],
      actual: ({ trust }) => inTheWay(trust),
      difference: (actual) =>
        (actual as Statement[]).map((statement) => `unexpected: ${statementText(statement)}`),
      look: lookAtTrust(lab),
      hint: (actual) => `${inTheWayHint(actual as Statement[])} ${roleTakesTime}`,
      fix: putTrust(lab),
      source,
    },
  ],
  proofs: [
    {
      number: 5,
      name: 'trust-policy',
      title: 'IAM trust policy (Lambda assumes the role)',
      claim: 'The Lambda service may take on this role, and nobody else may',
      show: () => roleQuestion(lab),
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
