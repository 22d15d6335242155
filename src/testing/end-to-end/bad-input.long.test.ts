import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fakeAws, runChild, temporaryCheckout, temporaryFolder } from '../lab/checkout.ts';
import type { Checkout, FakeAnswer } from '../lab/checkout.ts';

// Every test runs the whole command as a process of its own.
/** What a CLI answers before a step on a real account. */
const account: Record<string, FakeAnswer> = {
  '--version': { stdout: 'aws-cli/2.36.12 Python/3.14.6 Linux/6.1\n' },
  'configure get region': { stdout: 'us-east-1\n' },
  'configure get endpoint_url': { code: 1 },
  'sts get-caller-identity': {
    stdout: '{"Account":"987654321098","Arn":"arn:aws:iam::987654321098:user/ada"}',
  },
};

let checkout: Checkout;

beforeAll(async () => {
  checkout = await temporaryCheckout();
});

afterAll(() => checkout.remove());

/** What is said about a mistake is sentences: no stack, nothing on stdout. */
async function refused(words: string[], environment: Record<string, string> = {}) {
  const { code, stdout, stderr } = await checkout.lab(words, environment);
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect(stdout).toBe('');
  return { code, stderr };
}

describe('the command line', () => {
  test.each([
    ['an unknown command', ['fly'], 'There is no command "fly"', 'All commands: npx lab'],
    ['a typo', ['chekc', '2'], 'There is no command "chekc"', 'Did you mean "npx lab check 2"?'],
    [
      'a typo in an option',
      ['run', '--dryrun'],
      "Unknown option '--dryrun'",
      'Did you mean "--dry-run"?',
    ],
    [
      'a command like a member of Object',
      ['toString'],
      'There is no command "toString"',
      'All commands',
    ],
    ['an unknown step by number', ['step', '99'], 'There is no step "99"', '11  clean-up'],
    ['an unknown step by name', ['step', 'lambda'], 'There is no step "lambda"', '11  clean-up'],
    [
      'a typo of a step',
      ['step', 'clean-upp'],
      'There is no step "clean-upp"',
      'Did you mean "clean-up"?',
    ],
    [
      'a typo of sandbox',
      ['sandbox', 'stats'],
      'There is no command "sandbox stats"',
      'Did you mean "npx lab sandbox status"?',
    ],
    ['an unknown check', ['check', '12'], 'There is no step "12"', '11  clean-up'],
    ['no step', ['step'], '"step" needs a number', 'npx lab steps'],
    [
      'two steps',
      ['step', '1', '2'],
      '"step" takes one number, and here are two: 1 2',
      'npx lab step 1',
    ],
    [
      'three experiments',
      ['experiment', '20', '21', '22'],
      '"experiment" takes one number, and here are 3: 20 21 22',
      'npx lab experiment 20',
    ],
    [
      'two checks',
      ['check', '1', '2'],
      '"check" takes at most one number, and here are two: 1 2',
      '',
    ],
    ['a negative step', ['step', '-1'], 'There is no step "-1"', '11  clean-up'],
    ['a negative check', ['check', '-1'], 'There is no step "-1"', '11  clean-up'],
    ['a negative rung', ['hint', '-1'], '"hint" takes 1, 2 or 3', 'npx lab hint 2'],
    ['a negative count', ['quiz', '--count', '-1'], '--count "-1" is not a number from 1', ''],
    ['a file that is not there', ['redaction', '/nope'], 'Cannot read /nope: there is no such', ''],
    ['a folder for a file', ['redaction', 'docs'], 'Cannot read docs: it is a folder', ''],
    [
      'a portfolio without a folder',
      ['portfolio'],
      '"portfolio" takes one folder',
      'Next:  npx lab portfolio ../my-portfolio',
    ],
    [
      'a hand-in without a name',
      ['hand-in'],
      '"hand-in" needs your name',
      'Next:  npx lab hand-in --name "Ada Lovelace"',
    ],
    ['a word behind run', ['run', '3'], '"run" takes no arguments: "3"', ''],
    ['a word behind doctor', ['doctor', 'x'], '"doctor" takes no arguments: "x"', ''],
    ['a word behind env', ['env', 'x'], '"env" takes no arguments: "x"', ''],
    ['a word behind steps', ['steps', 'x'], '"steps" takes no arguments: "x"', ''],
    ['an unknown option', ['step', '1', '--dryrun'], "Unknown option '--dryrun'", '--dry-run'],
    [
      'sandbox without an argument',
      ['sandbox'],
      '"sandbox" needs an argument',
      'start|stop|status|reset',
    ],
    [
      'an unknown word of sandbox',
      ['sandbox', 'fly'],
      'There is no command "sandbox fly"',
      'start|stop',
    ],
    [
      'too many words',
      ['sandbox', 'stop', 'now'],
      '"sandbox stop" takes no more arguments',
      'start',
    ],
    ['an advance by nothing', ['sandbox', 'advance'], 'a number of seconds above 0', 'advance 30'],
    ['an advance by words', ['sandbox', 'advance', 'far'], 'a number of seconds above 0', ''],
    ['an advance by 0', ['sandbox', 'advance', '0'], 'a number of seconds above 0', ''],
    ['an advance into the past', ['sandbox', 'advance', '-5'], 'a number of seconds above 0', ''],
  ])('%s is refused with exit code 2', async (_, words, says, next) => {
    const { code, stderr } = await refused(words);
    expect(stderr).toContain(says);
    expect(stderr).toContain(next);
    expect(code).toBe(2);
  });

  test('lab without words, and --help, say how it is used', async () => {
    for (const words of [[], ['--help'], ['step', '--help']]) {
      const { code, stdout, stderr } = await checkout.lab(words);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('Usage: npx lab <command> [options]');
    }
  });

  test('lab steps lists the steps that there are', async () => {
    const { code, stdout } = await checkout.lab(['steps']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('00  preflight');
    expect(lines).toContain('11  clean-up');
    expect(lines.length).toBeGreaterThanOrEqual(12);
  });

  test('--json has the error on stdout too, as JSON', async () => {
    const { code, stdout } = await checkout.lab(['check', '99', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ error: 'LabError: There is no step "99"' });
  });
});

test.each(['lab.mjs', 'zx.mjs'])(
  'a missing file of infra/ is one sentence by src/%s',
  async (door) => {
    await using own = await temporaryCheckout();
    await rm(join(own.root, 'infra', 'create-function.json'));
    const args = door === 'lab.mjs' ? ['step', '1'] : ['steps/01-create-dead-letter-queue.ts'];
    const { code, stderr } = await runChild(process.execPath, [`src/${door}`, ...args], {
      cwd: own.root,
      environment: { PATH: process.env['PATH'] ?? '', HOME: own.root },
    });
    expect(stderr).toMatch(
      /^Error: Cannot read infra\/create-function\.json: .*\nNext: {2}Restore it: git /,
    );
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
    expect(code).toBe(1);
  },
);

describe('a variable', () => {
  test.each([
    ['LAB_TARGET', 'mars', 'LAB_TARGET "mars" is unknown'],
    ['LAB_PREFIX', 'Ada_', 'LAB_PREFIX "Ada_" cannot be used in resource names'],
    ['LAB_PREFIX', 'a'.repeat(17), 'cannot be used in resource names'],
    ['LAB_PREFIX', '../x', 'cannot be used in resource names'],
    ['LAB_PORT', '6000', 'The sandbox cannot use LAB_PORT "6000"'],
    ['LAB_REGION', 'mars', 'LAB_REGION "mars" is not the name of a Region'],
    ['LAB_TRACE', 'LICENSE/x', 'LAB_TRACE LICENSE/x cannot be written: a file is in the place'],
    ['LAB_BOUNDARY', 'my-boundary', 'LAB_BOUNDARY "my-boundary" is not the ARN of an IAM policy'],
    ['LAB_AWS_CLI', '/nowhere/aws', 'LAB_AWS_CLI /nowhere/aws does not run'],
    [
      'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
      'true',
      'AWS commands would go to real AWS instead of the sandbox',
    ],
    ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'TRUE', 'would go to real AWS instead of the sandbox'],
    ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', '1', 'would go to real AWS instead of the sandbox'],
  ])('%s=%s is refused with exit code 2, before anything starts', async (name, value, says) => {
    const { code, stderr } = await refused(['step', '1'], { [name]: value });
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/^Next: {2}./m);
    expect(code).toBe(2);
  });

  test('that is wrong starts no sandbox, and is told also while one runs that does not need it', async () => {
    await using own = await temporaryCheckout();
    const aws = await fakeAws(join(own.root, 'fake'), account);
    const wrong = [{ LAB_REGION: 'mars' }, { LAB_PORT: '80' }];
    for (const variable of [...wrong, { LAB_AWS_CLI: 'LICENSE' }, { LAB_TRACE: 'LICENSE/x' }]) {
      const { code } = await own.lab(['step', '1'], { LAB_AWS_CLI: aws.path, ...variable });
      expect(code).toBe(2);
    }
    expect(await readdir(join(own.root, '.lab'))).not.toContain('sandbox');
    expect((await own.lab(['sandbox', 'start'], { LAB_AWS_CLI: aws.path })).code).toBe(0);
    for (const variable of wrong) {
      const { code } = await own.lab(['step', '1'], { ...variable, LAB_AWS_CLI: aws.path });
      expect(code).toBe(2);
    }
    const { code, stdout } = await own.lab(['doctor'], { LAB_PORT: '80', LAB_AWS_CLI: aws.path });
    expect(stdout).toMatch(/wrong {2}port +The sandbox cannot use LAB_PORT "80"/);
    expect(code).toBe(1);
  });

  test('LAB_PREFIX stands before every name of a command', async () => {
    const { code, stdout } = await checkout.lab(['run', '--dry-run'], { LAB_PREFIX: 'ada-' });
    expect(code).toBe(0);
    expect(stdout).toContain('--queue-name ada-lab01-worker-queue');
    expect(stdout).not.toMatch(/(?<!ada-)lab01-(worker-queue|worker-dlq|sqs-worker)/);
  });

  test('LAB_TARGET=sandbox contradicts --profile', async () => {
    const { code, stderr } = await refused(['step', '1', '--profile', 'ada'], {
      LAB_TARGET: 'sandbox',
    });
    expect(stderr).toContain('LAB_TARGET=sandbox and --profile contradict each other');
    expect(code).toBe(2);
  });

  test.each(['nobody', 'toString'])('--as %s is no user of the sandbox', async (name) => {
    const { code, stderr } = await refused(['step', '1', '--as', name]);
    expect(stderr).toContain(`The sandbox has no user "${name}"`);
    expect(stderr).toContain('lab-dev, instructor, admin');
    expect(code).toBe(2);
  });
});

// A fake `aws` is a shell script.
describe.skipIf(process.platform === 'win32')('an AWS CLI named by LAB_AWS_CLI', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeEach(async () => {
    folder = await temporaryFolder();
  });

  afterEach(() => folder.remove());

  const step1 = (aws: string) => refused(['step', '1', '--profile', 'ada'], { LAB_AWS_CLI: aws });

  test.each([
    [
      'v1',
      { stdout: 'aws-cli/1.45.11 Python/3.12.3 Linux/6.1 botocore/1.43.11\n' },
      'is AWS CLI v1 (1.45.11), which ignores the sandbox endpoint for SQS',
    ],
    [
      'v1 that says so on stderr',
      { stderr: 'aws-cli/1.11.13 Python/2.7.18 Linux/6.1 botocore/1.4.70\n' },
      'is AWS CLI v1 (1.11.13)',
    ],
    [
      'too old',
      { stdout: 'aws-cli/2.15.46 Python/3.11.8 Linux/6.1 exe/x86_64.debian.12\n' },
      'is 2.15.46, too old',
    ],
    ['something else', { stdout: 'hello\n' }, 'does not run, or prints no version'],
    ['that ends badly', { code: 1 }, 'does not run, or prints no version'],
  ] satisfies [string, FakeAnswer, string][])(
    '%s is refused with exit code 2, and is not used',
    async (_, answer, says) => {
      const aws = await fakeAws(folder.path, { '--version': answer });
      const { code, stderr } = await step1(aws.path);
      expect(stderr).toContain(`Error: LAB_AWS_CLI ${aws.path} ${says}`);
      expect(stderr).toMatch(/^Next: {2}The lab needs AWS CLI v2, 2\.15\.47 or newer/m);
      expect(code).toBe(2);
      expect(await aws.calls()).toEqual([]);
    },
  );

  test('that is not there, or not executable, is refused with exit code 2', async () => {
    const missing = await step1(join(folder.path, 'missing'));
    expect(missing.stderr).toContain('missing does not run');
    expect(missing.code).toBe(2);
    const aws = await fakeAws(folder.path, { '--version': { stdout: 'aws-cli/2.36.12\n' } });
    await chmod(aws.path, 0o644);
    const locked = await step1(aws.path);
    expect(locked.stderr).toContain('does not run');
    expect(locked.code).toBe(2);
  });

  test.each(['abc', '0', '70000', '48.5'])(
    'is not asked for the port LAB_PORT=%s',
    async (port) => {
      const aws = await fakeAws(folder.path, account);
      const { code, stderr } = await refused(['step', '1'], {
        LAB_AWS_CLI: aws.path,
        LAB_PORT: port,
      });
      expect(stderr).toContain(`The sandbox cannot use LAB_PORT "${port}"`);
      expect(code).toBe(2);
      expect(await aws.calls()).toEqual([]);
    },
  );

  test('is not used when a stranger has the port', async () => {
    const aws = await fakeAws(folder.path, account);
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as AddressInfo;
    const { code, stderr } = await refused(['step', '1'], {
      LAB_AWS_CLI: aws.path,
      LAB_PORT: String(port),
    });
    stranger.close();
    expect(stderr).toContain(`port ${port} is taken by another program`);
    expect(stderr).toContain(`LAB_PORT=${port + 1} npm start`);
    expect(code).toBe(1);
    expect(await aws.calls()).toEqual([]);
  });

  test('by a relative path is the one that runs the commands', async () => {
    const name = 'my-cli';
    const aws = await fakeAws(join(checkout.root, name), {
      ...account,
      '--version': { stdout: 'aws-cli/2.15.47 Python/3.11.8 Linux/6.1\n' },
    });
    const { code } = await checkout.lab(['step', '1', '--profile', 'ada', '--yes'], {
      LAB_AWS_CLI: `${name}/aws`,
    });
    expect(code).toBe(0);
    expect((await aws.calls()).at(-1)).toMatch(/^sqs create-queue /);
  });
});

describe.skipIf(process.platform === 'win32')('a step on a real account', () => {
  test('ends with its check, of the same account and the same lab', async () => {
    await using folder = await temporaryFolder();
    const aws = await fakeAws(folder.path, account);
    const { code, stdout } = await checkout.lab(['step', '1', '--profile', 'ada', '--yes'], {
      LAB_AWS_CLI: aws.path,
      LAB_PREFIX: 'anna-',
    });
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      'Next     LAB_PREFIX=anna- npx lab check 1 --profile ada',
    );
    expect(code).toBe(0);
  });
});

describe.skipIf(process.platform === 'win32')('what AWS refuses', () => {
  const error = (code: string, operation: string, message: string): FakeAnswer => ({
    stderr: `\naws: [ERROR]: An error occurred (${code}) when calling the ${operation} operation: ${message}\n`,
    code: 254,
  });

  test.each([
    {
      step: '1',
      command: 'sqs create-queue',
      answer: error(
        'QueueAlreadyExists',
        'CreateQueue',
        'A queue already exists with the same name and a different value for attribute MessageRetentionPeriod',
      ),
      says: 'Error: QueueAlreadyExists: A queue already exists with the same name',
      next: 'A queue of this name exists with another MessageRetentionPeriod; the command changed nothing.',
    },
    {
      step: '1',
      command: 'sqs create-queue',
      answer: error('AccessDenied', 'CreateQueue', 'User is not authorized'),
      says: 'Error: AccessDenied: User is not authorized',
      next: 'Compare its policy with infra/learner-policy.json',
    },
    {
      step: '11',
      command: 'lambda list-event-source-mappings',
      answer: error('AccessDeniedException', 'ListEventSourceMappings', 'User is not authorized'),
      says: 'Error: AccessDeniedException: User is not authorized',
      next: 'Compare its policy with infra/learner-policy.json',
    },
    {
      step: '4',
      command: 'iam attach-role-policy',
      answer: error('NoSuchEntity', 'AttachRolePolicy', 'The role cannot be found.'),
      says: 'Error: NoSuchEntity: The role cannot be found.',
      next: 'An earlier step has not been run: "npx lab check --profile ada" shows which one.',
    },
    {
      step: '8',
      command: 'sqs get-queue-url',
      answer: error(
        'AWS.SimpleQueueService.NonExistentQueue',
        'GetQueueUrl',
        'The specified queue does not exist.',
      ),
      says: 'Error: AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist.',
      next: 'An earlier step has not been run',
    },
    {
      step: '11',
      command: 'lambda list-event-source-mappings',
      answer: error('ResourceNotFoundException', 'GetFunction', 'Function not found'),
      says: 'Error: ResourceNotFoundException: Function not found',
      next: 'An earlier step has not been run',
    },
    {
      step: '1',
      command: 'sqs create-queue',
      answer: {
        stderr:
          "\naws: [ERROR]: Error parsing parameter '--attributes': Unable to load paramfile file:///kit/attributes.json: [Errno 2] No such file or directory: '/kit/attributes.json'\n",
        code: 252,
      },
      says: "Error: Error parsing parameter '--attributes'",
      next: 'A file of the command is missing',
    },
    {
      step: '1',
      command: 'sqs create-queue',
      answer: {
        stderr: '\naws: [ERROR]: Could not connect to the endpoint URL: "http://127.0.0.1:4801/"\n',
        code: 255,
      },
      says: 'Error: Could not connect to the endpoint URL: "http://127.0.0.1:4801/"',
      next: 'The sandbox ended during the step. Run the same command again',
    },
    {
      step: '1',
      command: 'sqs create-queue',
      answer: {
        stderr:
          '\naws: [ERROR]: Could not connect to the endpoint URL: "https://sqs.us-east-1.amazonaws.com/"\n',
        code: 255,
      },
      says: 'Error: Could not connect to the endpoint URL: "https://sqs.us-east-1.amazonaws.com/"',
      next: 'Check the network, then run the same command again.',
    },
  ])(
    'in step $step is told with what to do: $next',
    async ({ step, command, answer, says, next }) => {
      await using folder = await temporaryFolder();
      const aws = await fakeAws(folder.path, {
        ...account,
        [command]: answer,
      });
      const { code, stderr } = await checkout.lab(['step', step, '--profile', 'ada', '--yes'], {
        LAB_AWS_CLI: aws.path,
      });
      expect(stderr).toContain(says);
      expect(stderr).toContain(next);
      expect(stderr).toContain(`Command: `);
      expect(stderr).toContain(`(exit code ${answer.code})`);
      expect(stderr).not.toMatch(/^ {4}at /m);
      expect(code).toBe(1);
      // It stops there: nothing comes after the command that was refused.
      expect((await aws.calls()).at(-1)).toMatch(new RegExp(`^${command}`));
    },
  );

  test('a broken file of infra/ is named before anything is created', async () => {
    await using broken = await temporaryCheckout();
    const aws = await fakeAws(join(broken.root, 'my-cli'), {
      ...account,
    });
    const step1 = () =>
      broken.lab(['step', '1', '--profile', 'ada', '--yes'], { LAB_AWS_CLI: aws.path });
    const file = join(broken.root, 'infra', 'lambda-trust.json');

    await writeFile(file, '{ "Version": ');
    const notJson = await step1();
    expect(notJson.stderr).toContain('Error: infra/lambda-trust.json is not valid JSON');
    expect(notJson.stderr).toContain('git checkout -- infra/lambda-trust.json');
    expect(notJson.code).toBe(1);

    await rm(file);
    const missing = await step1();
    expect(missing.stderr).toContain('Error: Cannot read infra/lambda-trust.json');
    expect(missing.code).toBe(1);

    await mkdir(file);
    expect((await step1()).code).toBe(1);
    expect((await aws.calls()).filter((call) => call.startsWith('sqs '))).toEqual([]);
  });
});
