import { describe, expect, test } from 'vitest';
import { rowLines, templateCommand, templateJson } from '../commands/template.ts';
import { buildLab } from '../testing/lab/lab-building.ts';
import { openLaboratory } from '../testing/lab/labs.ts';
import type { LabLearner, Laboratory } from '../testing/lab/labs.ts';
import { deployTemplate } from '../testing/template/deploy-template.ts';
import { compareWithLab } from './compare.ts';
import { liveSettings } from './live-settings.ts';
import { readTemplate } from './read-template.ts';
import { resolveTemplate } from './resolve.ts';

/** What a stack of the template under this learner's prefix would make. */
async function deploy({ aws }: Laboratory, owner: LabLearner): Promise<void> {
  const parameters = { LabPrefix: owner.prefix };
  const resources = resolveTemplate(await readTemplate(), { ...(await owner.place()), parameters });
  await deployTemplate(aws, resources, owner);
}

const differences = async (lab: LabLearner) =>
  (await compareWithLab(lab))
    .filter(({ verdict }) => verdict !== 'same')
    .map(
      ({ resource, setting, template, live }) => `${resource}: ${setting} ${template} | ${live}`,
    );

test('the template, deployed by hand into the calls of AWS, is the lab of the steps, setting by setting', async () => {
  await using laboratory = await openLaboratory();
  const byHand = await laboratory.learner('steps-');
  const bySam = await laboratory.learner('stack-');
  await buildLab(laboratory.aws, byHand);
  await deploy(laboratory, bySam);
  const settingsOf = async ({ look, prefix }: LabLearner) =>
    JSON.parse(JSON.stringify([...(await liveSettings(look))]).replaceAll(prefix, '')) as [
      string,
      object,
    ][];
  const [one, other] = await Promise.all([settingsOf(byHand), settingsOf(bySam)]);
  expect(one.map(([resource]) => resource)).toEqual([
    'queue lab01-worker-dlq',
    'queue lab01-worker-queue',
    'role lab01-sqs-worker-role',
    'function lab01-sqs-worker',
    'mapping lab01-worker-queue -> lab01-sqs-worker',
  ]);
  expect(other).toEqual(one);
  expect(await differences(byHand)).toEqual([]);
  expect(await differences(bySam)).toEqual([]);
});

test('a lab that is not there is five resources that are missing', async () => {
  await using laboratory = await openLaboratory();
  const nobody = await laboratory.learner('nobody-');
  expect((await compareWithLab(nobody)).map(({ setting, live }) => `${setting} ${live}`)).toEqual(
    Array.from({ length: 5 }, () => 'exists no'),
  );
});

test('lab template ends with 0 for a lab like the template, and with 1 for one setting that is not', async () => {
  await using laboratory = await openLaboratory();
  const learner = await laboratory.learner('x-');
  await deploy(laboratory, learner);
  expect(await templateCommand(learner)).toBe(0);
  await learner.look.ask({
    service: 'lambda',
    operation: 'UpdateFunctionConfiguration',
    input: { FunctionName: learner.functionName, Description: 'somebody was here' },
  });
  expect(await templateCommand(learner)).toBe(1);
  const rows = await compareWithLab(learner);
  const { settings, ...where } = await templateJson(learner, rows);
  expect(where).toEqual({
    schema: 1,
    target: 'SANDBOX',
    accountId: '111122223333',
    region: 'us-east-1',
    prefix: 'x-',
  });
  expect(settings.filter(({ verdict }) => verdict !== 'same')).toEqual([
    {
      resource: 'function x-lab01-sqs-worker',
      setting: 'Description',
      template: 'Lab 01 worker: handles SQS messages and reports the failed ones of a batch',
      live: 'somebody was here',
      verdict: 'different',
    },
  ]);
});

describe('each change of the live lab is named, and nothing else', () => {
  const queue = (attributes: string) =>
    `aws sqs set-queue-attributes --queue-url "$(aws sqs get-queue-url --queue-name x-lab01-worker-queue --query QueueUrl --output text)" --attributes '${attributes}'`;
  const uuid =
    '$(aws lambda list-event-source-mappings --function-name x-lab01-sqs-worker --query "EventSourceMappings[0].UUID" --output text)';
  const updateFunction =
    'aws lambda update-function-configuration --function-name x-lab01-sqs-worker';

  test.each([
    [queue('{"VisibilityTimeout":"31"}'), ['VisibilityTimeout 30 | 31']],
    [queue('{"DelaySeconds":"7"}'), ['DelaySeconds 0 | 7']],
    [queue('{"MaximumMessageSize":"262144"}'), ['MaximumMessageSize 1048576 | 262144']],
    [
      queue('{"RedrivePolicy":""}'),
      [
        'deadLetterTargetArn arn:aws:sqs:us-east-1:111122223333:x-lab01-worker-dlq | none',
        'maxReceiveCount 3 | none',
      ],
    ],
    [`${updateFunction} --timeout 4 --memory-size 256`, ['Timeout 5 | 4', 'MemorySize 128 | 256']],
    [`${updateFunction} --handler index.other`, ['Handler index.handler | index.other']],
    [
      `aws lambda update-event-source-mapping --uuid "${uuid}" --function-response-types`,
      ['FunctionResponseTypes ["ReportBatchItemFailures"] | none'],
    ],
    [
      `aws lambda update-event-source-mapping --uuid "${uuid}" --scaling-config MaximumConcurrency=2`,
      ['ScalingConfig none | {"MaximumConcurrency":2}'],
    ],
    [
      'aws iam detach-role-policy --role-name x-lab01-sqs-worker-role --policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      [
        'managed policies ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"] | none',
      ],
    ],
    [
      `aws iam put-role-policy --role-name x-lab01-sqs-worker-role --policy-name other --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}'`,
      [
        'policy other none | {"Statement":[{"Action":["sqs:*"],"Effect":"Allow","Resource":["*"]}],"Version":"2012-10-17"}',
      ],
    ],
    [
      'aws iam untag-role --role-name x-lab01-sqs-worker-role --tag-keys Project',
      ['Tags {"Project":"lab01"} | none'],
    ],
  ])('%s', async (command, expected) => {
    await using laboratory = await openLaboratory();
    const learner = await laboratory.learner('x-');
    await deploy(laboratory, learner);
    const { code, stderr } = await learner.type(command);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const found = await differences(learner);
    expect(found.map((line) => line.replace(/^[^:]+: /, ''))).toEqual(expected);
  });
});

test('the same document in other words is the same', async () => {
  await using laboratory = await openLaboratory();
  const learner = await laboratory.learner('x-');
  await deploy(laboratory, learner);
  const document = {
    Statement: [
      {
        Resource: ['arn:aws:sqs:us-east-1:111122223333:x-lab01-worker-queue'],
        Action: ['sqs:GetQueueAttributes', 'sqs:DeleteMessage', 'sqs:ReceiveMessage'],
        Effect: 'Allow',
        Sid: 'ReadTheSourceQueue',
      },
    ],
    Version: '2012-10-17',
  };
  await learner.look.ask({
    service: 'iam',
    operation: 'PutRolePolicy',
    input: {
      RoleName: learner.roleName,
      PolicyName: learner.policyName,
      PolicyDocument: JSON.stringify(document),
    },
  });
  expect(await differences(learner)).toEqual([]);
});

test('what may not be read is neither the same nor different, and is counted', () => {
  const row = { resource: 'queue q', setting: 'Tags', template: '{}', live: 'not read' } as const;
  const lines = rowLines([{ ...row, verdict: 'not read' }]).join('\n');
  expect(lines).toContain('1 setting: 0 same, 0 different, 1 not read');
  expect(lines).toContain('sqs:ListQueueTags');
});

test('what an answer of AWS holds does not act on the terminal', () => {
  const lines = rowLines([
    {
      resource: 'queue q',
      setting: 'Tags',
      template: 'none',
      live: 'a\u001b[2J',
      verdict: 'different',
    },
  ]);
  expect(lines.join('\n')).toContain(String.raw`a\u001b[2J`);
});
