import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  fakeAws,
  runChild,
  temporaryCheckout,
  temporaryFolder,
} from '../../testing/lab/checkout.ts';
import type { Checkout, FakeAnswer } from '../../testing/lab/checkout.ts';

// The guard before a real account, met by a fake AWS CLI that answers as the real one does.

// Every test runs the whole command as a process of its own.
const version = 'aws-cli/2.36.12 Python/3.14.6 Linux/6.1 exe/x86_64.debian.12\n';
const none: FakeAnswer = { code: 1 };
const identity = (arn: string, account = '987654321098'): FakeAnswer => ({
  stdout: JSON.stringify({ UserId: 'AIDACKCEVSQ6C2EXAMPLE', Account: account, Arn: arn }),
});
const user = 'arn:aws:iam::987654321098:user/ada';

const goodAnswers: Record<string, FakeAnswer> = {
  '--version': { stdout: version },
  'configure get region': { stdout: 'eu-central-1\n' },
  'configure get endpoint_url': none,
  'sts get-caller-identity': identity(user),
  'iam list-account-aliases': { stdout: 'adas-account\n' },
  'sqs create-queue': { stdout: '{ "QueueUrl": "https://sqs.example/987654321098/q" }\n' },
};

const readOnly = /^(configure get |sts get-caller-identity|iam list-account-aliases)/;

let checkout: Checkout;

beforeAll(async () => {
  checkout = await temporaryCheckout();
});

// No test finds the account that another one has pinned.
beforeEach(() => rm(pinFile(), { force: true }));

afterAll(() => checkout.remove());

/** `lab step 1 --profile ada` with a CLI that answers like this. */
async function step1(answers: Record<string, FakeAnswer>, ...options: string[]) {
  await using folder = await temporaryFolder();
  const aws = await fakeAws(folder.path, { ...goodAnswers, ...answers });
  const ended = await checkout.lab(['step', '1', '--profile', 'ada', ...options], {
    LAB_AWS_CLI: aws.path,
  });
  return { ...ended, calls: await aws.calls() };
}

const pinFile = () => join(checkout.root, '.lab', 'aws-account.json');

const isPinned = () =>
  access(pinFile()).then(
    () => true,
    () => false,
  );

// A fake `aws` is a shell script.
describe.skipIf(process.platform === 'win32')('a run on a real account', () => {
  test.each([
    {
      what: 'a profile that does not exist',
      answers: {
        'configure get region': {
          stderr: '\naws: [ERROR]: The config profile (ada) could not be found\n',
          code: 255,
        },
      },
      says: 'There is no AWS profile "ada"',
      next: 'aws configure --profile ada',
      exitCode: 1,
    },
    {
      what: 'a profile without a region',
      answers: { 'configure get region': none },
      says: 'Profile "ada" has no region',
      next: 'aws configure set region us-east-1 --profile ada',
      exitCode: 1,
    },
    {
      what: 'a profile that leads somewhere else than AWS',
      answers: { 'configure get endpoint_url': { stdout: 'http://127.0.0.1:4566\n' } },
      says: 'Profile "ada" sends its commands to http://127.0.0.1:4566, not to AWS',
      next: 'use a profile without endpoint_url',
      exitCode: 1,
    },
    {
      what: 'expired credentials',
      answers: {
        'sts get-caller-identity': {
          stderr:
            '\naws: [ERROR]: An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the request is expired\n\nAdditional error details:\nType: Sender\n',
          code: 254,
        },
      },
      says: 'The credentials of profile "ada" have expired',
      next: 'aws sso login --profile ada',
      exitCode: 1,
    },
    {
      what: 'an expired sign-in',
      answers: {
        'sts get-caller-identity': {
          stderr:
            '\naws: [ERROR]: Error when retrieving token from sso: Token has expired and refresh failed\n',
          code: 255,
        },
      },
      says: 'The credentials of profile "ada" have expired',
      next: 'aws sso login --profile ada',
      exitCode: 1,
    },
    {
      what: 'no credentials',
      answers: {
        'sts get-caller-identity': {
          stderr:
            '\naws: [ERROR]: An error occurred (NoCredentials): Unable to locate credentials. You can configure credentials by running "aws login".\n',
          code: 253,
        },
      },
      says: 'Profile "ada" has no credentials',
      next: 'aws configure --profile ada',
      exitCode: 1,
    },
    {
      what: 'keys that AWS does not know',
      answers: {
        'sts get-caller-identity': {
          stderr:
            '\nAn error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: The security token included in the request is invalid.\n',
          code: 254,
        },
      },
      says: 'AWS does not accept profile "ada": An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: The security token included in the request is invalid.',
      next: 'Nothing was created',
      exitCode: 1,
    },
    {
      what: 'the root user',
      answers: { 'sts get-caller-identity': identity('arn:aws:iam::987654321098:root') },
      says: 'Profile "ada" is the root user of account 987654321098',
      next: 'infra/learner-policy.json',
      exitCode: 1,
    },
    {
      what: 'an account that nobody can be asked about',
      answers: {},
      says: 'Cannot ask whether to use account 987654321098: this is not a terminal',
      next: 'Add --yes to an "npx lab" command',
      exitCode: 2,
    },
  ])('refuses $what, and nothing is created', async ({ answers, says, next, exitCode }) => {
    const { code, stderr, stdout, calls } = await step1(answers);
    expect(stderr).toContain(`Error: ${says}\n`);
    expect(stderr.slice(stderr.indexOf('\nNext:  '))).toContain(next);
    expect(stderr).toContain('\nNext:  ');
    expect(code).toBe(exitCode);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter((call) => !readOnly.test(call))).toEqual([]);
    expect(await isPinned()).toBe(false);
  });

  test('with --yes shows account, region and cost, pins the account, and from then on takes no other', async () => {
    const first = await step1({}, '--yes');
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(
      /^Account {2}987654321098 \(adas-account\), region eu-central-1$/m,
    );
    expect(first.stderr).toContain(`Caller   ${user} (profile ada)`);
    expect(first.stderr).toMatch(/^Cost {5}about \$0\.02/m);
    expect(first.calls.at(-1)).toMatch(/^sqs create-queue --queue-name lab01-worker-dlq /);
    expect(JSON.parse(await readFile(pinFile(), 'utf8'))).toEqual({ accountId: '987654321098' });

    const again = await step1({});
    // The same account is not asked about twice.
    expect(again.code).toBe(0);

    const role = 'arn:aws:sts::555566667777:assumed-role/admin/ada';
    const other = await step1(
      { 'sts get-caller-identity': identity(role, '555566667777') },
      '--yes',
    );
    expect(other.code).toBe(1);
    expect(other.stderr).toContain(
      'Error: This checkout is pinned to account 987654321098, and profile "ada" is account 555566667777\n',
    );
    expect(other.stderr).toContain(pinFile());
    expect(other.calls.filter((call) => !readOnly.test(call))).toEqual([]);

    await writeFile(pinFile(), '{"accountId":');
    const damaged = await step1({}, '--yes');
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toContain('does not say which account this checkout is pinned to');
    expect(damaged.calls.filter((call) => !readOnly.test(call))).toEqual([]);
  });

  test('has an alias only where the account has one', async () => {
    const { stderr } = await step1({ 'iam list-account-aliases': { stdout: 'None\n' } });
    expect(stderr).toMatch(/^Account {2}987654321098, region eu-central-1$/m);
  });

  test('leads the SDK to where it leads the CLI, whatever endpoint the user has left behind', async () => {
    await using own = await temporaryCheckout();
    const aws = await fakeAws(join(own.root, 'my-cli'), goodAnswers);
    const keys = 'aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\n';
    await writeFile(join(own.root, 'keys'), `[ada]\n${keys}`);
    // Stopped before anything is sent.
    const script = `
      import { ownLab } from './src/lab/lab.ts';
      import { plainOptions } from './src/lab/options.ts';
      import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
      const lab = ownLab({ ...plainOptions, profile: 'ada', yes: true });
      const client = new SQSClient((await lab.session()).clientConfig);
      client.middlewareStack.add(
        () => async ({ request }) => {
          process.stdout.write(request.hostname + ' ' + request.headers.authorization);
          process.exit(0);
        },
        { step: 'finalizeRequest', relation: 'after', toMiddleware: 'awsAuthMiddleware', priority: 'low' },
      );
      await client.send(new ListQueuesCommand({}));`;
    const { stdout, stderr } = await runChild(
      process.execPath,
      ['--input-type=module', '--eval', script],
      {
        cwd: own.root,
        environment: {
          PATH: process.env['PATH'] ?? '',
          LAB_AWS_CLI: aws.path,
          AWS_SHARED_CREDENTIALS_FILE: join(own.root, 'keys'),
          AWS_CONFIG_FILE: '/dev/null',
          AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
          AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9',
          AWS_ACCESS_KEY_ID: 'AKIASTRAY',
          AWS_SECRET_ACCESS_KEY: 'stray',
          AWS_REGION: 'us-west-2',
        },
      },
    );
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(stdout).toMatch(/^sqs\.eu-central-1\.amazonaws\.com .*Credential=AKIAEXAMPLE\//);
  });

  test('says so when the SDK finds no credentials where the CLI does', async () => {
    await using own = await temporaryCheckout();
    const aws = await fakeAws(join(own.root, 'my-cli'), goodAnswers);
    const { code, stdout, stderr } = await own.lab(['check', '1', '--profile', 'ada', '--yes'], {
      LAB_AWS_CLI: aws.path,
    });
    expect(stdout).toContain('The AWS SDK finds no credentials in the profile');
    expect(stdout).toContain('NOT JUDGED');
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(code).toBe(2);
  });

  test('--dry-run asks nobody and shows the commands', async () => {
    const { code, stdout, calls } = await step1({}, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('aws sqs create-queue');
    expect(calls).toEqual([]);
  });
});
