/** Check 06: the function is Active, configured as the lab says, and runs the code of the zip. */
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import {
  codeIngredient,
  defineCheck,
  functionIngredient,
  lab,
  observeFunction,
  pick,
  questions,
  roleArn,
  runAlone,
  withUnit,
  zipDigest,
} from '../src/lab/index.ts';
import type { Question } from '../src/lab/index.ts';

const getFunction = (): Question => ({
  service: 'lambda',
  operation: 'GetFunction',
  input: { FunctionName: lab.functionName },
});
const source = 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html';

/** An expectation about one member of the function's configuration. */
const setting = (
  id: string,
  claim: string,
  member: keyof FunctionConfiguration,
  expected: number | string,
  option: string,
) => ({
  id,
  claim,
  needs: ['exists'],
  expected,
  actual: ({ configuration }: { configuration: FunctionConfiguration | undefined }) =>
    configuration?.[member],
  hint: `aws lambda update-function-configuration --function-name ${lab.functionName} --${option} ${expected}`,
  source,
});

export const check = defineCheck(() => ({
  step: '06',
  title: 'Function',
  needs: ['03', '05'],
  observe: async () => ({
    configuration: (await observeFunction()).output,
    roleArn: await roleArn(lab.roleName),
    digest: await zipDigest(),
  }),
  expectations: [
    {
      id: 'exists',
      claim: `The function ${lab.functionName} exists`,
      expected: 'a function',
      actual: ({ configuration }) =>
        configuration === undefined ? 'no such function' : 'a function',
      hint: 'npm run step 6',
      source,
    },
    {
      id: 'active',
      claim: 'It is Active',
      needs: ['exists'],
      expected: 'Active',
      actual: ({ configuration }) => configuration?.State,
      hint: `aws lambda wait function-active-v2 --function-name ${lab.functionName}`,
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html',
    },
    setting('runtime', `Its runtime is ${lab.runtime}`, 'Runtime', lab.runtime, 'runtime'),
    setting('handler', `Its handler is ${lab.handler}`, 'Handler', lab.handler, 'handler'),
    setting(
      'timeout',
      `Its timeout is ${lab.functionTimeoutSeconds} s`,
      'Timeout',
      lab.functionTimeoutSeconds,
      'timeout',
    ),
    setting(
      'memory',
      `It has ${lab.memoryMb} MB of memory`,
      'MemorySize',
      lab.memoryMb,
      'memory-size',
    ),
    {
      id: 'role',
      claim: `It runs as ${lab.roleName}`,
      needs: ['exists'],
      expected: `the ARN of ${lab.roleName}`,
      actual: ({ configuration, roleArn: arn }) =>
        configuration?.Role === arn ? `the ARN of ${lab.roleName}` : configuration?.Role,
      hint: `aws lambda update-function-configuration --function-name ${lab.functionName} --role "arn:aws:iam::$AWS_ACCOUNT_ID:role/${lab.roleName}"`,
      source,
    },
    {
      id: 'code',
      claim: `It runs the code of ${lab.zipFile}`,
      needs: ['exists'],
      notJudged: ({ digest }) =>
        digest === undefined
          ? { cause: 'not here', reason: `${lab.zipFile} is not here: npm run step 5` }
          : undefined,
      expected: 'the same CodeSha256',
      actual: ({ configuration, digest }) =>
        configuration?.CodeSha256 === digest ? 'the same CodeSha256' : configuration?.CodeSha256,
      hint: `aws lambda update-function-code --function-name ${lab.functionName} --zip-file fileb://${lab.zipFile}`,
      source,
    },
  ],
  proofs: [
    {
      number: 6,
      name: 'function-overview',
      title: 'Lambda function overview',
      claim: 'The function is active and runs exactly the code of this repository',
      show: getFunction,
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
        ...codeIngredient(configuration),
        ...functionIngredient(configuration),
      }),
    },
    {
      number: 7,
      name: 'function-details',
      title: 'Lambda overview details',
      claim: `Each setting of the function is as designed: ${lab.functionTimeoutSeconds} s, ${lab.memoryMb} MB, its own role`,
      show: () => questions.functionConfiguration(),
      values: (printed) => [
        { label: 'Function ARN', value: pick(printed, 'FunctionArn'), tie: true },
        { label: 'Role ARN', value: pick(printed, 'Role'), tie: true },
        { label: 'Code digest', value: pick(printed, 'CodeSha256'), tie: true },
        { label: 'Timeout', value: withUnit(pick(printed, 'Timeout'), 's') },
        { label: 'Memory', value: withUnit(pick(printed, 'MemorySize'), 'MB') },
        { label: 'Logs to', value: pick(printed, 'LoggingConfig', 'LogGroup') },
      ],
      inputs: ({ configuration }) => ({
        ...codeIngredient(configuration),
        ...functionIngredient(configuration),
      }),
    },
    {
      number: 8,
      name: 'runtime-and-handler',
      title: 'Lambda runtime and handler configuration',
      claim: `The code runs on ${lab.runtime} and starts at ${lab.handler}`,
      show: () => ({
        ...questions.functionConfiguration(),
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
        ...codeIngredient(configuration),
        ...functionIngredient(configuration),
      }),
    },
  ],
}));

await runAlone(import.meta, check);
