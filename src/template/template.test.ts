import { Ajv } from 'ajv';
import { basename } from 'node:path';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readInfra } from '../lab/infra.ts';
import { namesOf, root } from '../lab/settings.ts';
import { policyText } from './settings.ts';
import { parseTemplate, readTemplate } from './read-template.ts';
import type { Resource } from './read-template.ts';
import { resolveTemplate } from './resolve.ts';
import { templateSettings } from './template-settings.ts';

const deployment = {
  accountId: '111122223333',
  region: 'us-east-1',
  parameters: { LabPrefix: 'ada-' },
};
const placeholders = {
  AWS_ACCOUNT_ID: '111122223333',
  AWS_REGION: 'us-east-1',
  LAB_PREFIX: 'ada-',
};
const lab = namesOf('ada-');

type Properties = Record<string, unknown>;

const infra = async (name: Parameters<typeof readInfra>[0]) =>
  JSON.parse(await readInfra(name, placeholders)) as Properties;

async function resolved(parameters = {}): Promise<Record<string, Properties>> {
  const resources = resolveTemplate(await readTemplate(), {
    ...deployment,
    parameters: { ...deployment.parameters, ...parameters },
  });
  return Object.fromEntries(
    Object.entries(resources).map(([id, { Properties }]) => [id, { ...Properties }]),
  );
}

describe('the numbers and names are those of infra/*.json', () => {
  const texts = (values: Properties) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

  test('the dead-letter queue', async () => {
    const { QueueName, Tags, ...attributes } = (await resolved())['DeadLetterQueue'] ?? {};
    expect(QueueName).toBe(lab.deadLetterQueueName);
    expect(Tags).toEqual([{ Key: 'Project', Value: 'lab01' }]);
    expect(texts(attributes)).toEqual(await infra('dead-letter-queue-attributes.json'));
  });

  test('the source queue and its redrive policy', async () => {
    const { QueueName, Tags, RedrivePolicy, ...attributes } =
      (await resolved())['SourceQueue'] ?? {};
    const { RedrivePolicy: policy, ...own } = await infra('source-queue-attributes.json');
    expect(QueueName).toBe(lab.queueName);
    expect(Tags).toEqual([{ Key: 'Project', Value: 'lab01' }]);
    expect(texts(attributes)).toEqual(own);
    expect(texts(RedrivePolicy as Properties)).toEqual(JSON.parse(policy as string));
  });

  test('the role, who may assume it, and both of its policies', async () => {
    const role = (await resolved())['WorkerRole'] ?? {};
    const trust = await infra('lambda-trust.json');
    const policy = await infra('lambda-sqs-policy.json');
    expect(role['RoleName']).toBe(lab.roleName);
    expect(role['ManagedPolicyArns']).toEqual([lab.basicExecutionPolicyArn]);
    expect(policyText(role['AssumeRolePolicyDocument'])).toBe(policyText(trust));
    const [inline, ...more] = role['Policies'] as { PolicyName: string; PolicyDocument: object }[];
    expect(more).toEqual([]);
    expect(inline?.PolicyName).toBe(lab.policyName);
    expect(policyText(inline?.PolicyDocument)).toBe(policyText(policy));
  });

  test('the role has a permissions boundary only when one is given', async () => {
    const boundary = 'arn:aws:iam::111122223333:policy/ada-lab01-boundary';
    expect((await resolved())['WorkerRole']).not.toHaveProperty('PermissionsBoundary');
    const withBoundary = await resolved({ LabBoundary: boundary });
    expect(withBoundary['WorkerRole']).toHaveProperty('PermissionsBoundary', boundary);
  });

  test('the function, and the zip of step 05', async () => {
    const { CodeUri, Events, ...own } = (await resolved())['Worker'] ?? {};
    expect(own).toEqual(await infra('create-function.json'));
    expect(basename(CodeUri as string)).toBe(lab.zipFile);
    expect(join(root, 'infra', CodeUri as string)).toBe(join(root, lab.zipFile));
    expect(Object.keys(Events as object)).toHaveLength(1);
  });

  test('the mapping, with partial batch responses on', async () => {
    const { Events } = (await resolved())['Worker'] ?? {};
    const [event] = Object.values(Events as Record<string, Resource>);
    const { Queue, ...own } = event?.Properties ?? {};
    const { EventSourceArn, FunctionName, ...given } = await infra(
      'create-event-source-mapping.json',
    );
    expect(event?.Type).toBe('SQS');
    expect(Queue).toBe(EventSourceArn);
    expect(FunctionName).toBe(lab.functionName);
    expect(own).toEqual(given);
  });
});

describe('the schema', async () => {
  const schema = JSON.parse(
    await readFile(join(root, 'src', 'testing', 'template', 'sam-schema.json'), 'utf8'),
  ) as object;
  const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
  ajv.addFormat('regex', (text: string) => {
    try {
      return new RegExp(text, 'u') instanceof RegExp;
    } catch {
      return false;
    }
  });
  const validate = ajv.compile(schema);
  const source = await readFile(join(root, 'infra', 'template.yaml'), 'utf8');
  const faultsOf = (text: string) => {
    validate(parseTemplate(text));
    return (validate.errors ?? []).map(
      ({ instancePath, params }) => `${instancePath} ${JSON.stringify(params)}`,
    );
  };

  test('takes the template', () => {
    expect(faultsOf(source)).toEqual([]);
  });

  test.each([
    ['a property that is misspelt', 'FunctionResponseTypes', 'FunctionResponseType'],
    ['a response type that is misspelt', '- ReportBatchItemFailures', '- ReportBatchItemFailure'],
    ['a resource type that is misspelt', 'AWS::SQS::Queue', 'AWS::SQS::Queues'],
    ['a number as a text', 'VisibilityTimeout: 30', "VisibilityTimeout: '30'"],
    ['a timeout above 15 minutes', 'Timeout: 5', 'Timeout: 901'],
    ['a retention above 14 days', '1209600', '1209601'],
    ['a redrive policy without a count', 'maxReceiveCount: 3', '{}'],
    ['a mapping without its queue', 'Queue: !GetAtt SourceQueue.Arn', 'Enabled: true'],
    ['a policy of another version', "Version: '2012-10-17'", "Version: '2012-10-18'"],
    ['a template without the transform', 'Transform: AWS::Serverless-2016-10-31\n', ''],
    ['a tag list where SAM takes a map', '        Project: lab01', '        - Project'],
    ['a batch size above 10,000', 'BatchSize: 10', 'BatchSize: 10001'],
  ])('refuses %s', (_, from, to) => {
    expect(source).toContain(from);
    const changed =
      to === '{}' ? source.replace(/ {8}maxReceiveCount.*\n/, '') : source.replace(from, to);
    expect(changed).not.toBe(source);
    expect(faultsOf(changed)).not.toEqual([]);
  });
});

describe('reading', () => {
  const one = (properties: string) =>
    parseTemplate(`Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties: ${properties}\n`);

  test('a function of CloudFormation that is not known is an error, not a value', () => {
    expect(() => resolveTemplate(one('{ QueueName: { Fn::ImportValue: x } }'), deployment)).toThrow(
      /Cannot resolve Fn::ImportValue/,
    );
    expect(() => resolveTemplate(one('{ QueueName: !Ref Nobody }'), deployment)).toThrow(
      /Cannot resolve !Ref Nobody/,
    );
    expect(() => one('{ QueueName: !Join [x] }')).toThrow(/!Join/);
  });

  test('a property or a type that the comparison does not know is an error, not left out', () => {
    const settings = (properties: string) =>
      templateSettings(resolveTemplate(one(properties), deployment), undefined);
    expect(() => settings('{ QueueName: a, ContentBasedDeduplication: true }')).toThrow(
      /Cannot compare the property ContentBasedDeduplication of Q/,
    );
    expect(() =>
      templateSettings({ T: { Type: 'AWS::SNS::Topic', Properties: {} } }, undefined),
    ).toThrow(/Cannot compare the type AWS::SNS::Topic of T/);
  });
});
