import { expect, test } from 'vitest';
import { cliCommand } from '../../lab/aws/ask.ts';
import { asQuestion } from './commands.ts';

const url = 'http://127.0.0.1:4566/111122223333/queue';

test.each([
  [
    `aws sqs set-queue-attributes --queue-url "$QUEUE_URL" --attributes '{"DelaySeconds":"900"}'`,
    {
      service: 'sqs',
      operation: 'SetQueueAttributes',
      input: { QueueUrl: url, Attributes: { DelaySeconds: '900' } },
    },
  ],
  [
    'aws sqs set-queue-attributes --queue-url "$(aws sqs get-queue-url --queue-name queue --query QueueUrl --output text)" --attributes Policy=',
    {
      service: 'sqs',
      operation: 'SetQueueAttributes',
      input: { QueueUrl: url, Attributes: { Policy: '' } },
    },
  ],
  [
    'aws lambda update-event-source-mapping --uuid "$UUID" --no-enabled --batch-size 1',
    {
      service: 'lambda',
      operation: 'UpdateEventSourceMapping',
      input: { UUID: 'u', Enabled: false, BatchSize: 1 },
    },
  ],
  [
    `aws iam put-role-policy --role-name r --policy-name p --policy-document '{"Statement":[]}'`,
    {
      service: 'iam',
      operation: 'PutRolePolicy',
      input: { RoleName: 'r', PolicyName: 'p', PolicyDocument: '{"Statement":[]}' },
    },
  ],
  [
    'aws logs delete-log-group --log-group-name /aws/lambda/f',
    { service: 'logs', operation: 'DeleteLogGroup', input: { logGroupName: '/aws/lambda/f' } },
  ],
])('reads %s', (line, question) => {
  expect(asQuestion(line, { QUEUE_URL: url, queue: url, UUID: 'u' })).toEqual(question);
});

test('what it has read prints as the same command again', () => {
  const line = `aws sqs set-queue-attributes --queue-url ${url} --attributes '{"DelaySeconds":"900"}'`;
  const question = asQuestion(line);
  expect(question && cliCommand(question).replaceAll(/ \\\n */g, ' ')).toBe(line);
});

test.each([
  'npx lab step 5',
  'aws iam get-role --role-name "$SOMEBODY"',
  'ROLE_ARN=$(aws iam get-role --role-name r)',
  'aws iam put-role-policy --role-name r --policy-document file://trust.json',
  'aws lambda update-function-configuration --function-name f --logging-config LogGroup=/other',
  'aws sqs create-queue --queue-name q --region eu-west-1',
])('leaves %s to a shell', (line) => {
  expect(asQuestion(line)).toBeUndefined();
});
