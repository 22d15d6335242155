import { describe, expect, test } from 'vitest';
import { cliCommand, kebabCase } from './ask.ts';

describe('kebabCase()', () => {
  // Every operation of the checks, and every input member they use, as AWS CLI v2 spells them.
  test.each([
    ['DescribeLogGroups', 'describe-log-groups'],
    ['FilterLogEvents', 'filter-log-events'],
    ['GetEventSourceMapping', 'get-event-source-mapping'],
    ['GetFunction', 'get-function'],
    ['GetFunctionConfiguration', 'get-function-configuration'],
    ['GetPolicy', 'get-policy'],
    ['GetPolicyVersion', 'get-policy-version'],
    ['GetQueueAttributes', 'get-queue-attributes'],
    ['GetQueueUrl', 'get-queue-url'],
    ['GetRole', 'get-role'],
    ['GetRolePolicy', 'get-role-policy'],
    ['ListAttachedRolePolicies', 'list-attached-role-policies'],
    ['ListEventSourceMappings', 'list-event-source-mappings'],
    ['ListRolePolicies', 'list-role-policies'],
    ['ReceiveMessage', 'receive-message'],
    ['SimulatePrincipalPolicy', 'simulate-principal-policy'],
    ['ActionNames', 'action-names'],
    ['AttributeNames', 'attribute-names'],
    ['EventSourceArn', 'event-source-arn'],
    ['FunctionName', 'function-name'],
    ['MaxNumberOfMessages', 'max-number-of-messages'],
    ['MessageSystemAttributeNames', 'message-system-attribute-names'],
    ['PolicyArn', 'policy-arn'],
    ['PolicyName', 'policy-name'],
    ['PolicySourceArn', 'policy-source-arn'],
    ['QueueName', 'queue-name'],
    ['QueueUrl', 'queue-url'],
    ['ResourceArns', 'resource-arns'],
    ['RoleName', 'role-name'],
    ['UUID', 'uuid'],
    ['VersionId', 'version-id'],
    ['VisibilityTimeout', 'visibility-timeout'],
    ['WaitTimeSeconds', 'wait-time-seconds'],
    ['filterPattern', 'filter-pattern'],
    ['logGroupName', 'log-group-name'],
    ['logGroupNamePrefix', 'log-group-name-prefix'],
    ['nextToken', 'next-token'],
  ])('%s is %s', (name, expected) => {
    expect(kebabCase(name)).toBe(expected);
  });
});

describe('cliCommand()', () => {
  const command = (input: Record<string, unknown>, query?: string) =>
    cliCommand({
      service: 'sqs',
      operation: 'ReceiveMessage',
      input,
      ...(query === undefined ? {} : { query }),
    });

  test('puts one option on a line, so that it can be pasted', () => {
    expect(command({ QueueUrl: 'http://127.0.0.1:4801/1/q', WaitTimeSeconds: 5 })).toBe(
      'aws sqs receive-message \\\n  --queue-url http://127.0.0.1:4801/1/q \\\n  --wait-time-seconds 5',
    );
  });

  test('is the bare command when there is no input', () => {
    expect(command({})).toBe('aws sqs receive-message');
  });

  test('writes a list of strings as words', () => {
    expect(command({ AttributeNames: ['All', 'a b'] })).toContain("--attribute-names All 'a b'");
  });

  test('writes a time as the CLI takes it', () => {
    expect(command({ StartTime: new Date(0) })).toContain('--start-time 1970-01-01T00:00:00.000Z');
  });

  test('writes true and false as AWS CLI does', () => {
    expect(command({ Enabled: true, DryRun: false })).toBe(
      'aws sqs receive-message \\\n  --enabled \\\n  --no-dry-run',
    );
  });

  test('writes anything else as quoted JSON', () => {
    expect(command({ ScalingConfig: { MaximumConcurrency: 2 } })).toContain(
      `--scaling-config '{"MaximumConcurrency":2}'`,
    );
    expect(command({ Entries: [{ Id: '1' }] })).toContain(`--entries '[{"Id":"1"}]'`);
  });

  test('quotes what the shell would take for more than text', () => {
    expect(command({ QueueUrl: '$(rm -rf /)' })).toContain("--queue-url '$(rm -rf /)'");
    expect(command({ QueueUrl: "it's" })).toContain(String.raw`--queue-url 'it'\''s'`);
    expect(command({ QueueUrl: '"messageId"' })).toContain(`--queue-url '"messageId"'`);
  });

  test('puts --query last, quoted', () => {
    expect(command({ QueueUrl: 'q' }, '{A: B}')).toBe(
      "aws sqs receive-message \\\n  --queue-url q \\\n  --query '{A: B}'",
    );
  });
});
