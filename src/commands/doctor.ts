import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findAwsCli } from '../lab/aws/cli.ts';
import { findBash } from '../lab/bash.ts';
import { asLabError, describeError } from '../lab/errors.ts';
import { sayNext } from '../lab/next.ts';
import { aheadText } from '../lab/sandbox/lab-clock.ts';
import { chosenPort, defaultPort, isFree, nextFree, whoIsOn } from '../lab/sandbox/port.ts';
import { runningSandbox } from '../lab/sandbox/process.ts';
import type { Lab } from '../lab/lab.ts';
import { labHome, root } from '../lab/settings.ts';
import { green, red, say } from '../lab/terminal.ts';

interface Finding {
  readonly what: string;
  readonly value: string;
  /** What to do; undefined when all is well. */
  readonly next?: string;
}

/** Checks everything that the lab needs. Starts the sandbox and changes nothing else. Exit code 1 when something is wrong. */
export async function doctor(lab: Lab): Promise<number> {
  const findings: Finding[] = [];
  for (const [what, look] of Object.entries(looks)) {
    const found = await look(lab).catch((error: unknown) => [failed(what, error)]);
    for (const finding of found) print(finding);
    findings.push(...found);
  }
  const isWell = findings.every(({ next }) => next === undefined);
  sayNext(
    lab,
    isWell
      ? {
          command: 'npx lab status',
          why: 'Everything is in order. This says where you are in the lab.',
        }
      : { command: 'npx lab doctor', why: 'When you have fixed the points above.' },
  );
  return isWell ? 0 : 1;
}

function print({ what, value, next }: Finding): void {
  const mark = next === undefined ? `${green('✓')} ok   ` : `${red('✗')} wrong`;
  say(`${mark}  ${what.padEnd(14)} ${value}`);
  if (next !== undefined) say(`          next: ${next}`);
}

function failed(what: string, error: unknown): Finding {
  const known = asLabError(error);
  if (known !== undefined)
    return { what, value: known.message, next: known.hint ?? 'Fix that, then run doctor again.' };
  return { what, value: describeError(error), next: 'This is a bug in the kit: please report it.' };
}

async function node(): Promise<Finding[]> {
  const major = Number(process.versions.node.split('.')[0]);
  return [
    {
      what: 'Node.js',
      value: process.versions.node,
      ...(major >= 24 ? {} : { next: 'Install Node.js 24 from https://nodejs.org/.' }),
    },
  ];
}

async function awsCli(): Promise<Finding[]> {
  const { path, version, origin } = await findAwsCli();
  return [
    {
      what: 'AWS CLI',
      value: `${version} (${origin === 'bundled' ? 'fetched by the kit' : path})`,
    },
  ];
}

async function bash(): Promise<Finding[]> {
  return [{ what: 'bash', value: await findBash() }];
}

/** More than a full disk takes, small enough to write quickly. */
const probeBytes = 1024 * 1024;

async function writable(): Promise<Finding[]> {
  const probe = join(labHome, `doctor.${process.pid}`);
  try {
    await mkdir(labHome, { recursive: true, mode: 0o700 });
    await writeFile(probe, Buffer.alloc(probeBytes), { flush: true });
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
  return [{ what: 'write access', value: `${root} is writable` }];
}

async function port(lab: Lab): Promise<Finding[]> {
  if (lab.target() !== 'sandbox') return [];
  const chosen = chosenPort();
  const running = await runningSandbox();
  if (running !== undefined)
    return [{ what: 'port', value: `the sandbox of this checkout answers at ${running.endpoint}` }];
  const wanted = chosen ?? defaultPort;
  if (await isFree(wanted)) return [{ what: 'port', value: `${wanted} is free` }];
  const taken = `${wanted} is taken by ${await whoIsOn(wanted)}`;
  return chosen === undefined
    ? [{ what: 'port', value: `${taken}; the sandbox will take the next free one` }]
    : [{ what: 'port', value: taken, next: `Stop it, or use LAB_PORT=${await nextFree(wanted)}` }];
}

async function identity(lab: Lab): Promise<Finding[]> {
  const { target, profile, accountId, region, clientConfig, sandbox } = await lab.session();
  const status = await sandbox?.status();
  return [
    {
      what: 'target',
      value: {
        aws: 'AWS, a real account',
        emulator: 'EMULATOR on this machine (no account, no cost)',
        sandbox: 'SANDBOX (no account, no cost)',
      }[target],
    },
    { what: 'identity', value: `profile ${profile}, account ${accountId}, region ${region}` },
    { what: 'endpoint', value: clientConfig.endpoint ?? 'AWS itself' },
    ...(status === undefined
      ? []
      : [
          {
            what: 'sandbox',
            value: `process ${status.pid}, ${Math.round(status.memoryRss / 2 ** 20)} MB, clock ${new Date(status.clock.now).toISOString()}, ${aheadText(status.clock)}`,
          },
        ]),
  ];
}

/** In the order in which they need each other. */
const looks: Readonly<Record<string, (lab: Lab) => Promise<Finding[]>>> = {
  'Node.js': node,
  'AWS CLI': awsCli,
  bash,
  'write access': writable,
  port,
  target: identity,
};
