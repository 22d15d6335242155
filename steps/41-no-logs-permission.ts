/**
 * Experiment 41: a function whose role may write no log.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';
import { retryWhileNameIsLocked } from '../src/lab/index.ts';

await using experiment = await openExperiment<'logged' | 'silent'>(import.meta);
const { $, lab, sides, send, poll, wait, settle, keep, handled, measure } = experiment;

// The work of both is seen without a log: for each message they send its id to another queue.
await $(retryWhileNameIsLocked)`LOGGED_EFFECTS=$(aws sqs create-queue \
  --queue-name ${sides.logged.functionName}-effects \
  --tags Project=lab01 \
  --query QueueUrl --output text)`;
await $(retryWhileNameIsLocked)`SILENT_EFFECTS=$(aws sqs create-queue \
  --queue-name ${sides.silent.functionName}-effects \
  --tags Project=lab01 \
  --query QueueUrl --output text)`;
await $`aws iam put-role-policy \
  --role-name ${sides.logged.roleName} \
  --policy-name work \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.logged.functionName}-effects"}]}'`;
await $`aws iam put-role-policy \
  --role-name ${sides.silent.roleName} \
  --policy-name work \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.silent.functionName}-effects"}]}'`;

// One role loses the only policy that lets it write logs.
await $`aws iam detach-role-policy \
  --role-name ${sides.silent.roleName} \
  --policy-arn ${lab.basicExecutionPolicyArn}`;
await wait('changed permissions are known to all of AWS within a minute', 60);

await send();
await poll();
// The end of the other one is in no log: the step sees it by its effect.
await settle(['logged']);

const silent = await $`aws sqs receive-message \
  --queue-url "$SILENT_EFFECTS" \
  --max-number-of-messages 10 \
  --visibility-timeout 0 \
  --wait-time-seconds 20 \
  --query 'Messages[].Body' --output text`;
const logged = await $`aws sqs receive-message \
  --queue-url "$LOGGED_EFFECTS" \
  --max-number-of-messages 10 \
  --visibility-timeout 0 \
  --wait-time-seconds 20 \
  --query 'Messages[].Body' --output text`;

for (const [side, { stdout }] of Object.entries({ silent, logged })) {
  // A message that is delivered twice has its effect twice (G01).
  const ids = new Set(stdout.split(/\s+/).filter((id) => id !== '' && id !== 'None'));
  handled(side, [...ids]);
  keep(side, 'worked-on', ids.size);
}
await wait('counts of a queue and lines of a log lag by up to a minute', 60);
await measure();
