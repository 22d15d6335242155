import type { LabNames } from '../../src/judging/index.ts';
import type { WrongState } from '../../src/testing/lab/wrong-states.ts';

const update = (lab: LabNames, option: string) =>
  `aws lambda update-function-configuration --function-name ${lab.functionName} ${option}`;

export const lambdaFunction = (lab: LabNames): readonly WrongState[] => [
  {
    id: 'function-missing',
    what: 'Deleted the function',
    make: `aws lambda delete-function --function-name ${lab.functionName}`,
    fails: '06/exists',
    says: /looked in the Region us-east-1 .*npx lab step 6\b/s,
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
    says: /Failed|npx lab step 6/,
  },
  {
    id: 'other-runtime',
    what: 'Chose the runtime nodejs22.x',
    make: update(lab, '--runtime nodejs22.x'),
    fails: '06/runtime',
    says: /--runtime nodejs24\.x/,
  },
  {
    id: 'other-handler',
    what: 'Named the handler worker.handler, after the source file instead of the bundle',
    make: update(lab, '--handler worker.handler'),
    fails: '06/handler',
    says: /file worker, export handler.*--handler index\.handler/s,
  },
  {
    id: 'handler-without-export',
    what: 'Named the file as the handler, and not its export',
    make: update(lab, '--handler index'),
    fails: '06/handler',
    says: /index names no export.*--handler index\.handler/s,
  },
  {
    id: 'default-timeout',
    what: 'Left the timeout of the function at its default of 3 s',
    make: update(lab, '--timeout 3'),
    fails: '06/timeout',
    says: /--timeout 5/,
  },
  {
    id: 'long-timeout',
    what: 'Set the timeout of the function to 30 s, as long as the visibility timeout',
    make: update(lab, '--timeout 30'),
    fails: '06/timeout',
    says: /--timeout 5/,
  },
  {
    id: 'more-memory',
    what: 'Gave the function 512 MB of memory',
    make: update(lab, '--memory-size 512'),
    fails: '06/memory',
    says: /--memory-size 128/,
  },
  {
    id: 'other-role',
    what: 'Gave the function another role',
    make: `ROLE_ARN=$(aws iam create-role --role-name ${lab.prefix}lab01-other-role --assume-role-policy-document "file://$LAB_INFRA/lambda-trust.json" --query Role.Arn --output text)
${update(lab, '--role "$ROLE_ARN"')}`,
    fails: '06/role',
    says: /with the permissions of \S+lab01-other-role.*--role "arn:aws:iam::\$AWS_ACCOUNT_ID:role\/\S*lab01-sqs-worker-role"/s,
  },
  {
    id: 'role-with-path',
    what: 'Created the role again under the path /service-role/, as the Lambda console does, and did not update the function',
    make: `aws iam detach-role-policy --role-name ${lab.roleName} --policy-arn ${lab.basicExecutionPolicyArn}
aws iam delete-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName}
aws iam delete-role --role-name ${lab.roleName}
aws iam create-role --role-name ${lab.roleName} --path /service-role/ --assume-role-policy-document "file://$LAB_INFRA/lambda-trust.json"
aws iam attach-role-policy --role-name ${lab.roleName} --policy-arn ${lab.basicExecutionPolicyArn}
aws iam put-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName} --policy-document "file://$LAB_INFRA/lambda-sqs-policy.json"`,
    fails: '06/role',
    says: /--role "arn:aws:iam::\$AWS_ACCOUNT_ID:role\/service-role\/\S*lab01-sqs-worker-role"/,
  },
  {
    id: 'code-stale',
    what: 'Changed the worker and bundled it, but did not upload the zip',
    make: `sed -i 's/poison message:/a poison message:/' src/handlers/worker.ts
npx lab step 5`,
    fails: '06/code',
    says: /bundled again and not uploaded since, or .*update-function-code/s,
  },
  {
    id: 'code-from-elsewhere',
    what: 'Uploaded the code of another zip',
    make: `sed -i 's/poison message:/a poison message:/' src/handlers/worker.ts
node src/scripts/bundle-worker.ts other.zip
git checkout -q -- src/handlers/worker.ts
aws lambda update-function-code --function-name ${lab.functionName} --zip-file fileb://other.zip
aws lambda wait function-updated-v2 --function-name ${lab.functionName}`,
    fails: '06/code',
    says: /or the code of the function came from elsewhere.*update-function-code/s,
  },
  {
    id: 'no-concurrency',
    what: 'Reserved 0 concurrent executions: the function never runs',
    make: `aws lambda put-function-concurrency --function-name ${lab.functionName} --reserved-concurrent-executions 0`,
    fails: '06/concurrency',
    says: /Reserved concurrency 0.*delete-function .*npx lab step 6/s,
  },
  {
    id: 'little-concurrency',
    what: 'Reserved 1 concurrent execution: the other pollers are throttled',
    make: `aws lambda put-function-concurrency --function-name ${lab.functionName} --reserved-concurrent-executions 1`,
    fails: '06/concurrency',
    says: /Only 1 can run at a time.*delete-function .*npx lab step 6/s,
  },
  {
    id: 'log-format-json',
    what: 'Chose JSON as the log format of the function',
    make: update(lab, '--logging-config LogFormat=JSON'),
    fails: '06/logging',
    says: /With the format JSON Lambda wraps each line.*--logging-config LogFormat=Text/s,
  },
  {
    id: 'log-level-warn',
    what: 'Chose JSON as the log format of the function, and WARN as its log level',
    make: update(lab, '--logging-config LogFormat=JSON,ApplicationLogLevel=WARN'),
    fails: '06/logging',
    says: /log level WARN Lambda drops the lines of the worker.*--logging-config LogFormat=Text/s,
  },
  {
    id: 'other-log-group',
    what: 'Sent the log of the function to another log group',
    make: update(lab, '--logging-config LogGroup=/lab01/other'),
    fails: '06/logging',
    says: /lines go to the log group \/lab01\/other, but the lab reads .*--logging-config/s,
  },
];
