import { expect, test } from 'vitest';
import { buildLab } from '../testing/lab/lab-building.ts';
import { openLaboratory } from '../testing/lab/labs.ts';
import type { LabLearner } from '../testing/lab/labs.ts';
import { compareWithLab } from './compare.ts';
import { otherSettings } from './restore-all.ts';
import { settingFixes } from './setting-fixes.ts';
import { templateSettings } from './template-settings.ts';
import { readTemplate } from './read-template.ts';
import { resolveTemplate } from './resolve.ts';

const queue = (name: string, attributes: string) =>
  `aws sqs set-queue-attributes --queue-url "$(aws sqs get-queue-url --queue-name x-${name} --query QueueUrl --output text)" --attributes '${attributes}'`;
const uuid =
  '$(aws lambda list-event-source-mappings --function-name x-lab01-sqs-worker --query "EventSourceMappings[0].UUID" --output text)';
const update = 'aws lambda update-function-configuration --function-name x-lab01-sqs-worker';

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }],
});

/** Everything that somebody may set otherwise in the sandbox, also what no check looks at. */
const changes = [
  `aws iam put-role-policy --role-name x-lab01-sqs-worker-role --policy-name other --policy-document '${policy}'`,
  queue(
    'lab01-worker-queue',
    '{"VisibilityTimeout":"31","DelaySeconds":"7","MaximumMessageSize":"262144","MessageRetentionPeriod":"345601","ReceiveMessageWaitTimeSeconds":"20","SqsManagedSseEnabled":"false","RedriveAllowPolicy":"{\\"redrivePermission\\":\\"denyAll\\"}"}',
  ),
  queue(
    'lab01-worker-queue',
    '{"RedrivePolicy":"{\\"deadLetterTargetArn\\":\\"arn:aws:sqs:us-east-1:111122223333:x-lab01-worker-dlq\\",\\"maxReceiveCount\\":\\"4\\"}"}',
  ),
  queue(
    'lab01-worker-dlq',
    '{"VisibilityTimeout":"0","DelaySeconds":"1","MaximumMessageSize":"2048","ReceiveMessageWaitTimeSeconds":"1","MessageRetentionPeriod":"1209599"}',
  ),
  `${update} --description other --timeout 4 --memory-size 256 --runtime nodejs22.x --handler index.other`,
  `${update} --environment '{"Variables":{"TABLE":"orders"}}' --ephemeral-storage Size=1024 --tracing-config Mode=Active`,
  `${update} --dead-letter-config TargetArn=arn:aws:sqs:us-east-1:111122223333:x-lab01-worker-dlq`,
  `${update} --logging-config LogFormat=JSON,ApplicationLogLevel=WARN,LogGroup=/x-other`,
  'aws lambda put-function-concurrency --function-name x-lab01-sqs-worker --reserved-concurrent-executions 7',
  'aws lambda untag-resource --resource arn:aws:lambda:us-east-1:111122223333:function:x-lab01-sqs-worker --tag-keys Project',
  `aws lambda update-event-source-mapping --uuid "${uuid}" --batch-size 5 --maximum-batching-window-in-seconds 2 --function-response-types --scaling-config MaximumConcurrency=2 --metrics-config Metrics=EventCount --filter-criteria '{"Filters":[{"Pattern":"{\\"body\\":[\\"a\\"]}"}]}' --no-enabled`,
  `aws iam update-role --role-name x-lab01-sqs-worker-role --max-session-duration 7200`,
  'aws iam untag-role --role-name x-lab01-sqs-worker-role --tag-keys Project',
  `aws iam put-role-policy --role-name x-lab01-sqs-worker-role --policy-name x-lab01-sqs-worker-policy --policy-document '${policy}'`,
  `aws iam update-assume-role-policy --role-name x-lab01-sqs-worker-role --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole"}]}'`,
  'aws iam detach-role-policy --role-name x-lab01-sqs-worker-role --policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
  'aws iam attach-role-policy --role-name x-lab01-sqs-worker-role --policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole',
  'aws sqs untag-queue --queue-url "$(aws sqs get-queue-url --queue-name x-lab01-worker-queue --query QueueUrl --output text)" --tag-keys Project',
];

async function type(learner: LabLearner, commands: string): Promise<void> {
  const { code, stderr } = await learner.type(commands);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

const differences = async (lab: LabLearner) =>
  (await compareWithLab(lab)).filter(({ verdict }) => verdict === 'different');

test('what somebody has set otherwise is brought back by the commands that are named for it, setting by setting', async () => {
  await using laboratory = await openLaboratory();
  const learner = await laboratory.learner('x-');
  await buildLab(laboratory.aws, learner);
  expect(await otherSettings(learner)).toEqual([]);
  for (const change of changes) await type(learner, change);
  const changed = await differences(learner);
  const fixes = await otherSettings(learner);
  // Each difference has its commands.
  expect(fixes.map(({ row }) => row)).toEqual(changed);
  expect(changed.length).toBeGreaterThan(35);
  for (const line of new Set(fixes.flatMap(({ commands }) => commands.split('\n'))))
    await type(learner, line);
  expect(await differences(learner)).toEqual([]);
});

test('more tags, another path and a boundary of the role are left to whoever looks after the account', async () => {
  await using laboratory = await openLaboratory();
  const learner = await laboratory.learner('x-');
  await buildLab(laboratory.aws, learner);
  await type(
    learner,
    'aws iam tag-role --role-name x-lab01-sqs-worker-role --tags Key=CostCentre,Value=17',
  );
  expect(await differences(learner)).toHaveLength(1);
  expect(await otherSettings(learner)).toEqual([]);
});

test('every setting that the comparison names has a command, or is left for a reason', async () => {
  await using laboratory = await openLaboratory();
  const learner = await laboratory.learner('x-');
  const parameters = { LabPrefix: 'x-' };
  const resources = resolveTemplate(await readTemplate(), {
    ...(await learner.place()),
    parameters,
  });
  const settings = templateSettings(resources, 'digest');
  const rows = [...settings].flatMap(([resource, values]) =>
    Object.entries(values).map(([setting, template]) => ({
      ...{ resource, setting, template, verdict: 'different' as const },
      live: setting === 'Tags' ? 'none' : '[]',
    })),
  );
  const ids = { functionArn: 'arn', mappingId: 'id' };
  const fixed = new Set(settingFixes(rows, learner, ids).map(({ row }) => row));
  const left = new Set(rows.filter((row) => !fixed.has(row)).map(({ setting }) => setting));
  // Judged by a check, never changed by AWS, or not the learner's.
  expect([...left].toSorted()).toEqual([
    'CodeSha256',
    'EventSourceArn',
    'FifoQueue',
    'PackageType',
    'Path',
    'PermissionsBoundary',
    'Role',
  ]);
});
