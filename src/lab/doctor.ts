import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { findAwsCli } from './aws/cli.ts';
import { describeError, LabError } from './errors.ts';
import { sayNext } from './next.ts';
import { findSandbox } from './sandbox/handle.ts';
import { isFree } from './sandbox/process.ts';
import { chosenTarget, session } from './session.ts';
import { root } from './settings.ts';
import { green, red, say } from './terminal.ts';

interface Finding {
  readonly what: string;
  readonly value: string;
  /** What to do; undefined when all is well. */
  readonly next?: string;
}

/** Looks at everything the lab needs; changes nothing but starting the sandbox. Exit code 1 when something is wrong. */
export async function doctor(): Promise<number> {
  const findings: Finding[] = [];
  for (const look of [node, awsCli, writable, port, identity]) {
    const found = await look().catch((error: unknown) => [failed(look.name, error)]);
    for (const finding of found) print(finding);
    findings.push(...found);
  }
  const isWell = findings.every(({ next }) => next === undefined);
  sayNext(
    isWell
      ? { command: 'npm run lab status', why: 'All is well. This says where you are in the lab.' }
      : { command: 'npm run lab doctor', why: 'When you have done what stands above.' },
  );
  return isWell ? 0 : 1;
}

function print({ what, value, next }: Finding): void {
  const mark = next === undefined ? `${green('✓')} ok   ` : `${red('✗')} wrong`;
  say(`${mark}  ${what.padEnd(14)} ${value}`);
  if (next !== undefined) say(`          next: ${next}`);
}

function failed(what: string, error: unknown): Finding {
  if (error instanceof LabError)
    return { what, value: error.message, next: error.hint ?? 'see above' };
  return { what, value: describeError(error), next: 'This should not happen: please report it.' };
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
      value: `${version} (${origin === 'bundled' ? 'brought by the kit' : path})`,
    },
  ];
}

async function writable(): Promise<Finding[]> {
  const can = await access(root, constants.W_OK).then(
    () => true,
    () => false,
  );
  return [
    {
      what: 'write access',
      value: can ? 'the checkout is writable' : `no right to write to ${root}`,
      ...(can ? {} : { next: 'Make the checkout writable, or clone it to a place that is.' }),
    },
  ];
}

async function port(): Promise<Finding[]> {
  if (chosenTarget() === 'aws') return [];
  const running = await findSandbox();
  if (running !== undefined)
    return [{ what: 'port', value: `the sandbox of this checkout answers at ${running.endpoint}` }];
  const wanted = Number(process.env['LAB_PORT'] ?? 4801);
  if (await isFree(wanted)) return [{ what: 'port', value: `${wanted} is free` }];
  if (process.env['LAB_PORT'] === undefined) {
    return [
      {
        what: 'port',
        value: `${wanted} is taken by another program; the sandbox will take the next free one`,
      },
    ];
  }
  return [
    {
      what: 'port',
      value: `${wanted} is taken by another program`,
      next: `Stop it, or use LAB_PORT=${wanted + 1}`,
    },
  ];
}

async function identity(): Promise<Finding[]> {
  const { target, profile, accountId, region, clientConfig, sandbox } = await session();
  const status = await sandbox?.status();
  return [
    {
      what: 'target',
      value: target === 'sandbox' ? 'SANDBOX (no account, no cost)' : 'AWS, a real account',
    },
    { what: 'identity', value: `profile ${profile}, account ${accountId}, region ${region}` },
    { what: 'endpoint', value: clientConfig.endpoint ?? 'AWS itself' },
    ...(status === undefined
      ? []
      : [
          {
            what: 'sandbox',
            value: `process ${status.pid}, ${Math.round(status.memoryRss / 2 ** 20)} MB, clock ${new Date(status.clock.now).toISOString()}`,
          },
        ]),
  ];
}
