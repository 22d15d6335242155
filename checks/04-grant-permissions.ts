/** Check 04: the role may write logs and read the one queue, and nothing else. */
import { isDeepStrictEqual } from 'node:util';
import type {
  EvaluationResult,
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
  difference,
  infraFile,
  lab,
  pick,
  pickList,
  place,
  policyDocument,
  queueArn,
  roleArn,
  runAlone,
} from '../src/lab/index.ts';
import type { Question, Statement } from '../src/lab/index.ts';

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
const lookInline = () =>
  `aws iam get-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName}`;
const putInlinePolicy = () =>
  `aws iam put-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName} --policy-document ${infraFile('lambda-sqs-policy.json')}`;

/** A boundary goes with its role. */
const roleAnew = () =>
  [
    `aws iam detach-role-policy --role-name ${lab.roleName} --policy-arn ${lab.basicExecutionPolicyArn}`,
    `aws iam delete-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName}`,
    `aws iam delete-role --role-name ${lab.roleName}`,
    'npm run step 3',
    'npm run step 4',
  ].join('\n');

const inSmall = (actions: unknown) => (actions as string[]).map((action) => action.toLowerCase());
const others = (names: unknown) => (names as string[]).filter((name) => name !== lab.policyName);
const tooMany = (arns: unknown) =>
  (arns as string[]).filter((arn) => arn !== lab.basicExecutionPolicyArn);
const named = (arns: readonly string[]) => arns.map((arn) => arn.split('/').at(-1)).join(', ');

function actionsHint(actions: readonly string[]): string {
  const missing = queueActions.filter((action) => !inSmall(actions).includes(action.toLowerCase()));
  const wildcard = actions.find((action) => action.includes('*'));
  if (wildcard !== undefined)
    return `${wildcard} allows more than the three actions that are needed.`;
  if (missing.length === 0) return 'It allows more than the three actions that are needed.';
  const [first] = missing;
  if (first === 'sqs:DeleteMessage')
    return 'Without sqs:DeleteMessage handled messages stay in the queue and come again.';
  return `Without ${missing.join(' and ')} the mapping cannot poll the queue.`;
}

/** `sqs:DeleteMessage allowed` for each action, in their order. */
function decisions(results: readonly EvaluationResult[]): string[] {
  return results
    .map(({ EvalActionName, EvalDecision }) => `${EvalActionName} ${EvalDecision}`)
    .toSorted();
}

function takenAway(actual: unknown): string {
  const denied = (actual as string[]).filter((decision) => !decision.endsWith(' allowed'));
  return `IAM says: ${denied.join(', ') || 'nothing'}.`;
}

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

async function logsSimulation(): Promise<Question> {
  const { region, accountId } = await place();
  return iam('SimulatePrincipalPolicy', {
    PolicySourceArn: await roleArn(lab.roleName),
    ActionNames: logActions,
    ResourceArns: [`arn:aws:logs:${region}:${accountId}:log-group:${lab.logGroupName}:*`],
  });
}

export const check = defineCheck(() => ({
  step: '04',
  title: 'Permissions of the role',
  needs: ['03/exists'],
  observe: async () => {
    const [simulate, simulateLogs] = await Promise.all([simulation(), logsSimulation()]);
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
    const [managedDocument, simulated, logsSimulated] = await Promise.all([
      ask<GetPolicyVersionCommandOutput>(managedVersion),
      ask<SimulatePrincipalPolicyCommandOutput>(simulate),
      ask<SimulatePrincipalPolicyCommandOutput>(simulateLogs),
    ]);
    return {
      attached: attached.output?.AttachedPolicies?.map(({ PolicyArn }) => PolicyArn ?? '') ?? [],
      inlineNames: inlineNames.output?.PolicyNames ?? [],
      inline: policyDocument(inline.output?.PolicyDocument),
      managed: policyDocument(managedDocument.output?.PolicyVersion?.Document),
      simulated: simulated.output?.EvaluationResults ?? [],
      logsSimulated: logsSimulated.output?.EvaluationResults ?? [],
      queueArn: await queueArn(lab.queueName),
      questions: { simulate, simulateLogs, managedVersion },
    };
  },
  expectations: [
    {
      id: 'managed-policy',
      claim: 'AWSLambdaBasicExecutionRole is attached, and no other managed policy',
      expected: [lab.basicExecutionPolicyArn],
      actual: ({ attached }) => attached,
      look: `aws iam list-attached-role-policies --role-name ${lab.roleName}`,
      hint: (actual) =>
        (actual as string[]).includes(lab.basicExecutionPolicyArn)
          ? `Too much is attached: ${named(tooMany(actual))}. ${tooMany(actual).some((arn) => arn.endsWith('SQSQueueExecutionRole')) ? 'That policy allows its actions on every queue of the account.' : 'The worker needs the logs only; the queue is for the inline policy.'}`
          : 'AWSLambdaBasicExecutionRole is not attached: the worker runs and nobody sees its log.',
      fix: (actual) =>
        [
          ...((actual as string[]).includes(lab.basicExecutionPolicyArn)
            ? []
            : [
                `aws iam attach-role-policy --role-name ${lab.roleName} --policy-arn ${lab.basicExecutionPolicyArn}`,
              ]),
          ...tooMany(actual).map(
            (arn) => `aws iam detach-role-policy --role-name ${lab.roleName} --policy-arn ${arn}`,
          ),
        ].join('\n'),
      source,
    },
    {
      id: 'logs-permissions',
      claim: 'IAM itself decides: the role may write the log of the function',
      needs: ['managed-policy'],
      expected: logActions.map((action) => `${action} allowed`),
      actual: ({ logsSimulated }) => decisions(logsSimulated),
      look: (_, { questions }) => cliCommand(questions.simulateLogs),
      hint: (actual) =>
        `${takenAway(actual)} AWSLambdaBasicExecutionRole is attached, so something takes it away: a permissions boundary of the role, which goes with the role.`,
      fix: roleAnew(),
      source:
        'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html',
    },
    {
      id: 'inline-policy',
      claim: `The inline policy ${lab.policyName} is there, and no other one`,
      expected: [lab.policyName],
      actual: ({ inlineNames }) => inlineNames,
      look: `aws iam list-role-policies --role-name ${lab.roleName}`,
      hint: (actual) =>
        (actual as string[]).includes(lab.policyName)
          ? `There are more: ${others(actual).join(', ')}. Rights add up, so each of them may allow what the lab does not.`
          : 'Without it the role may not read the queue, and no mapping can be made.',
      fix: (actual) =>
        [
          ...((actual as string[]).includes(lab.policyName) ? [] : [putInlinePolicy()]),
          ...others(actual).map(
            (name) =>
              `aws iam delete-role-policy --role-name ${lab.roleName} --policy-name ${name}`,
          ),
        ].join('\n'),
      source,
    },
    {
      id: 'only-allow',
      claim: 'Its statements allow, without conditions',
      needs: ['inline-policy'],
      expected: [],
      actual: ({ inline }) =>
        inline.filter(({ Effect, Condition }) => Effect !== 'Allow' || Condition !== undefined),
      difference: (actual) =>
        (actual as Statement[]).map(({ Effect, actions, Condition }) =>
          Effect === 'Allow'
            ? `extra: ${JSON.stringify(Condition)}`
            : `extra: ${Effect} ${actions.join(', ')}`,
        ),
      look: lookInline(),
      hint: (actual) =>
        (actual as Statement[]).some(({ Effect }) => Effect !== 'Allow')
          ? 'A Deny wins over every Allow.'
          : 'The actions are allowed only where the condition holds, and Lambda may not meet it.',
      fix: putInlinePolicy(),
      source,
    },
    {
      id: 'queue-actions',
      claim: 'It allows exactly the three actions that polling needs',
      needs: ['only-allow'],
      expected: queueActions,
      actual: ({ inline }) => [...new Set(inline.flatMap(({ actions }) => actions))].toSorted(),
      // IAM compares action names without regard to case.
      judge: (actual) => isDeepStrictEqual(inSmall(actual), inSmall(queueActions)),
      look: lookInline(),
      hint: (actual) => actionsHint(actual as string[]),
      fix: putInlinePolicy(),
      source,
    },
    {
      id: 'queue-arn',
      claim: 'It names the ARN of the one queue, no wildcard',
      needs: ['queue-actions'],
      expected: `the ARN of ${lab.queueName}`,
      actual: ({ inline, queueArn: arn }) => {
        const resources = inline.flatMap((statement) => statement.resources);
        return resources.length > 0 && resources.every((resource) => resource === arn)
          ? `the ARN of ${lab.queueName}`
          : resources;
      },
      difference: (actual, { queueArn: arn }) => {
        const [only, ...more] = actual as string[];
        return more.length === 0 && only?.startsWith('arn:') === true
          ? difference(arn, only)
          : difference([arn], actual);
      },
      look: lookInline(),
      hint: (actual) =>
        (actual as string[]).some((resource) => resource.includes('*'))
          ? 'A * allows the actions on more queues than this one. Least privilege names one ARN.'
          : 'It names another queue: the right actions on the wrong resource allow nothing here.',
      fix: putInlinePolicy(),
      source,
    },
    {
      id: 'simulated',
      claim: 'IAM itself decides: allowed, for each of the three actions',
      needs: ['queue-arn'],
      expected: queueActions.map((action) => `${action} allowed`),
      actual: ({ simulated }) => decisions(simulated),
      look: (_, { questions }) => cliCommand(questions.simulate),
      hint: (actual) =>
        `${takenAway(actual)} The policy allows it, so something takes it away: a permissions boundary of the role, which goes with the role.`,
      fix: roleAnew(),
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
      rules: ['managed-policy', 'inline-policy'],
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
