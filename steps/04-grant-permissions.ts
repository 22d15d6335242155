/**
 * Step 04: let the role write logs, and receive and delete the messages of the one queue.
 * Safe to repeat: attaching twice changes nothing, PutRolePolicy overwrites its own policy.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
 */
import { openStep } from '../src/lab/index.ts';

const { $, lab, done } = await openStep(import.meta, (lab) => ({
  title: 'Grant the permissions: logs, and one queue',
  why: 'Lambda polls the queue with the permissions of this role. The managed policy allows the logs, of any log group. The inline policy names the ARN of the one queue; AWSLambdaSQSQueueExecutionRole would allow every queue (Resource "*").',
  console: `IAM > Roles > ${lab.roleName} > Permissions: AWSLambdaBasicExecutionRole (AWS managed) and ${lab.policyName} (customer inline).`,
  examCue:
    'A poller needs ReceiveMessage, DeleteMessage and GetQueueAttributes on the queue, nothing on the dead-letter queue: SQS itself moves messages. SQS never calls Lambda, so there is no lambda:AddPermission.',
}));

await $`aws iam attach-role-policy \
  --role-name ${lab.roleName} \
  --policy-arn ${lab.basicExecutionPolicyArn}`;

await $`aws iam put-role-policy \
  --role-name ${lab.roleName} \
  --policy-name ${lab.policyName} \
  --policy-document "file://$LAB_INFRA/lambda-sqs-policy.json"`;

done(
  `The role may write logs, to any log group, and receive and delete the messages of ${lab.queueName}. It may use no other queue.`,
);
