import { lab } from '../../src/lab/index.ts';
import type { WrongState } from '../../src/lab/testing/wrong-states.ts';

const update = (option: string) =>
  `aws lambda update-function-configuration --function-name ${lab.functionName} ${option}`;

export const lambdaFunction = (): readonly WrongState[] => [
  {
    id: 'function-missing',
    what: 'Deleted the function',
    make: `aws lambda delete-function --function-name ${lab.functionName}`,
    fails: '06/exists',
    says: /npm run step 6\b/,
  },
  {
    id: 'function-failed',
    what: 'Has a function that AWS could not make ready',
    onPaper: [
      {
        operation: 'GetFunctionConfiguration',
        change: (output: object) => ({
          ...output,
          State: 'Failed',
          StateReasonCode: 'InvalidRuntime',
        }),
      },
    ],
    fails: '06/active',
    says: /Failed|npm run step 6/,
  },
  {
    id: 'other-runtime',
    what: 'Chose the runtime nodejs22.x',
    make: update('--runtime nodejs22.x'),
    fails: '06/runtime',
    says: /--runtime nodejs24\.x/,
  },
  {
    id: 'other-handler',
    what: 'Named the handler worker.handler, after the source file instead of the bundle',
    make: update('--handler worker.handler'),
    fails: '06/handler',
    says: /--handler index\.handler/,
  },
  {
    id: 'default-timeout',
    what: 'Left the timeout of the function at its default of 3 s',
    make: update('--timeout 3'),
    fails: '06/timeout',
    says: /--timeout 5/,
  },
  {
    id: 'long-timeout',
    what: 'Set the timeout of the function to 30 s, as long as the visibility timeout',
    make: update('--timeout 30'),
    fails: '06/timeout',
    says: /--timeout 5/,
  },
  {
    id: 'more-memory',
    what: 'Gave the function 512 MB of memory',
    make: update('--memory-size 512'),
    fails: '06/memory',
    says: /--memory-size 128/,
  },
  {
    id: 'other-role',
    what: 'Gave the function another role',
    make: `ROLE_ARN=$(aws iam create-role --role-name ${lab.prefix}lab01-other-role --assume-role-policy-document "file://$LAB_INFRA/lambda-trust.json" --query Role.Arn --output text)
${update('--role "$ROLE_ARN"')}`,
    fails: '06/role',
    says: /--role/,
  },
  {
    id: 'code-stale',
    what: 'Changed the worker and bundled it, but did not give the zip to the function',
    make: `sed -i 's/poison message:/a poison message:/' src/handlers/worker.ts
npm run step 5`,
    fails: '06/code',
    says: /update-function-code|npm run step 6/,
  },
  {
    id: 'no-concurrency',
    what: 'Reserved 0 concurrent executions: the function never runs',
    make: `aws lambda put-function-concurrency --function-name ${lab.functionName} --reserved-concurrent-executions 0`,
    fails: '06/concurrency',
    says: /Reserved concurrency 0.*delete-function .*npm run step 6/s,
  },
  {
    id: 'other-log-group',
    what: 'Sent the log of the function to another log group',
    make: update('--logging-config LogGroup=/lab01/other'),
    fails: '06/logging',
    says: /--logging-config/,
  },
];
