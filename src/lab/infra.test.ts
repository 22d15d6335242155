import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as Infra from './infra.ts';
import { fill, infraFiles, readInfra } from './infra.ts';
import { root } from './settings.ts';
import { ownLab } from './lab.ts';
import { plainOptions } from './options.ts';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

const values = { AWS_ACCOUNT_ID: '111122223333', AWS_REGION: 'eu-central-1', LAB_PREFIX: '' };

async function filled(name: (typeof infraFiles)[number], prefix = ''): Promise<unknown> {
  return JSON.parse(await readInfra(name, { ...values, LAB_PREFIX: prefix })) as unknown;
}

async function statements(
  name: 'instructor-policy.json' | 'lambda-sqs-policy.json' | 'learner-policy.json',
  prefix = '',
): Promise<Statement[]> {
  return ((await filled(name, prefix)) as { Statement: Statement[] }).Statement;
}

/** The names and numbers of the lab as a process with this LAB_PREFIX sees them. */
function labWith(prefix: string) {
  vi.stubEnv('LAB_PREFIX', prefix);
  return ownLab(plainOptions);
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('fill()', () => {
  test('replaces the three placeholders wherever they stand', () => {
    const template = '${LAB_PREFIX}a:${AWS_REGION}:${AWS_ACCOUNT_ID}:${LAB_PREFIX}b';
    expect(fill(template, { ...values, LAB_PREFIX: 'ada-' })).toBe(
      'ada-a:eu-central-1:111122223333:ada-b',
    );
  });

  test('leaves IAM policy variables and unknown names as they are', () => {
    const template = '${aws:username} ${aws:PrincipalTag/team} ${*} ${HOME} $AWS_REGION';
    expect(fill(template, values)).toBe(template);
  });

  test('puts a value in as it is, even one that looks like a replacement pattern', () => {
    expect(fill('${LAB_PREFIX}x', { ...values, LAB_PREFIX: '$&-' })).toBe('$&-x');
  });
});

describe('infra/', () => {
  test('holds exactly the JSON files that are filled in, and notes.md explains each', async () => {
    const files = await readdir(join(root, 'infra'));
    expect(files.filter((file) => file.endsWith('.json')).toSorted()).toEqual([...infraFiles]);
    const notes = await readFile(join(root, 'infra', 'notes.md'), 'utf8');
    const headings = [...notes.matchAll(/^## `([a-z-]+\.json)`$/gm)].map(([, file]) => file);
    expect(new Set(headings)).toEqual(new Set(infraFiles));
  });

  test.each(infraFiles)('%s is JSON once filled in, with no placeholder left', async (name) => {
    const text = await readInfra(name, { ...values, LAB_PREFIX: 'ada-' });
    expect(JSON.parse(text)).toBeTypeOf('object');
    expect(text).not.toMatch(/\$\{(AWS|LAB)_/);
  });
});

describe.each(['', 'ada-'])('with LAB_PREFIX "%s"', (prefix) => {
  const arn = (service: string, name: string) =>
    `arn:aws:${service}:${service === 'iam' ? '' : values.AWS_REGION}:${values.AWS_ACCOUNT_ID}:${name}`;

  test('the attributes of both queues are the numbers and names of the lab', async () => {
    const lab = labWith(prefix);
    expect(await filled('dead-letter-queue-attributes.json', prefix)).toEqual({
      MessageRetentionPeriod: String(lab.deadLetterRetentionSeconds),
    });
    const { RedrivePolicy, ...others } = (await filled(
      'source-queue-attributes.json',
      prefix,
    )) as Record<string, string>;
    expect(others).toEqual({ VisibilityTimeout: String(lab.visibilityTimeoutSeconds) });
    expect(JSON.parse(RedrivePolicy ?? '')).toEqual({
      deadLetterTargetArn: arn('sqs', lab.deadLetterQueueName),
      maxReceiveCount: String(lab.maxReceiveCount),
    });
  });

  test('the function is configured as the lab says', async () => {
    const lab = labWith(prefix);
    expect(await filled('create-function.json', prefix)).toEqual({
      FunctionName: lab.functionName,
      Description: expect.any(String) as string,
      Runtime: lab.runtime,
      Handler: lab.handler,
      Role: arn('iam', `role/${lab.roleName}`),
      Timeout: lab.functionTimeoutSeconds,
      MemorySize: lab.memoryMb,
      Tags: { Project: 'lab01' },
    });
  });

  test('the mapping connects queue and function and reads the reported failures', async () => {
    const lab = labWith(prefix);
    expect(await filled('create-event-source-mapping.json', prefix)).toEqual({
      EventSourceArn: arn('sqs', lab.queueName),
      FunctionName: lab.functionName,
      BatchSize: lab.batchSize,
      MaximumBatchingWindowInSeconds: lab.batchingWindowSeconds,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('only Lambda may assume the execution role, and it may only read the source queue', async () => {
    const lab = labWith(prefix);
    expect(await filled('lambda-trust.json', prefix)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    });
    const [statement, ...more] = await statements('lambda-sqs-policy.json', prefix);
    expect(more).toEqual([]);
    expect(statement).toMatchObject({ Effect: 'Allow', Resource: arn('sqs', lab.queueName) });
    expect(new Set(statement?.Action)).toEqual(
      new Set(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']),
    );
  });

  test.each(['learner-policy.json', 'instructor-policy.json'] as const)(
    '%s reaches every resource of the lab, and nobody else’s',
    async (name) => {
      const lab = labWith(prefix);
      const resources = (await statements(name, prefix)).flatMap(({ Resource }) => Resource);
      const reached = (resource: string) =>
        resources.some(
          (pattern) =>
            pattern.endsWith('lab01-*') && resource.startsWith(pattern.slice(0, -'*'.length)),
        );
      const ofTheLab = [
        arn('sqs', lab.queueName),
        arn('sqs', lab.deadLetterQueueName),
        arn('iam', `role/${lab.roleName}`),
        arn('lambda', `function:${lab.functionName}`),
        arn('logs', `log-group:${lab.logGroupName}`),
      ];
      expect(ofTheLab.filter((resource) => !reached(resource))).toEqual([]);
      for (const pattern of resources) {
        if (pattern === '*' || pattern.startsWith('arn:aws:iam::aws:policy/')) continue;
        if (pattern === arn('sqs', lab.deadLetterQueueName)) continue;
        expect(pattern).toMatch(new RegExp(`[:/]${prefix}lab01-x?\\*(:\\*)?$`));
      }
    },
  );
});

describe('the policies of people', () => {
  // Actions without a resource type: only Resource "*" ever matches them.
  const forChecks = ['lambda:ListEventSourceMappings', 'logs:DescribeLogGroups'];
  const toLookAround = ['sqs:ListQueues', 'lambda:ListFunctions', 'iam:ListRoles'];

  test.each([
    ['learner-policy.json', [...forChecks, ...toLookAround]],
    ['instructor-policy.json', forChecks],
  ] as const)(
    '%s names each action in full, and "*" as resource only where AWS has none or a condition narrows it',
    async (name, withoutResource) => {
      const all = await statements(name);
      expect(all.flatMap(({ Action }) => Action).join()).not.toContain('*');
      const everywhere = all.filter(({ Resource }) => Resource === '*');
      const narrowed = everywhere.filter(({ Condition }) => Condition !== undefined);
      const open = everywhere.filter(({ Condition }) => Condition === undefined);
      expect(new Set(open.flatMap(({ Action }) => Action))).toEqual(new Set(withoutResource));
      expect(narrowed.map(({ Sid }) => Sid)).toHaveLength(1);
      expect(narrowed[0]).toHaveProperty(['Condition', 'ArnLike', 'lambda:FunctionArn']);
    },
  );

  test('the learner may pass the role to Lambda only, and attach only the two Lambda policies', async () => {
    const learner = await statements('learner-policy.json');
    const of = (action: string) => learner.filter(({ Action }) => [Action].flat().includes(action));
    expect(of('iam:PassRole').map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    ]);
    expect(of('iam:AttachRolePolicy').map(({ Condition }) => Condition)).toEqual([
      {
        ArnEquals: {
          'iam:PolicyARN': [
            'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
            'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole',
          ],
        },
      },
    ]);
  });
});

/** A checkout of its own, so that files can be broken and `.lab/` written without touching the real one. */
describe('in a checkout with a fault', () => {
  let checkout = '';
  let infra: typeof Infra;

  beforeEach(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'lab-infra-'));
    await cp(join(root, 'infra'), join(checkout, 'infra'), { recursive: true });
    for (const file of ['infra.ts', 'settings.ts', 'errors.ts', 'terminal.ts']) {
      await cp(join(root, 'src', 'lab', file), join(checkout, 'src', 'lab', file));
    }
    const module = pathToFileURL(join(checkout, 'src', 'lab', 'infra.ts')).href;
    infra = (await import(/* @vite-ignore */ module)) as typeof Infra;
  });

  afterEach(() => rm(checkout, { recursive: true, force: true }));

  test('a missing file is named, with the command that brings it back', async () => {
    await rm(join(checkout, 'infra', 'lambda-trust.json'));
    await expect(infra.readInfra('lambda-trust.json', values)).rejects.toMatchObject({
      name: 'LabError',
      message: expect.stringMatching(
        /^Cannot read infra\/lambda-trust\.json: there is no such file or folder \(ENOENT\)$/,
      ) as string,
      hint: 'Restore it: git checkout -- infra/lambda-trust.json',
      exitCode: 1,
    });
  });

  test('a broken file is named, with the parser’s reason and the command that brings it back', async () => {
    await writeFile(join(checkout, 'infra', 'create-function.json'), '{ "FunctionName": ');
    await expect(infra.readInfra('create-function.json', values)).rejects.toMatchObject({
      name: 'LabError',
      message: expect.stringMatching(
        /^infra\/create-function\.json is not valid JSON: ./,
      ) as string,
      hint: 'Correct it, or restore the original: git checkout -- infra/create-function.json',
      exitCode: 1,
    });
  });

  test('fillInfra() writes nothing when one file is broken', async () => {
    await writeFile(
      join(checkout, 'infra', 'source-queue-attributes.json'),
      'VisibilityTimeout=30',
    );
    await expect(infra.fillInfra('sandbox', values)).rejects.toMatchObject({ name: 'LabError' });
    expect(await readdir(checkout)).not.toContain('.lab');
  });

  test('fillInfra() writes every file, filled in, to one folder under .lab/, and again when one was changed', async () => {
    const folder = await infra.fillInfra('sandbox', values);
    expect(folder.startsWith(join(checkout, '.lab', 'infra'))).toBe(true);
    expect((await readdir(folder)).toSorted()).toEqual([...infraFiles]);
    await writeFile(join(folder, 'lambda-trust.json'), '{}');
    await infra.fillInfra('sandbox', values);
    for (const name of infraFiles) {
      expect(await readFile(join(folder, name), 'utf8')).toBe(await readInfra(name, values));
    }
  });
});
