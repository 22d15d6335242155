/**
 * Step 11: delete everything, in the order in which nothing is left behind.
 * Safe to repeat: the step skips what is already deleted.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
import { openStep, waitUntilMappingIsGone } from '../src/lab/index.ts';

const { $, lab, has, done } = await openStep(import.meta, () => ({
  title: 'Clean up, then check again',
  why: 'The mapping comes first: it outlives its function, and an idle mapping goes on polling, which costs money. The log group comes last: late log lines could create it again while the role still exists.',
  console:
    'SQS, Lambda, IAM > Roles and CloudWatch > Logs > Log Management (older consoles: Log groups): nothing named lab01 is left.',
  examCue:
    "Deleting a function deletes neither its event source mapping nor its log group. A deleted queue's name is locked for 60 seconds.",
}));

const gone = {
  accept: [
    'AWS.SimpleQueueService.NonExistentQueue',
    'NoSuchEntity',
    'ResourceNotFoundException',
    // Another delete of the mapping is under way: the wait below sees it end.
    'ResourceInUseException',
  ],
};

await $`MAPPING_UUID=$(aws lambda list-event-source-mappings \
  --function-name ${lab.functionName} \
  --query 'EventSourceMappings[0].UUID' --output text)`;
if (has('MAPPING_UUID')) {
  await $(gone)`aws lambda delete-event-source-mapping --uuid "$MAPPING_UUID"`;
  await waitUntilMappingIsGone(lab);
}

await $(gone)`aws lambda delete-function --function-name ${lab.functionName}`;

await $(gone)`aws iam detach-role-policy \
  --role-name ${lab.roleName} \
  --policy-arn ${lab.basicExecutionPolicyArn}`;
await $(
  gone,
)`aws iam delete-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName}`;
await $(gone)`aws iam delete-role --role-name ${lab.roleName}`;

await $(
  gone,
)`QUEUE_URL=$(aws sqs get-queue-url --queue-name ${lab.queueName} --query QueueUrl --output text)`;
if (has('QUEUE_URL')) await $(gone)`aws sqs delete-queue --queue-url "$QUEUE_URL"`;

await $(
  gone,
)`DLQ_URL=$(aws sqs get-queue-url --queue-name ${lab.deadLetterQueueName} --query QueueUrl --output text)`;
if (has('DLQ_URL')) await $(gone)`aws sqs delete-queue --queue-url "$DLQ_URL"`;

await $(gone)`aws logs delete-log-group --log-group-name ${lab.logGroupName}`;

await $`rm -f ${lab.zipFile}`;

done('Nothing of the lab is left. Your evidence stays in docs/evidence/.');
