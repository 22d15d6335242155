import { copyFile, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { sandboxForTest } from '../sandbox/sandbox-for-test.ts';
import type { TestOptions, TestSandbox } from '../sandbox/sandbox-for-test.ts';
import { workerZip } from '../../scripts/worker-zip.ts';
import { findAwsCli } from '../../lab/aws/cli.ts';
import { infraFiles, readInfra } from '../../lab/infra.ts';
import { labOf } from '../../lab/lab.ts';
import type { Lab } from '../../lab/lab.ts';
import type { SandboxHandle } from '../../lab/sandbox/handle.ts';
import type { Session } from '../../lab/session.ts';
import { root, settings } from '../../lab/settings.ts';
import { runChild, temporaryFolder } from './checkout.ts';
import type { Ended } from './checkout.ts';

const region = 'us-east-1';
const workerFiles = [
  'src/handlers/worker.ts',
  'src/handlers/experiments/for-each.ts',
  'src/handlers/experiments/hangs.ts',
  'src/handlers/experiments/lines.ts',
  'src/handlers/experiments/swallows.ts',
  'src/handlers/experiments/throws.ts',
  'src/lab/terminal.ts',
  'src/scripts/bundle-worker.ts',
  'src/scripts/send-test-messages.ts',
  'src/scripts/worker-zip.ts',
];
/** Stands for the prefix of a learner in the commands of the steps. */
const anyPrefix = 'any-prefix-';
const everything = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** Somebody with a prefix and a checkout of their own, who has a shell. */
export interface LabLearner extends Lab {
  readonly checkout: string;
  /** Runs what a person types, with the real AWS CLI, in a shell as `lab env` prepares it. */
  type(commands: string): Promise<Ended>;
}

/** One sandbox with room for the labs of many learners. */
export interface Laboratory extends AsyncDisposable {
  readonly aws: TestSandbox;
  /** @param prefix at most 16 of a-z, 0-9 and "-" */
  learner(prefix: string): Promise<LabLearner>;
}

/** @param options of the sandbox, whose clock skips: retries take no time */
export async function openLaboratory(options: TestOptions = {}): Promise<Laboratory> {
  const awsCli = await findAwsCli();
  const folder = await temporaryFolder();
  const aws = await sandboxForTest({ region, ...options });
  const { accountId } = aws.sandbox.world;
  const clientConfig = {
    region,
    endpoint: aws.endpoint,
    credentials: aws.sandbox.issueUser('lab-dev', JSON.stringify(everything)),
  };
  // The time of the lab clock is what a check needs of it; an experiment skips its waits, too.
  const handle = {
    endpoint: aws.endpoint,
    status: async () => ({
      clock: { now: aws.clock.now(), skipping: true, pace: aws.clock.pace },
    }),
    setPace: async (pace: typeof aws.clock.pace) => aws.clock.setPace(pace),
    skip: async (seconds: number) => aws.clock.advance(seconds * 1000, 'a wait of an experiment'),
  } as unknown as SandboxHandle;
  const template = join(folder.path, 'checkout');
  const [profile, bin] = await Promise.all([
    writeProfile(folder.path, clientConfig),
    writePrograms(folder.path, awsCli.path),
    makeCheckout(template),
  ]);

  // More at once than cores only makes each of them slower.
  const oneOf = takingTurns(3);
  const learner = async (prefix: string): Promise<LabLearner> => {
    const checkout = join(folder.path, 'learners', prefix);
    const infra = join(folder.path, 'infra', prefix);
    const values = { AWS_ACCOUNT_ID: accountId, AWS_REGION: region, LAB_PREFIX: prefix };
    await cp(template, checkout, { recursive: true, verbatimSymlinks: true });
    await mkdir(infra, { recursive: true });
    for (const name of infraFiles)
      await writeFile(join(infra, name), await readInfra(name, values));
    const environment = {
      ...profile,
      ...values,
      PATH: [bin, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
      HOME: folder.path,
      AWS_PROFILE: 'lab-dev',
      AWS_PAGER: '',
      AWS_EC2_METADATA_DISABLED: 'true',
      LAB_INFRA: infra,
    };
    const session: Session = {
      target: 'sandbox',
      profile: 'lab-dev',
      accountId,
      region,
      awsCli,
      environment,
      clientConfig,
      sandbox: handle,
      checkout,
    };
    const place = async () => ({ accountId, region });
    return {
      ...labOf({ prefix, checkout, place, session: async () => session }),
      checkout,
      type: (commands) =>
        oneOf(() => runChild('bash', ['-euc', commands], { cwd: checkout, environment })),
    };
  };
  const close = async () => {
    await aws.close();
    await folder.remove();
  };
  return { aws, learner, [Symbol.asyncDispose]: close };
}

async function writeProfile(
  folder: string,
  { endpoint, credentials }: Required<Session['clientConfig']> | Session['clientConfig'],
): Promise<Record<'AWS_CONFIG_FILE' | 'AWS_SHARED_CREDENTIALS_FILE', string>> {
  const files = {
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
  };
  const config = [`[profile lab-dev]`, `region = ${region}`, `endpoint_url = ${endpoint}`];
  const keys = [
    `[lab-dev]`,
    `aws_access_key_id = ${credentials?.accessKeyId}`,
    `aws_secret_access_key = ${credentials?.secretAccessKey}`,
  ];
  await writeFile(files.AWS_CONFIG_FILE, `${config.join('\n')}\n`);
  await writeFile(files.AWS_SHARED_CREDENTIALS_FILE, `${keys.join('\n')}\n`);
  return files;
}

/** What the worker needs of the kit, as git knows it, and the zip that step 05 makes of it. */
async function makeCheckout(folder: string): Promise<void> {
  for (const file of workerFiles) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await copyFile(join(root, file), join(folder, file));
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  await writeFile(join(folder, settings.zipFile), await workerZip(folder));
  const environment = { PATH: process.env['PATH'] ?? '', HOME: folder };
  const git = 'git -c user.name=learner -c user.email=learner@example.com';
  const commands = `git init -q --template= && git add src && ${git} commit -qm lab`;
  const { code, stderr } = await runChild('bash', ['-c', commands], { cwd: folder, environment });
  if (code !== 0) throw new Error(stderr);
}

/**
 * A folder with the programs of the learner's shell: `aws`, and an `npx` that knows `npx lab step N` only. It types
 * the commands that the step prints with `--dry-run`; what it does besides, waiting, is left to who looks.
 */
async function writePrograms(folder: string, awsPath: string): Promise<string> {
  const [bin, steps] = [join(folder, 'bin'), join(folder, 'steps')];
  await Promise.all([mkdir(bin), mkdir(steps)]);
  await symlink(awsPath, join(bin, 'aws'));
  const dryRun = await runChild(process.execPath, ['src/cli.ts', 'run', '--dry-run'], {
    cwd: root,
    environment: { PATH: process.env['PATH'] ?? '', HOME: folder, LAB_PREFIX: anyPrefix },
  });
  if (dryRun.code !== 0) throw new Error(dryRun.stderr);
  for (const text of dryRun.stdout.split(/^# Step /m).slice(1)) {
    const number = String(Number(text.slice(0, 2)));
    const commands = text.slice(text.indexOf('\n') + 1);
    await writeFile(join(steps, number), number === '6' ? updatingToo(commands) : commands);
  }
  const npx = [
    '#!/bin/bash',
    'if [ "$1 $2" != "lab step" ]; then echo "npx $* is not in this shell" >&2; exit 1; fi',
    // Step 9 only waits, and shows.
    'if [ "$3" = 9 ]; then exit 0; fi',
    `sed "s/${anyPrefix}/$LAB_PREFIX/g" '${steps}'/"\${3#0}" | bash`,
    // A step lives with what is there already, and with what is gone already.
    'exit 0',
    '',
  ];
  await writeFile(join(bin, 'npx'), npx.join('\n'), { mode: 0o755 });
  return bin;
}

/** A function that is there already gets the code of the zip: the dry run cannot show that. */
function updatingToo(commands: string): string {
  const zip = `--zip-file fileb://${settings.zipFile}`;
  const update = `aws lambda update-function-code --function-name ${anyPrefix}lab01-sqs-worker ${zip}`;
  return commands.replace(zip, `${zip} || ${update}`);
}

/** @returns a function that does at most so many jobs at once, in the order of asking */
export function takingTurns(most: number) {
  let free = most;
  const waiting: (() => void)[] = [];
  return async <T>(job: () => Promise<T>): Promise<T> => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
