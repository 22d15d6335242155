/** Check 04: the role may write logs, receive and delete the messages of the one queue and read its attributes, and nothing else. */
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
  actionsHint,
  allAllowed,
  allowedActions,
  allowedResources,
  allowsLogs,
  byBoundary,
  cliCommand,
  decisions,
  defineCheck,
  denied,
  difference,
  executionRoleArn,
  infraFile,
  inlineHint,
  inTheWay,
  inTheWayHint,
  logActions,
  pick,
  pickList,
  policyDocument,
  queueActions,
  queueArn,
  resourcesHint,
  settings,
  statementText,
  takenAway,
} from '../src/judging/index.ts';
import { runAlone } from '../src/commands/check-alone.ts';
import type {
  Lab,
  LabNames,
  Look,
  NamedPolicy,
  Question,
  Statement,
} from '../src/judging/index.ts';

const iam = (operation: string, input: Question['input']): Question => ({
  service: 'iam',
  operation,
  input,
});
const attachedPolicies = ({ roleName }: LabNames) =>
  iam('ListAttachedRolePolicies', { RoleName: roleName });
const inlinePolicies = ({ roleName }: LabNames) => iam('ListRolePolicies', { RoleName: roleName });
const inlinePolicy = ({ roleName }: LabNames, name: string) =>
  iam('GetRolePolicy', { RoleName: roleName, PolicyName: name });
const managedPolicy = iam('GetPolicy', { PolicyArn: settings.basicExecutionPolicyArn });

const source =
  'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions';
const lookInline = (lab: LabNames) =>
  `aws iam get-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName}`;
const putInlinePolicy = (lab: LabNames) =>
  `aws iam put-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName} --policy-document ${infraFile('lambda-sqs-policy.json')}`;
const deleted = (lab: LabNames, name: string) =>
  `aws iam delete-role-policy --role-name ${lab.roleName} --policy-name ${name}`;
const attached = (lab: LabNames, verb: 'attach' | 'detach', arn: string) =>
  `aws iam ${verb}-role-policy --role-name ${lab.roleName} --policy-arn ${arn}`;

/** A boundary goes with its role. */
const roleAnew = (lab: LabNames) =>
  [
    attached(lab, 'detach', settings.basicExecutionPolicyArn),
    deleted(lab, lab.policyName),
    `aws iam delete-role --role-name ${lab.roleName}`,
    'npx lab step 3',
    'npx lab step 4',
  ].join('\n');

/** The commands against a boundary or a Deny that limits the policies of the role. */
const givenBack = (lab: LabNames, results: readonly EvaluationResult[]) =>
  byBoundary(results) ? roleAnew(lab) : 'npx lab step 4';

const isBasic = (arn: string) => arn === settings.basicExecutionPolicyArn;
const tooMany = (arns: unknown) => (arns as string[]).filter((arn) => !isBasic(arn));
const named = (arns: readonly string[]) => arns.map((arn) => arn.split('/').at(-1)).join(', ');

/** What may let the role write logs although AWSLambdaBasicExecutionRole is not attached. */
interface Standing {
  readonly attached: readonly string[];
  readonly inline: readonly Statement[];
  readonly otherInline: readonly NamedPolicy[];
  readonly logsSimulated: readonly EvaluationResult[];
}

const standIns = ({ otherInline }: Standing) =>
  otherInline.filter(({ statements }) => allowsLogs(statements));

function attachedHint(lab: LabNames, arns: readonly string[], standing: Standing): string {
  const more = tooMany(arns);
  const extra =
    more.length === 0
      ? []
      : [
          `The role has managed policies that the lab does not need: ${named(more)}.`,
          ...(more.some((arn) => arn.endsWith('/AWSLambdaSQSQueueExecutionRole'))
            ? ['AWSLambdaSQSQueueExecutionRole allows its actions on every queue of the account.']
            : []),
        ];
  if (arns.some(isBasic)) return extra.join(' ');
  const missing = allAllowed(standing.logsSimulated)
    ? `The role may write its log anyway, through ${logsThrough(lab, more, standing)}; the lab allows it with the AWS managed policy for logs.`
    : `The role lacks permissions that logging needs. ${denied(standing.logsSimulated)} A worker that may not log still runs, but nobody sees what it did.`;
  return ['AWSLambdaBasicExecutionRole is not attached.', missing, ...extra].join(' ');
}

/** The policies that let the role write its log: those that IAM names, else all that may. */
function logsThrough(lab: LabNames, more: readonly string[], standing: Standing): string {
  const candidates = [
    ...more.map((arn) => named([arn])),
    ...standIns(standing).map(({ name }) => name),
    ...(allowsLogs(standing.inline) ? [lab.policyName] : []),
  ];
  const ids = standing.logsSimulated
    .flatMap(({ MatchedStatements: matched = [] }) => matched)
    .map(({ SourcePolicyId: id = '' }) => id);
  // IAM names an inline policy with its role before it.
  const sure = candidates.filter((name) =>
    ids.some((id) => id === name || id.endsWith(`_${name}`)),
  );
  return (sure.length > 0 ? sure : candidates).join(', ') || 'another policy';
}

function attachedFix(lab: LabNames, arns: readonly string[], standing: Standing): string {
  const missing = !arns.some(isBasic);
  return [
    ...(missing ? [attached(lab, 'attach', settings.basicExecutionPolicyArn)] : []),
    ...tooMany(arns).map((arn) => attached(lab, 'detach', arn)),
    ...(missing ? standIns(standing).map(({ name }) => deleted(lab, name)) : []),
    ...(missing && allowsLogs(standing.inline) ? [putInlinePolicy(lab)] : []),
  ].join('\n');
}

interface Policies {
  readonly attached: readonly string[];
  readonly inlineNames: readonly string[];
  readonly inline: unknown;
  readonly managed: unknown;
}

/** What the proofs of this check depend on, by the names of what each one takes. */
function policyInputs(
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

async function simulation(look: Look): Promise<Question> {
  return iam('SimulatePrincipalPolicy', {
    PolicySourceArn: await executionRoleArn(look),
    ActionNames: queueActions,
    ResourceArns: [await queueArn(look.lab, look.lab.queueName)],
  });
}

/** What the role must not be able to do: put a message into its own source queue, or touch the dead-letter queue. */
async function deniedSimulations({ lab }: Look, { input }: Question): Promise<Question[]> {
  const ask = async (ActionNames: readonly string[], queueName: string) =>
    iam('SimulatePrincipalPolicy', {
      PolicySourceArn: input['PolicySourceArn'],
      ActionNames,
      ResourceArns: [await queueArn(lab, queueName)],
    });
  return [
    await ask(['sqs:SendMessage'], lab.queueName),
    await ask([...queueActions, 'sqs:SendMessage'], lab.deadLetterQueueName),
  ];
}

async function logGroupArn(lab: Lab): Promise<string> {
  const { region, accountId } = await lab.place();
  return `arn:aws:logs:${region}:${accountId}:log-group:${lab.logGroupName}`;
}

async function logsSimulation(look: Look): Promise<Question> {
  return iam('SimulatePrincipalPolicy', {
    PolicySourceArn: await executionRoleArn(look),
    ActionNames: logActions,
    ResourceArns: [`${await logGroupArn(look.lab)}:*`],
  });
}

/** The inline policies of the role by their names, and what each one says. */
async function observeInline(look: Look) {
  const { lab } = look;
  const { output } = await look.ask<ListRolePoliciesCommandOutput>(inlinePolicies(lab));
  const inlineNames = output?.PolicyNames ?? [];
  const read = async (name: string) => {
    const answer = await look.ask<GetRolePolicyCommandOutput>(inlinePolicy(lab, name));
    return policyDocument(answer.output?.PolicyDocument);
  };
  const [inline, ...others] = await Promise.all([
    read(lab.policyName),
    ...inlineNames
      .filter((name) => name !== lab.policyName)
      .map(async (name): Promise<NamedPolicy> => ({ name, statements: await read(name) })),
  ]);
  return { inlineNames, inline, otherInline: others };
}

export const check = defineCheck((lab) => ({
  step: '04',
  kind: 'make',
  title: 'Permissions of the role',
  undoneBy: /(detach|delete)-role-policy/,
  needs: ['03/exists'],
  observe: async (look) => {
    const [simulate, simulateLogs] = await Promise.all([simulation(look), logsSimulation(look)]);
    const [attachedTo, inlineOnes, managed] = await Promise.all([
      look.ask<ListAttachedRolePoliciesCommandOutput>(attachedPolicies(lab)),
      observeInline(look),
      look.ask<GetPolicyCommandOutput>(managedPolicy),
    ]);
    const managedVersion = iam('GetPolicyVersion', {
      PolicyArn: settings.basicExecutionPolicyArn,
      VersionId: managed.output?.Policy?.DefaultVersionId ?? 'v1',
    });
    const [managedDocument, simulated, logsSimulated] = await Promise.all([
      look.ask<GetPolicyVersionCommandOutput>(managedVersion),
      look.ask<SimulatePrincipalPolicyCommandOutput>(simulate),
      look.ask<SimulatePrincipalPolicyCommandOutput>(simulateLogs),
    ]);
    return {
      attached: attachedTo.output?.AttachedPolicies?.map(({ PolicyArn }) => PolicyArn ?? '') ?? [],
      ...inlineOnes,
      managed: policyDocument(managedDocument.output?.PolicyVersion?.Document),
      simulated: simulated.output?.EvaluationResults ?? [],
      logsSimulated: logsSimulated.output?.EvaluationResults ?? [],
      queueArn: await queueArn(lab, lab.queueName),
      logGroupArn: await logGroupArn(lab),
      questions: {
        simulate,
        simulateDenied: await deniedSimulations(look, simulate),
        simulateLogs,
        managedVersion,
      },
    };
  },
  // Each needs the one before it: one policy may break several of these rules, and is one fault.
  expectations: [
    {
      id: 'managed-policy',
      claim: 'AWSLambdaBasicExecutionRole is attached, and no other managed policy',
      expected: [lab.basicExecutionPolicyArn],
      actual: ({ attached: arns }) => arns,
      look: `aws iam list-attached-role-policies --role-name ${lab.roleName}`,
      hint: (actual, observed) => attachedHint(lab, actual as string[], observed),
      fix: (actual, observed) => attachedFix(lab, actual as string[], observed),
      source,
    },
    {
      id: 'inline-policy',
      claim: `The role has the inline policy ${lab.policyName}, and no other`,
      needs: ['managed-policy'],
      expected: [lab.policyName],
      actual: ({ inlineNames }) => inlineNames,
      look: `aws iam list-role-policies --role-name ${lab.roleName}`,
      hint: (actual, { otherInline, simulated }) =>
        inlineHint(otherInline, {
          policyName: lab.policyName,
          isThere: (actual as string[]).includes(lab.policyName),
          simulated,
        }),
      fix: (actual, { otherInline }) =>
        [
          ...((actual as string[]).includes(lab.policyName) ? [] : [putInlinePolicy(lab)]),
          ...otherInline.map(({ name }) => deleted(lab, name)),
        ].join('\n'),
      source,
    },
    {
      id: 'only-allow',
      claim: 'No Deny and no condition limits what it allows',
      needs: ['inline-policy'],
      expected: [],
      actual: ({ inline, queueArn: arn, logGroupArn: group }) =>
        inTheWay(inline, {
          queue: { actions: queueActions, arns: [arn] },
          logs: {
            actions: logActions,
            arns: [group, `${group}:*`, `${group}:log-stream:any`],
          },
        }),
      difference: (actual) =>
        (actual as Statement[]).map((statement) => `unexpected: ${statementText(statement)}`),
      look: lookInline(lab),
      hint: (actual) => inTheWayHint(actual as Statement[]),
      fix: putInlinePolicy(lab),
      source,
    },
    {
      id: 'queue-actions',
      claim: 'It allows exactly the three actions that polling needs',
      needs: ['only-allow'],
      expected: queueActions,
      actual: ({ inline }) => allowedActions(inline),
      look: lookInline(lab),
      hint: (actual) => actionsHint(actual as string[]),
      fix: putInlinePolicy(lab),
      source,
    },
    {
      id: 'queue-arn',
      claim: 'It names the ARN of the one queue, without a wildcard',
      needs: ['queue-actions'],
      expected: `the ARN of ${lab.queueName}`,
      actual: ({ inline, queueArn: arn }) => {
        const resources = allowedResources(inline);
        return resources.length === 1 && resources[0] === arn
          ? `the ARN of ${lab.queueName}`
          : resources;
      },
      difference: (actual, { queueArn: arn }) => {
        const [only, ...more] = actual as string[];
        return more.length === 0 && only?.startsWith('arn:') === true
          ? difference(arn, only)
          : difference([arn], actual);
      },
      look: lookInline(lab),
      hint: (_, { inline, queueArn: arn }) => resourcesHint(inline, arn),
      fix: putInlinePolicy(lab),
      source,
    },
    {
      id: 'logs-permissions',
      claim: 'IAM itself says: the role may write the log of the function',
      needs: ['queue-arn'],
      expected: logActions.map((action) => `${action} allowed`),
      actual: ({ logsSimulated }) => decisions(logsSimulated),
      look: (_, { questions }) => cliCommand(questions.simulateLogs),
      hint: (_, { logsSimulated }) => `${denied(logsSimulated)} ${takenAway(logsSimulated)}`,
      fix: (_, { logsSimulated }) => givenBack(lab, logsSimulated),
      source:
        'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html',
    },
    {
      id: 'simulated',
      claim: 'IAM itself says: each of the three actions is allowed',
      needs: ['logs-permissions'],
      expected: queueActions.map((action) => `${action} allowed`),
      actual: ({ simulated }) => decisions(simulated),
      look: (_, { questions }) => cliCommand(questions.simulate),
      hint: (_, { simulated }) => `${denied(simulated)} ${takenAway(simulated)}`,
      fix: (_, { simulated }) => givenBack(lab, simulated),
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
      inputs: (observed) => policyInputs(observed, ['attached policies', 'inline policy names']),
    },
    {
      number: 4,
      name: 'inline-policy',
      title: 'Inline policy scoped to the queue ARN',
      claim: 'Least privilege: three actions on one queue, and nothing else',
      show: () => inlinePolicy(lab, lab.policyName),
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
      inputs: (observed) => policyInputs(observed, ['inline policy', 'inline policy names']),
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
        policyInputs(observed, ['attached policies', 'managed policy document']),
    },
    {
      number: 10,
      name: 'sqs-permissions',
      title: 'Execution role permissions for SQS, as IAM evaluates them',
      claim:
        'IAM itself decides: the role may read the source queue, and may not use the dead-letter queue',
      show: ({ questions }) =>
        [questions.simulate, ...questions.simulateDenied].map((one) => cliCommand(one)).join('\n'),
      rules: ['queue-actions', 'queue-arn', 'simulated'],
      values: (printed) => {
        const results = pickList(printed).flatMap((one) => pickList(one, 'EvaluationResults'));
        const each = (...path: (number | string)[]) => [
          ...new Set(results.flatMap((result) => pick(result, ...path) ?? [])),
        ];
        const decided = (isAllowed: boolean) =>
          results
            .filter((result) => (pick(result, 'EvalDecision') === 'allowed') === isAllowed)
            .map((result) => {
              const queue = String(pick(result, 'EvalResourceName')).split(':').at(-1);
              return `${String(pick(result, 'EvalActionName'))} on ${queue}`;
            });
        return [
          { label: 'Queue ARN', value: each('EvalResourceName')[0], tie: true },
          { label: 'Dead-letter queue ARN', value: each('EvalResourceName')[1], tie: true },
          { label: 'Allowed', value: decided(true) },
          { label: 'Denied', value: decided(false) },
          { label: 'By the policy', value: each('MatchedStatements', 0, 'SourcePolicyId') },
        ];
      },
      inputs: (observed) =>
        policyInputs(observed, [
          'attached policies',
          'inline policy',
          'inline policy names',
          'managed policy document',
        ]),
    },
  ],
}));

await runAlone(import.meta, check);
