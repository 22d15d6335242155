import { mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { findBash } from './bash.ts';
import { findAwsCli } from './aws/cli.ts';
import type { AwsCli } from './aws/cli.ts';
import { confirmAccount, readAccount } from './aws/account.ts';
import {
  emulatorAccount,
  emulatorEndpoint,
  emulatorKeys,
  emulatorProfile,
  writeEmulatorProfile,
} from './emulator.ts';
import { LabError } from './errors.ts';
import { fillInfra, readInfra } from './infra.ts';
import type { Placeholders } from './infra.ts';
import type { Options } from './options.ts';
import { quote } from './quote.ts';
import type { SandboxHandle } from './sandbox/handle.ts';
import { chosenPort } from './sandbox/port.ts';
import { ensureSandbox } from './sandbox/process.ts';
import { labHome, root } from './settings.ts';
import { writeWhole } from './write-whole.ts';

/** `emulator`: an AWS of somebody else's making, on this machine (`--endpoint`). */
export type Target = 'aws' | 'emulator' | 'sandbox';

/** Where this process's commands go, and with which environment. */
export interface Session {
  readonly target: Target;
  readonly profile: string;
  readonly accountId: string;
  readonly region: string;
  readonly awsCli: AwsCli;
  /** The whole environment of every command: nothing of the user's own AWS settings is left in it. */
  readonly environment: Readonly<Record<string, string>>;
  /** For the SDK, the same target as `environment`. */
  readonly clientConfig: {
    readonly region: string;
    readonly endpoint?: string;
    readonly profile?: string;
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly sandbox: SandboxHandle | undefined;
  /** Folder in which commands are run: this checkout, when it says none. */
  readonly checkout?: string;
}

/** Whose commands, and how the sandbox is to be. */
export interface Opening {
  readonly options: Options;
  /** LAB_PREFIX of the lab's owner. */
  readonly prefix: string;
  /**
   * The sandbox gets exactly the mode of the options: without `--realistic` it is kind again. Everything but `lab run`
   * and `lab sandbox start` takes the sandbox that runs as it is.
   */
  readonly exactMode?: boolean;
  /** Use this running sandbox as it is: start none, and do not restart it. */
  readonly running?: SandboxHandle;
}

/** Finds the CLI, and the sandbox or the confirmed account. */
export function openSession(opening: Opening): Promise<Session> {
  const doors = { aws: openAws, emulator: openEmulator, sandbox: openSandbox };
  return doors[targetOf(opening.options)](opening);
}

/**
 * Where commands go, by LAB_TARGET and the options. Opens nothing.
 * @throws LabError (exit code 2) when they contradict each other
 */
export function targetOf({ profile, as, endpoint, realTime, realistic }: Options): Target {
  const wanted = process.env['LAB_TARGET'];
  if (wanted !== undefined && wanted !== '' && wanted !== 'aws' && wanted !== 'sandbox') {
    throw new LabError(`LAB_TARGET "${wanted}" is unknown`, {
      hint: 'Use "sandbox" or "aws".',
      exitCode: 2,
    });
  }
  if (endpoint !== undefined) {
    const others = [
      ...(wanted === undefined || wanted === '' ? [] : [`LAB_TARGET=${wanted}`]),
      ...(profile === undefined ? [] : ['--profile']),
      ...(as === undefined ? [] : ['--as']),
      ...(realTime ? ['--real-time'] : []),
      ...(realistic ? ['--realistic'] : []),
    ];
    if (others.length === 0) return 'emulator';
    throw new LabError(`--endpoint and ${others.join(', ')} contradict each other`, {
      hint: 'Remove one of them: --endpoint is for an emulator on this machine, which has no users and no modes of ours.',
      exitCode: 2,
    });
  }
  if (wanted === 'sandbox' && profile !== undefined) {
    throw new LabError('LAB_TARGET=sandbox and --profile contradict each other', {
      hint: 'Use --as to choose a user of the sandbox, or unset LAB_TARGET for the real account.',
      exitCode: 2,
    });
  }
  const target = wanted === 'aws' || profile !== undefined ? 'aws' : 'sandbox';
  if (target === 'aws' && as !== undefined) {
    throw new LabError('--as names a user of the sandbox, but this run is on a real account', {
      hint: 'Remove --as: on AWS the profile says who you are.',
      exitCode: 2,
    });
  }
  return target;
}

/** The users of the sandbox and the policy each one has. `admin` may do everything. */
const sandboxUsers = {
  'lab-dev': 'learner-policy.json',
  instructor: 'instructor-policy.json',
  admin: undefined,
} as const;

type SandboxUser = keyof typeof sandboxUsers;

async function openSandbox({
  options,
  prefix,
  exactMode = false,
  running,
}: Opening): Promise<Session> {
  refuseIgnoredEndpoints('the sandbox');
  const profile = options.as ?? 'lab-dev';
  if (!Object.hasOwn(sandboxUsers, profile)) {
    throw new LabError(`The sandbox has no user "${profile}"`, {
      hint: `Users: ${Object.keys(sandboxUsers).join(', ')}. For a real account use --profile.`,
      exitCode: 2,
    });
  }
  // Looked at before anything is started or fetched.
  const region = sandboxRegion();
  chosenPort();
  const { realTime, realistic } = options;
  await findBash();
  const awsCli = await findAwsCli();
  const sandbox =
    running ??
    (await ensureSandbox({
      ...(realTime || exactMode ? { realTime } : {}),
      ...(realistic || exactMode ? { realistic } : {}),
    }));
  const { accountId } = await sandbox.status();
  const values = { AWS_ACCOUNT_ID: accountId, AWS_REGION: region, LAB_PREFIX: prefix };
  const keys = await issueUsers(sandbox, values);
  const files = await writeProfiles(sandbox.endpoint, region, prefix, keys);
  const infraFolder = await fillInfra('sandbox', values);
  return {
    target: 'sandbox',
    profile,
    accountId,
    region,
    awsCli,
    sandbox,
    environment: {
      ...withoutProxies(await plainEnvironment(awsCli)),
      ...labEnvironment(values, infraFolder),
      ...files,
      AWS_PROFILE: profile,
      // The CLI reads aliases from ~/.aws: none of the user's may change what a command means.
      HOME: join(labHome, 'aws'),
      NO_PROXY: '127.0.0.1,localhost',
    },
    clientConfig: { region, endpoint: sandbox.endpoint, credentials: keys[profile as SandboxUser] },
  };
}

/** @throws LabError (exit code 2) when a variable of the user's would lead every command past the endpoint, to real AWS */
function refuseIgnoredEndpoints(instead: string): void {
  if (!/^(1|true)$/i.test(process.env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] ?? '')) return;
  throw new LabError(
    `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is set: AWS commands would go to real AWS instead of ${instead}`,
    { hint: 'unset AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', exitCode: 2 },
  );
}

/**
 * LAB_REGION, or the first Region of all.
 * @throws LabError (exit code 2) for what is no name of a Region
 */
export function sandboxRegion(): string {
  const region = process.env['LAB_REGION'];
  if (region === undefined || region === '') return 'us-east-1';
  if (/^[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}$/.test(region)) return region;
  throw new LabError(`LAB_REGION "${region}" is not the name of a Region`, {
    hint: 'Use a name such as eu-central-1, or unset LAB_REGION for us-east-1.',
    exitCode: 2,
  });
}

async function issueUsers(sandbox: SandboxHandle, values: Placeholders) {
  const everything = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  };
  const issue = async (name: SandboxUser) => {
    const file = sandboxUsers[name];
    const policy =
      file === undefined ? everything : (JSON.parse(await readInfra(file, values)) as unknown);
    // The policies name the prefix, so each prefix has users of its own.
    return sandbox.issueUser(`${values.LAB_PREFIX}${name}`, policy);
  };
  return {
    'lab-dev': await issue('lab-dev'),
    instructor: await issue('instructor'),
    admin: await issue('admin'),
  };
}

/**
 * A profile of the AWS config file. No operation gets a host of its own (`stream-127.0.0.1`): what is not in the
 * sandbox is said by the sandbox, and is no fault of the network.
 */
export function sandboxProfile(name: string, region: string, endpoint: string): string {
  const settings = [
    `region = ${region}`,
    `endpoint_url = ${endpoint}`,
    'disable_host_prefix_injection = true',
    'output = json',
  ];
  return `[profile ${name}]\n${settings.join('\n')}\n`;
}

async function writeProfiles(
  endpoint: string,
  region: string,
  prefix: string,
  keys: Record<SandboxUser, { accessKeyId: string; secretAccessKey: string }>,
): Promise<{ AWS_CONFIG_FILE: string; AWS_SHARED_CREDENTIALS_FILE: string }> {
  const folder = join(labHome, 'aws', prefix);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = Object.keys(keys) as SandboxUser[];
  const config = names.map((name) => sandboxProfile(name, region, endpoint));
  const credentials = names.map(
    (name) =>
      `[${name}]\naws_access_key_id = ${keys[name].accessKeyId}\naws_secret_access_key = ${keys[name].secretAccessKey}\n`,
  );
  const files = {
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
  };
  await writeWhole(files.AWS_CONFIG_FILE, config.join('\n'), 0o600);
  await writeWhole(files.AWS_SHARED_CREDENTIALS_FILE, credentials.join('\n'), 0o600);
  return files;
}

/** The SDK reads the variables of this process: checks must look where the commands of the steps went. */
export function lookAtAwsItself(): void {
  for (const name of Object.keys(process.env)) {
    if (name.toUpperCase().startsWith('AWS_ENDPOINT_URL')) delete process.env[name];
  }
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
  // Nor may a `services` section of the profile lead anywhere else than to AWS.
  process.env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] = 'true';
}

async function openAws({ options, prefix }: Opening): Promise<Session> {
  const profile = options.profile ?? process.env['AWS_PROFILE'] ?? 'lab-dev';
  lookAtAwsItself();
  await findBash();
  const awsCli = await findAwsCli();
  const environment = {
    ...(await plainEnvironment(awsCli)),
    ...pick(process.env, ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_CA_BUNDLE']),
    AWS_PROFILE: profile,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
  };
  const account = await readAccount(profile, environment);
  await confirmAccount(account, { yes: options.yes });
  const values = {
    AWS_ACCOUNT_ID: account.accountId,
    AWS_REGION: account.region,
    LAB_PREFIX: prefix,
  };
  const infraFolder = await fillInfra('aws', values);
  return {
    target: 'aws',
    profile,
    accountId: account.accountId,
    region: account.region,
    awsCli,
    sandbox: undefined,
    environment: { ...environment, ...labEnvironment(values, infraFolder) },
    clientConfig: { region: account.region, profile },
  };
}

async function openEmulator({ options, prefix }: Opening): Promise<Session> {
  const endpoint = emulatorEndpoint(options.endpoint ?? '');
  refuseIgnoredEndpoints('the emulator');
  const region = sandboxRegion();
  await findBash();
  const awsCli = await findAwsCli();
  const accountId = await emulatorAccount(endpoint, region);
  const values = { AWS_ACCOUNT_ID: accountId, AWS_REGION: region, LAB_PREFIX: prefix };
  const files = await writeEmulatorProfile(sandboxProfile(emulatorProfile, region, endpoint));
  return {
    target: 'emulator',
    profile: emulatorProfile,
    accountId,
    region,
    awsCli,
    sandbox: undefined,
    environment: {
      ...withoutProxies(await plainEnvironment(awsCli)),
      ...labEnvironment(values, await fillInfra('emulator', values)),
      ...files,
      AWS_PROFILE: emulatorProfile,
      NO_PROXY: '127.0.0.1,localhost',
    },
    clientConfig: { region, endpoint, credentials: emulatorKeys },
  };
}

function labEnvironment(values: Placeholders, infraFolder: string): Record<string, string> {
  return {
    AWS_REGION: values.AWS_REGION,
    AWS_ACCOUNT_ID: values.AWS_ACCOUNT_ID,
    LAB_INFRA: infraFolder,
    AWS_PAGER: '',
    AWS_CLI_AUTO_PROMPT: 'off',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** The user's environment without any AWS setting, and with the right `aws` and `node` first on the PATH. */
async function plainEnvironment(awsCli: AwsCli): Promise<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.toUpperCase().startsWith('AWS_')) environment[name] = value;
  }
  const folders = [await folderWithAws(awsCli), join(root, 'node_modules', '.bin')];
  const path = [...folders, ...(process.env['PATH'] ?? '').split(delimiter)];
  environment['PATH'] = [...new Set(path)].join(delimiter);
  return environment;
}

/** The proxy of a company network must not see, or swallow, what is meant for loopback. */
function withoutProxies(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(https?|all|no)_proxy$/i.test(name)),
  );
}

async function folderWithAws(awsCli: AwsCli): Promise<string> {
  if (awsCli.origin === 'path' || process.platform === 'win32') return dirname(awsCli.path);
  const folder = join(labHome, 'bin');
  const link = join(folder, 'aws');
  if ((await readlink(link).catch(() => undefined)) === awsCli.path) return folder;
  await mkdir(folder, { recursive: true });
  await rm(link, { force: true });
  await symlink(awsCli.path, link).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return folder;
}

function pick(source: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (source[name] === undefined ? [] : [[name, source[name]]])),
  );
}

/**
 * Assignments for a shell of the user's own (`eval "$(npx lab env)"`), so that commands typed there
 * go where the kit's own go.
 */
export function shellExports({ environment, target }: Session): string {
  const inherited = Object.keys(process.env).filter(
    (name) => /^AWS_/i.test(name) || (target !== 'aws' && /^(https?|all|no)_proxy$/i.test(name)),
  );
  // Variables that would win over the profile, whatever shell this is pasted into.
  const winners = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_ENDPOINT_URL',
  ];
  const names = Object.keys(environment).filter((name) =>
    /^(AWS_(?!IGNORE_)|LAB_)|^(PATH|NO_PROXY)$/.test(name),
  );
  return [
    `unset ${[...new Set([...winners, ...inherited])].join(' ')}`,
    ...names.toSorted().map((name) => `export ${name}=${quote(environment[name] ?? '')}`),
  ].join('\n');
}
