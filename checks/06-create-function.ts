/** Check 06: the function is Active, configured as the lab says, and runs the code of the zip. */
import type { FunctionConfiguration, GetFunctionCommandOutput } from '@aws-sdk/client-lambda';
import {
  codeInputs,
  commandsThatMake,
  defineCheck,
  difference,
  executionRoleArn,
  functionInputs,
  notFoundHint,
  observeFunction,
  onThisMachine,
  pick,
  questions,
  withUnit,
  zipDigest,
} from '../src/judging/index.ts';
import { runAlone } from '../src/commands/check-alone.ts';
import type { LabNames, Question } from '../src/judging/index.ts';
import { workerDigest } from '../src/scripts/worker-zip.ts';

const getFunction = ({ functionName }: LabNames): Question => ({
  service: 'lambda',
  operation: 'GetFunction',
  input: { FunctionName: functionName },
});
const source = 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html';

const show = (lab: LabNames, member: string) =>
  `aws lambda get-function-configuration --function-name ${lab.functionName} --query ${member}`;
const update = (lab: LabNames) =>
  `aws lambda update-function-configuration --function-name ${lab.functionName}`;

/** A member that the function does not have, as one of a container image, is no value to tell about. */
const shown = (value: unknown) => String((value as number | string | undefined) ?? 'none');

function handlerHint(handler: string): string {
  const file = /^(.*\/)?[^./]*/.exec(handler)?.[0] ?? '';
  const name = handler.slice(file.length + 1);
  const means =
    name === ''
      ? `${handler} names no export: a handler is written FILE.EXPORT.`
      : `${handler} means: file ${file}, export ${name}.`;
  return `${means} The zip of step 05 has index.mjs, which exports handler. AWS does not check this before the first invocation.`;
}

interface Logging {
  readonly format: string;
  readonly level: string | undefined;
  readonly group: string;
}

/** What a function that says nothing about it does. */
function loggingOf(lab: LabNames, configuration: FunctionConfiguration | undefined): Logging {
  const { LogFormat, LogGroup, ApplicationLogLevel } = configuration?.LoggingConfig ?? {};
  return {
    format: LogFormat ?? 'Text',
    level: LogFormat === 'JSON' ? ApplicationLogLevel : undefined,
    group: LogGroup ?? lab.logGroupName,
  };
}

/** The worker logs with console.log, whose level is INFO. */
const dropsInfo = ({ level }: Logging) => /^(WARN|ERROR|FATAL)$/.test(level ?? '');

function loggingHint(lab: LabNames, logging: Logging): string {
  const { format, level, group } = logging;
  return [
    ...(dropsInfo(logging)
      ? [
          `With the application log level ${level} Lambda drops the lines of the worker: console.log writes at level INFO.`,
        ]
      : []),
    ...(format === 'Text'
      ? []
      : [
          `With the format ${format} Lambda wraps each line in an object with time and level. The lab shows the lines as the worker writes them, with format Text.`,
        ]),
    ...(group === lab.logGroupName
      ? []
      : [`Its lines go to the log group ${group}, but the lab reads ${lab.logGroupName}.`]),
  ].join(' ');
}

interface Setting {
  readonly id: string;
  readonly claim: string;
  readonly member: keyof FunctionConfiguration;
  readonly expected: number | string;
  /** Of `update-function-configuration`. */
  readonly option: string;
  readonly hint: (actual: unknown) => string;
}

/** An expectation about one member of the function's configuration. */
const setting = (lab: LabNames, { id, claim, member, expected, option, hint }: Setting) => ({
  id,
  claim,
  needs: ['exists'],
  expected,
  actual: ({ configuration }: { configuration: FunctionConfiguration | undefined }) =>
    configuration?.[member],
  look: show(lab, member),
  hint,
  fix: `${update(lab)} --${option} ${expected}`,
  source,
});

export const check = defineCheck((lab) => ({
  step: '06',
  kind: 'make',
  title: 'Function',
  undoneBy: /delete-function/,
  needs: ['03/exists', '05/exists'],
  observe: async (look) => {
    const [{ output: configuration }, whole, arn, here, { region }] = await Promise.all([
      observeFunction(look),
      look.ask<GetFunctionCommandOutput>(getFunction(lab)),
      executionRoleArn(look),
      onThisMachine(look),
      lab.place(),
    ]);
    // The kit's own worker is all that can be compared with when the learner's files are not here.
    const digest = here
      ? zipDigest(look)
      : look.fact('digest of the worker of the kit', () => workerDigest());
    return {
      configuration,
      reservedConcurrency: whole.output?.Concurrency?.ReservedConcurrentExecutions,
      roleArn: arn,
      here,
      region,
      digest: await digest,
    };
  },
  expectations: [
    {
      id: 'exists',
      claim: `The function ${lab.functionName} exists`,
      expected: 'a function',
      actual: ({ configuration }) =>
        configuration === undefined ? 'no such function' : 'a function',
      look: `aws lambda get-function-configuration --function-name ${lab.functionName}`,
      hint: (_, { region }) => notFoundHint(region),
      fix: commandsThatMake(lab, '06'),
      source,
    },
    {
      id: 'active',
      claim: 'It is Active',
      needs: ['exists'],
      notJudged: ({ configuration }) => {
        const state =
          configuration?.State === 'Pending' ? 'Pending' : configuration?.LastUpdateStatus;
        return state === 'Pending' || state === 'InProgress'
          ? {
              cause: 'AWS not ready yet',
              reason: state === 'Pending' ? 'the function is Pending' : 'an update is in progress',
              clock: { name: 'a function is made or updated within seconds', atMostSeconds: 60 },
            }
          : undefined;
      },
      expected: 'Active',
      actual: ({ configuration }) =>
        configuration?.LastUpdateStatus === 'Failed' ? 'update Failed' : configuration?.State,
      look: `aws lambda get-function-configuration --function-name ${lab.functionName} --query "[State, StateReason, LastUpdateStatus, LastUpdateStatusReason]"`,
      hint: (state, { configuration }) =>
        state === 'update Failed'
          ? `Its last update failed: ${configuration?.LastUpdateStatusReason ?? 'AWS gives no reason.'}`
          : `It is ${String(state)}: ${configuration?.StateReason ?? 'AWS gives no reason.'}`,
      fix: `aws lambda delete-function --function-name ${lab.functionName}\nnpx lab step 6`,
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html',
    },
    setting(lab, {
      id: 'runtime',
      claim: `Its runtime is ${lab.runtime}`,
      member: 'Runtime',
      expected: lab.runtime,
      option: 'runtime',
      hint: (runtime) =>
        `Its runtime is ${shown(runtime)}; the worker is bundled for ${lab.runtime}.`,
    }),
    setting(lab, {
      id: 'handler',
      claim: `Its handler is ${lab.handler}`,
      member: 'Handler',
      expected: lab.handler,
      option: 'handler',
      hint: (handler) => handlerHint(shown(handler)),
    }),
    setting(lab, {
      id: 'timeout',
      claim: `Its timeout is ${lab.functionTimeoutSeconds} s`,
      member: 'Timeout',
      expected: lab.functionTimeoutSeconds,
      option: 'timeout',
      hint: (seconds) =>
        Number(seconds) > lab.functionTimeoutSeconds
          ? `${String(seconds)} s would need a visibility timeout of ${6 * Number(seconds)} s (six times); the lab gives the queue ${lab.visibilityTimeoutSeconds} s.`
          : `${shown(seconds)} s is shorter than the ${lab.functionTimeoutSeconds} s of the lab. (3 s is the default of AWS.)`,
    }),
    setting(lab, {
      id: 'memory',
      claim: `It has ${lab.memoryMb} MB of memory`,
      member: 'MemorySize',
      expected: lab.memoryMb,
      option: 'memory-size',
      hint: (memory) =>
        `${String(memory)} MB: more than the worker needs costs more per second, and brings more CPU.`,
    }),
    {
      id: 'role',
      claim: `It runs with the role ${lab.roleName}`,
      needs: ['exists'],
      expected: `the ARN of ${lab.roleName}`,
      actual: ({ configuration, roleArn: arn }) =>
        configuration?.Role === arn ? `the ARN of ${lab.roleName}` : configuration?.Role,
      difference: (actual, { roleArn: arn }) => difference(arn, actual),
      look: show(lab, 'Role'),
      hint: (arn) =>
        `It runs with the permissions of ${String(arn)}, not with those that check 04 judges.`,
      // With the path of the role, which may have been made in the console.
      fix: (_, { roleArn: arn }) =>
        `${update(lab)} --role "${arn.replace(/^arn:aws:iam::\d+:/, () => 'arn:aws:iam::$AWS_ACCOUNT_ID:')}"`,
      source,
    },
    {
      id: 'no-dead-letter-config',
      claim: 'It has no dead-letter queue of its own: the source queue has one',
      // The redrive policy of the queue must be correct first.
      needs: ['exists', '02/redrive-policy'],
      expected: 'none',
      actual: ({ configuration }) => configuration?.DeadLetterConfig?.TargetArn || 'none',
      look: show(lab, 'DeadLetterConfig'),
      hint: 'The dead-letter queue of a function is for asynchronous invocations. A mapping invokes synchronously and never uses it: use the redrive policy of the queue.',
      fix: `${update(lab)} --dead-letter-config TargetArn=`,
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html',
    },
    {
      id: 'logging',
      claim: `It logs as text to ${lab.logGroupName}`,
      needs: ['exists'],
      expected: `Text to ${lab.logGroupName}`,
      actual: ({ configuration }) => {
        const logging = loggingOf(lab, configuration);
        const level = dropsInfo(logging) ? ` from level ${logging.level}` : '';
        return `${logging.format}${level} to ${logging.group}`;
      },
      look: show(lab, 'LoggingConfig'),
      hint: (_, { configuration }) => loggingHint(lab, loggingOf(lab, configuration)),
      fix: `${update(lab)} --logging-config LogFormat=Text,LogGroup=${lab.logGroupName}`,
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html',
    },
    {
      id: 'concurrency',
      claim:
        'Its reserved concurrency, if it has one, leaves room for the five pollers that a mapping starts with',
      needs: ['exists'],
      expected: 'none, or 5 or more',
      actual: ({ reservedConcurrency }) => reservedConcurrency ?? 'none',
      judge: (reserved) => reserved === 'none' || Number(reserved) >= 5,
      look: `aws lambda get-function --function-name ${lab.functionName} --query Concurrency`,
      hint: (reserved) =>
        reserved === 0
          ? 'Reserved concurrency 0 throttles every invocation. Each throttled receive still counts, so messages go to the dead-letter queue unhandled.'
          : `Only ${String(reserved)} can run at a time, but a mapping starts with five: Lambda throttles the others, and each throttled receive counts. To limit a mapping use its maximum concurrency.`,
      // Deleting the function deletes the setting, with permissions that the learner has.
      fix: `aws lambda delete-function --function-name ${lab.functionName}\nnpx lab step 6`,
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html',
    },
    {
      id: 'code',
      claim: `It runs the code of ${lab.zipFile}`,
      needs: ['exists'],
      notJudged: ({ configuration, here, digest }) =>
        here || configuration?.CodeSha256 === digest
          ? undefined
          : {
              cause: 'not here',
              reason: `it does not run the worker of this kit, and the learner's ${lab.zipFile} is on another machine`,
            },
      expected: 'the same CodeSha256',
      actual: ({ configuration, digest }) =>
        configuration?.CodeSha256 === digest ? 'the same CodeSha256' : configuration?.CodeSha256,
      difference: (actual, { digest }) => difference(digest, actual),
      look: show(lab, 'CodeSha256'),
      hint: `The function does not run the code of ${lab.zipFile}: the zip was bundled again and not uploaded since, or the code of the function came from elsewhere.`,
      fix: `aws lambda update-function-code --function-name ${lab.functionName} --zip-file fileb://${lab.zipFile}\naws lambda wait function-updated-v2 --function-name ${lab.functionName}`,
      source,
    },
  ],
  proofs: [
    {
      number: 6,
      name: 'function-overview',
      title: 'Lambda function overview',
      claim: 'The function is active and runs exactly the code of this repository',
      show: () => getFunction(lab),
      rules: ['exists', 'active', 'role', 'code'],
      values: (printed) => {
        const member = (name: string) => pick(printed, 'Configuration', name);
        return [
          { label: 'Function ARN', value: member('FunctionArn'), tie: true },
          { label: 'State', value: member('State') },
          { label: 'Code digest', value: member('CodeSha256'), tie: true },
          { label: 'Role ARN', value: member('Role'), tie: true },
          { label: 'Last modified', value: member('LastModified') },
        ];
      },
      inputs: ({ configuration }) => ({
        ...codeInputs(configuration),
        ...functionInputs(configuration),
      }),
    },
    {
      number: 7,
      name: 'function-details',
      title: 'Lambda overview details',
      claim: `Each setting of the function is as designed: ${lab.functionTimeoutSeconds} s, ${lab.memoryMb} MB, its own role`,
      show: () => questions.functionConfiguration(lab),
      values: (printed) => [
        { label: 'Function ARN', value: pick(printed, 'FunctionArn'), tie: true },
        { label: 'Role ARN', value: pick(printed, 'Role'), tie: true },
        { label: 'Code digest', value: pick(printed, 'CodeSha256'), tie: true },
        { label: 'Timeout', value: withUnit(pick(printed, 'Timeout'), 's') },
        { label: 'Memory', value: withUnit(pick(printed, 'MemorySize'), 'MB') },
        { label: 'Logs to', value: pick(printed, 'LoggingConfig', 'LogGroup') },
      ],
      inputs: ({ configuration }) => ({
        ...codeInputs(configuration),
        ...functionInputs(configuration),
      }),
    },
    {
      number: 8,
      name: 'runtime-and-handler',
      title: 'Lambda runtime and handler configuration',
      claim: `The code runs on ${lab.runtime} and starts at ${lab.handler}`,
      show: () => ({
        ...questions.functionConfiguration(lab),
        query:
          '{FunctionName: FunctionName, Runtime: Runtime, Handler: Handler, Timeout: Timeout, MemorySize: MemorySize, CodeSha256: CodeSha256}',
      }),
      rules: ['runtime', 'handler', 'timeout', 'memory', 'code'],
      values: (printed) => [
        { label: 'Function', value: pick(printed, 'FunctionName') },
        { label: 'Runtime', value: pick(printed, 'Runtime') },
        { label: 'Handler', value: pick(printed, 'Handler') },
        { label: 'Code digest', value: pick(printed, 'CodeSha256'), tie: true },
        { label: 'Timeout', value: withUnit(pick(printed, 'Timeout'), 's') },
        { label: 'Memory', value: withUnit(pick(printed, 'MemorySize'), 'MB') },
      ],
      inputs: ({ configuration }) => ({
        ...codeInputs(configuration),
        ...functionInputs(configuration),
      }),
    },
  ],
}));

await runAlone(import.meta, check);
