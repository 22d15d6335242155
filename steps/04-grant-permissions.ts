/**
 * Step 04: grant the role what the worker needs: its logs, and the one queue.
 * Safe to repeat: attaching twice changes nothing, PutRolePolicy overwrites its own policy.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
 */
import { $, lab, openStep } from '../src/lab/index.ts';

const step = await openStep(import.meta, {
  title: 'Grant the permissions: logs, and one queue',
  why: 'Lambda polls the queue with the rights of this role. The managed policy covers the logs; the inline policy names the ARN of the one queue, which AWSLambdaSQSQueueExecutionRole (Resource "*") would not.',
  console: `IAM > Roles > ${lab.roleName} > Permissions: AWSLambdaBasicExecutionRole (AWS managed) and ${lab.policyName} (customer inline).`,
  examCue:
    'A poller needs ReceiveMessage, DeleteMessage and GetQueueAttributes on the queue, nothing on the dead-letter queue: SQS itself moves messages. SQS never calls Lambda, so there is no lambda:AddPermission.',
});

await $`aws iam attach-role-policy \
  --role-name ${lab.roleName} \
  --policy-arn ${lab.basicExecutionPolicyArn}`;

await $`aws iam put-role-policy \
  --role-name ${lab.roleName} \
  --policy-name ${lab.policyName} \
  --policy-document "file://$LAB_INFRA/lambda-sqs-policy.json"`;

step.done(`The role may write logs and read ${lab.queueName}, and nothing else.`);
