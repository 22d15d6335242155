/**
 * Experiment 39: the role of the function loses one permission on the queue at a time.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'create' | 'delete' | 'receive'>(import.meta);
const { $, sides, send, poll, wait, settle, keep, measure } = experiment;
const clock = 'changed permissions reach Lambda within seconds, rarely minutes';
const waitSeconds = 30;

// At creation: a mapping is made only when the role may do all three. AWS says which one is missing.
await $`aws iam put-role-policy \
  --role-name ${sides.create.roleName} \
  --policy-name ${sides.create.policyName} \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:DeleteMessage","sqs:GetQueueAttributes"],"Resource":"arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.create.queueName}"}]}'`;
await wait(clock, waitSeconds);
const first = await $`aws lambda create-event-source-mapping \
  --function-name ${sides.create.functionName} \
  --event-source-arn "arn:aws:sqs:$AWS_REGION:$AWS_ACCOUNT_ID:${sides.create.queueName}" 2>&1 || true`;

await $`aws iam put-role-policy \
  --role-name ${sides.create.roleName} \
  --policy-name ${sides.create.policyName} \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:GetQueueAttributes"],"Resource":"arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.create.queueName}"}]}'`;
await wait(clock, waitSeconds);
const second = await $`aws lambda create-event-source-mapping \
  --function-name ${sides.create.functionName} \
  --event-source-arn "arn:aws:sqs:$AWS_REGION:$AWS_ACCOUNT_ID:${sides.create.queueName}" 2>&1 || true`;

await $`aws iam put-role-policy \
  --role-name ${sides.create.roleName} \
  --policy-name ${sides.create.policyName} \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:DeleteMessage"],"Resource":"arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.create.queueName}"}]}'`;
await wait(clock, waitSeconds);
const third = await $`aws lambda create-event-source-mapping \
  --function-name ${sides.create.functionName} \
  --event-source-arn "arn:aws:sqs:$AWS_REGION:$AWS_ACCOUNT_ID:${sides.create.queueName}" 2>&1 || true`;

for (const [name, { stdout }] of Object.entries({ first, second, third })) {
  keep('create', name, /does not have permissions to call (\w+)/.exec(stdout)?.[1] ?? 'none');
}

// While the mapping runs: AWS takes both policies, and asks nothing.
await poll(['receive', 'delete']);
await $`aws iam put-role-policy \
  --role-name ${sides.receive.roleName} \
  --policy-name ${sides.receive.policyName} \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:DeleteMessage","sqs:GetQueueAttributes"],"Resource":"arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.receive.queueName}"}]}'`;
await $`aws iam put-role-policy \
  --role-name ${sides.delete.roleName} \
  --policy-name ${sides.delete.policyName} \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:GetQueueAttributes"],"Resource":"arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.delete.queueName}"}]}'`;
await wait(clock, waitSeconds);

await send();
await settle(['delete']);

// Nobody was allowed to invoke this function, and it was invoked.
const policy = await $({ accept: ['ResourceNotFoundException'] })`aws lambda get-policy \
  --function-name ${sides.delete.functionName}`;
keep('delete', 'policy', policy.code ?? 'a policy');

await measure();
