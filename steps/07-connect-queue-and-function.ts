/**
 * Step 07: connect queue and function, with partial batch responses on.
 * Safe to repeat: an event source mapping that exists already stays; the step waits for one that is being deleted.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import {
  openStep,
  requirePermissions,
  retryWhilePermissionsAreNew,
  waitUntilMappingIsEnabled,
  waitUntilMappingIsGone,
} from '../src/lab/index.ts';

const { $, lab, done } = await openStep(import.meta, (lab) => ({
  title: 'Connect queue and function (event source mapping)',
  why: 'The event source mapping polls the queue: it receives batches, invokes the function, and deletes the messages that succeeded. Without ReportBatchItemFailures it would ignore the failures that the worker returns, and delete the poison too.',
  console: `Lambda > Functions > ${lab.functionName} > Configuration > Triggers: state Enabled, batch size ${lab.batchSize}, Report batch item failures: Yes.`,
  examCue:
    'ReportBatchItemFailures is a switch on the mapping, not in the code. Lambda refuses the mapping when the visibility timeout is below the function timeout or the role lacks one of the three SQS actions.',
}));

await requirePermissions(lab);
await waitUntilMappingIsGone(lab);

await $({
  ...retryWhilePermissionsAreNew,
  accept: ['ResourceConflictException'],
})`aws lambda create-event-source-mapping \
  --cli-input-json "file://$LAB_INFRA/create-event-source-mapping.json"`;

await $`MAPPING_UUID=$(aws lambda list-event-source-mappings \
  --function-name ${lab.functionName} \
  --event-source-arn "arn:aws:sqs:$AWS_REGION:$AWS_ACCOUNT_ID:${lab.queueName}" \
  --query 'EventSourceMappings[0].UUID' --output text)`;

await waitUntilMappingIsEnabled(lab);

await $`aws lambda get-event-source-mapping --uuid "$MAPPING_UUID"`;

done(`The mapping is Enabled: Lambda now polls ${lab.queueName}.`);
