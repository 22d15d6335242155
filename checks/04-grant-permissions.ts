/** Check 04: the role may write logs and read the one queue, and nothing else. */
import { isDeepStrictEqual } from 'node:util';
import type {
  GetPolicyCommandOutput,
  GetPolicyVersionCommandOutput,
  GetRolePolicyCommandOutput,
  ListAttachedRolePoliciesCommandOutput,
  ListRolePoliciesCommandOutput,
  SimulatePrincipalPolicyCommandOutput,
} from '@aws-sdk/client-iam';
import {
  ask,
  cliCommand,
  defineCheck,
  lab,
  pick,
  pickList,
  policyDocument,
  queueArn,
  roleArn,
  runAlone,
} from '../src/lab/index.ts';
import type { Question } from '../src/lab/index.ts';

const iam = (operation: string, input: Question['input']): Question => ({
  service: 'iam',
  operation,
  input,
});
const role = () => ({ RoleName: lab.roleName });
const attachedPolicies = () => iam('ListAttachedRolePolicies', role());
const inlinePolicies = () => iam('ListRolePolicies', role());
const inlinePolicy = () => iam('GetRolePolicy', { ...role(), PolicyName: lab.policyName });
const managedPolicy = iam('GetPolicy', { PolicyArn: lab.basicExecutionPolicyArn });

const queueActions = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
const logActions = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const source =
  'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions';
const inlineHint = () =>
  `aws iam put-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName} --policy-document "file://$LAB_INFRA/lambda-sqs-policy.json"`;

interface Policies {
  readonly attached: readonly string[];
  readonly inlineNames: readonly string[];
  readonly inline: unknown;
  readonly managed: unknown;
}

/** What the proofs of this check depend on, by the names of what each one takes. */
function policyIngredients(
  { attached, inlineNames, inline, managed }: Policies,
  names: readonly string[],
): Record<string, unknown> {
  const all = {
    'attached policies': attached.toSorted(),
    'inline policy names': inlineNames.toSorted(),
    'inline policy': inline,
    'managed policy document': managed,
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

async function simulation(): Promise<Question> {
  return iam('SimulatePrincipalPolicy', {
    PolicySourceArn: await roleArn(lab.roleName),
    ActionNames: queueActions,
    ResourceArns: [await queueArn(lab.queueName)],
  });
}

export const check = defineCheck(() => ({
  step: '04',
  title: 'Permissions of the role',
  needs: ['03'],
  observe: async () => {
    const simulate = await simulation();
    const [attached, inlineNames, inline, managed] = await Promise.all([
      ask<ListAttachedRolePoliciesCommandOutput>(attachedPolicies()),
      ask<ListRolePoliciesCommandOutput>(inlinePolicies()),
      ask<GetRolePolicyCommandOutput>(inlinePolicy()),
      ask<GetPolicyCommandOutput>(managedPolicy),
    ]);
    const managedVersion = iam('GetPolicyVersion', {
      PolicyArn: lab.basicExecutionPolicyArn,
      VersionId: managed.output?.Policy?.DefaultVersionId ?? 'v1',
    });
    const [managedDocument, simulated] = await Promise.all([
      ask<GetPolicyVersionCommandOutput>(managedVersion),
      ask<SimulatePrincipalPolicyCommandOutput>(simulate),
    ]);
    return {
      role: attached.output !== undefined,
      attached: attached.output?.AttachedPolicies?.map(({ PolicyArn }) => PolicyArn ?? '') ?? [],
      inlineNames: inlineNames.output?.PolicyNames ?? [],
      inline: policyDocument(inline.output?.PolicyDocument),
      managed: policyDocument(managedDocument.output?.PolicyVersion?.Document),
      simulated: simulated.output?.EvaluationResults ?? [],
      queueArn: await queueArn(lab.queueName),
      questions: { simulate, managedVersion },
    };
  },
  expectations: [
    {
      id: 'role',
      claim: `The role ${lab.roleName} exists`,
      expected: 'a role',
      actual: ({ role: found }) => (found ? 'a role' : 'no such role'),
      hint: 'npm run step 3',
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html',
    },
    {
      id: 'managed-policy',
      needs: ['role'],
      claim: 'AWSLambdaBasicExecutionRole is attached, and no other managed policy',
      expected: [lab.basicExecutionPolicyArn],
      actual: ({ attached }) => attached,
      hint: `Attach what is missing and detach what is too much: aws iam attach-role-policy --role-name ${lab.roleName} --policy-arn ${lab.basicExecutionPolicyArn}`,
      source,
    },
    {
      id: 'logs-permissions',
      claim: 'That managed policy allows writing logs',
      needs: ['managed-policy'],
      expected: logActions,
      actual: ({ managed }) => managed.flatMap(({ actions }) => actions).toSorted(),
      judge: (actual) => logActions.every((action) => (actual as string[]).includes(action)),
      hint: 'AWS has changed its managed policy: read it, and tell the kit.',
      source:
        'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html',
    },
    {
      id: 'inline-policy',
      needs: ['role'],
      claim: `The inline policy ${lab.policyName} is there, and no other one`,
      expected: [lab.policyName],
      actual: ({ inlineNames }) => inlineNames,
      hint: inlineHint(),
      source,
    },
    {
      id: 'queue-actions',
      claim: 'It allows exactly the three actions that polling needs',
      needs: ['inline-policy'],
      expected: queueActions,
      actual: ({ inline }) => inline.flatMap(({ actions }) => actions).toSorted(),
      // IAM compares action names without regard to case.
      judge: (actual) =>
        isDeepStrictEqual(
          (actual as string[]).map((action) => action.toLowerCase()),
          queueActions.map((action) => action.toLowerCase()),
        ),
      hint: inlineHint(),
      source,
    },
    {
      id: 'queue-arn',
      claim: 'It names the ARN of the one queue, no wildcard',
      needs: ['inline-policy'],
      expected: `the ARN of ${lab.queueName}`,
      actual: ({ inline, queueArn: arn }) => {
        const resources = inline.flatMap((statement) => statement.resources);
        return resources.length > 0 && resources.every((resource) => resource === arn)
          ? `the ARN of ${lab.queueName}`
          : resources;
      },
      hint: inlineHint(),
      source,
    },
    {
      id: 'only-allow',
      claim: 'Its statements allow, without conditions',
      needs: ['inline-policy'],
      expected: [],
      actual: ({ inline }) =>
        inline.filter(({ Effect, Condition }) => Effect !== 'Allow' || Condition !== undefined),
      hint: inlineHint(),
      source,
    },
    {
      id: 'simulated',
      claim: 'IAM itself decides: allowed, for each of the three actions',
      needs: ['inline-policy'],
      expected: queueActions.map((action) => `${action} allowed`),
      actual: ({ simulated }) =>
        simulated
          .map(({ EvalActionName, EvalDecision }) => `${EvalActionName} ${EvalDecision}`)
          .toSorted(),
      hint: inlineHint(),
      source:
        'https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html',
    },
  ],
  proofs: [
    {
      number: 3,
      name: 'permissions-overview',
      title: 'IAM role permissions overview (managed + inline)',
      claim: 'The role has one managed policy and one inline policy, and nothing else',
      show: () =>
        [
          `aws iam get-role --role-name ${lab.roleName} --query '{Arn: Role.Arn}'`,
          `aws iam list-attached-role-policies --role-name ${lab.roleName}`,
          `aws iam list-role-policies --role-name ${lab.roleName}`,
        ].join('\n'),
      rules: ['role', 'managed-policy', 'inline-policy'],
      values: (printed) => [
        { label: 'Role ARN', value: pick(printed, 0, 'Arn'), tie: true },
        {
          label: 'Managed policy ARN',
          value: pickList(printed, 1, 'AttachedPolicies').map((one) => pick(one, 'PolicyArn')),
          tie: true,
        },
        { label: 'Inline policy', value: pick(printed, 2, 'PolicyNames') },
      ],
      inputs: (observed) =>
        policyIngredients(observed, ['attached policies', 'inline policy names']),
    },
    {
      number: 4,
      name: 'inline-policy',
      title: 'Inline policy scoped to the queue ARN',
      claim: 'Least privilege: three actions on one queue, no wildcard',
      show: inlinePolicy,
      rules: ['inline-policy', 'queue-actions', 'queue-arn', 'only-allow'],
      values: (printed) => {
        const statements = pickList(printed, 'PolicyDocument', 'Statement');
        const each = (member: string) =>
          statements.flatMap((statement) => pick(statement, member) ?? []);
        return [
          { label: 'Queue ARN (Resource)', value: each('Resource'), tie: true },
          { label: 'Actions', value: each('Action') },
          { label: 'Effect', value: each('Effect') },
          { label: 'Policy', value: pick(printed, 'PolicyName') },
          { label: 'Role', value: pick(printed, 'RoleName') },
        ];
      },
      inputs: (observed) => policyIngredients(observed, ['inline policy', 'inline policy names']),
    },
    {
      number: 9,
      name: 'logs-permissions',
      title: 'Execution role permissions for CloudWatch Logs',
      claim: 'The worker can write its logs, through the policy of AWS for exactly that',
      show: ({ questions }) =>
        `aws iam get-policy --policy-arn ${lab.basicExecutionPolicyArn} --query '{Arn: Policy.Arn}'\n${cliCommand(questions.managedVersion)}`,
      rules: ['managed-policy', 'logs-permissions'],
      values: (printed) => {
        const version = pick(printed, 1, 'PolicyVersion');
        const statements = pickList(version, 'Document', 'Statement');
        return [
          { label: 'Managed policy ARN', value: pick(printed, 0, 'Arn'), tie: true },
          { label: 'Version', value: pick(version, 'VersionId') },
          {
            label: 'Actions',
            value: statements.flatMap((statement) => pick(statement, 'Action') ?? []),
          },
          {
            label: 'Resource',
            value: statements.flatMap((statement) => pick(statement, 'Resource') ?? []),
          },
        ];
      },
      inputs: (observed) =>
        policyIngredients(observed, ['attached policies', 'managed policy document']),
    },
    {
      number: 10,
      name: 'sqs-permissions',
      title: 'Execution role permissions for SQS, as IAM evaluates them',
      claim: 'IAM itself decides: the role may receive, delete and look at the queue',
      show: ({ questions }) => questions.simulate,
      rules: ['queue-actions', 'simulated'],
      values: (printed) => {
        const results = pickList(printed, 'EvaluationResults');
        const each = (...path: (number | string)[]) => [
          ...new Set(results.map((result) => pick(result, ...path))),
        ];
        return [
          { label: 'Queue ARN', value: each('EvalResourceName'), tie: true },
          ...results.map((result) => ({
            label: String(pick(result, 'EvalActionName')),
            value: pick(result, 'EvalDecision'),
          })),
          { label: 'By the policy', value: each('MatchedStatements', 0, 'SourcePolicyId') },
        ];
      },
      inputs: (observed) =>
        policyIngredients(observed, [
          'attached policies',
          'inline policy',
          'inline policy names',
          'managed policy document',
        ]),
    },
  ],
}));

await runAlone(import.meta, check);
