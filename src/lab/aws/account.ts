import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { question } from 'zx';
import { LabError } from '../errors.ts';
import { labHome } from '../settings.ts';
import { complain } from '../terminal.ts';

const run = promisify(execFile);

/** The real account behind a profile, as the guard shows it before anything is created. */
export interface Account {
  readonly profile: string;
  readonly accountId: string;
  readonly alias: string | undefined;
  readonly callerArn: string;
  readonly region: string;
}

/** What one run costs at most, without any free tier; arithmetic in docs/exam-notes.md. */
export const costOfRun =
  'about $0.02 at most (usually nothing within the free tier), if you run step 11 at the end';

const pinFile = join(labHome, 'aws-account.json');

/**
 * Asks AWS who the profile is.
 * @throws LabError for a missing profile, region or credentials, expired credentials, the root user, or an endpoint that is not AWS
 */
export async function readAccount(
  profile: string,
  environment: Record<string, string>,
): Promise<Account> {
  const aws = async (...args: string[]) =>
    (
      await run('aws', args, { env: environment, shell: process.platform === 'win32' })
    ).stdout.trim();
  const region = await aws('configure', 'get', 'region').catch((error: unknown) => {
    if (/could not be found/.test(String(error))) throw noProfile(profile, error);
    return '';
  });
  if (region === '') {
    throw new LabError(`Profile "${profile}" has no region`, {
      hint: `aws configure set region us-east-1 --profile ${profile}`,
    });
  }
  const endpoint = await aws('configure', 'get', 'endpoint_url').catch(() => '');
  if (endpoint !== '') {
    throw new LabError(`Profile "${profile}" sends its commands to ${endpoint}, not to AWS`, {
      hint: 'Remove --profile for the sandbox, or use a profile without endpoint_url.',
    });
  }
  const identity = await aws('sts', 'get-caller-identity', '--output', 'json').catch(
    (error: unknown) => {
      throw identityError(profile, error);
    },
  );
  const { Account: accountId, Arn: callerArn } = JSON.parse(identity) as {
    Account: string;
    Arn: string;
  };
  if (callerArn.endsWith(':root')) {
    throw new LabError(`Profile "${profile}" is the root user of account ${accountId}`, {
      hint: 'Do not use root for daily work: create an IAM user or role with infra/learner-policy.json and use its profile.',
    });
  }
  const aliases = await aws(
    'iam',
    'list-account-aliases',
    '--query',
    'AccountAliases[0]',
    '--output',
    'text',
  ).catch(() => '');
  const alias = aliases === '' || aliases === 'None' ? undefined : aliases;
  return { profile, accountId, alias, callerArn, region };
}

function noProfile(profile: string, cause: unknown): LabError {
  return new LabError(`There is no AWS profile "${profile}"`, {
    hint: `Create it with "aws configure --profile ${profile}" (or "aws configure sso"), or name another profile.`,
    cause,
  });
}

function identityError(profile: string, cause: unknown): LabError {
  const text = String((cause as { stderr?: string }).stderr ?? cause).trim();
  if (/could not be found/.test(text)) return noProfile(profile, cause);
  if (/ExpiredToken|expired/i.test(text)) {
    return new LabError(`The credentials of profile "${profile}" have expired`, {
      hint: `Sign in again, for example: aws sso login --profile ${profile}`,
      cause,
    });
  }
  if (/Unable to locate credentials/.test(text)) {
    return new LabError(`Profile "${profile}" has no credentials`, {
      hint: `aws configure --profile ${profile}`,
      cause,
    });
  }
  const lastLine = text.split('\n').findLast((line) => line.trim() !== '') ?? text;
  const message = /An error occurred.*/.exec(text)?.[0] ?? lastLine;
  return new LabError(`AWS does not accept profile "${profile}": ${message}`, {
    hint: 'Check the keys and the network, then run the command again. Nothing was created.',
    cause,
  });
}

/**
 * Shows account, region and cost; asks once, then remembers the account and refuses any other one.
 * @throws LabError when the account is not the remembered one, or nobody can be asked
 */
export async function confirmAccount(account: Account, { yes }: { yes: boolean }): Promise<void> {
  const { accountId, alias, region, profile, callerArn } = account;
  complain(`Account  ${accountId}${alias === undefined ? '' : ` (${alias})`}, region ${region}`);
  complain(`Caller   ${callerArn} (profile ${profile})`);
  complain(`Cost     ${costOfRun}`);
  const pinned = await pinnedAccount();
  if (pinned === accountId) return;
  if (pinned !== undefined) {
    throw new LabError(
      `This checkout is pinned to account ${pinned}, and profile "${profile}" is account ${accountId}`,
      {
        hint: `To use the other account, remove ${pinFile} and run the command again.`,
      },
    );
  }
  if (!yes) {
    // With stdout captured (`eval "$(lab env)"`) the question would not be seen.
    if (!process.stdin.isTTY || !process.stdout.isTTY) {
      throw new LabError(`Cannot ask whether to use account ${accountId}: this is not a terminal`, {
        hint: `Add --yes to an "npx lab" command to use it and to pin this checkout to it, or answer once: npx lab step 0 --profile ${profile}`,
        exitCode: 2,
      });
    }
    const answer = await question(
      `Create the lab's resources in account ${accountId}, ${region}? [y/N] `,
    );
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new LabError('Stopped: nothing was created', {
        hint: 'For the sandbox run the command without --profile.',
        exitCode: 2,
      });
    }
  }
  await mkdir(labHome, { recursive: true });
  await writeFile(pinFile, `${JSON.stringify({ accountId })}\n`, { mode: 0o600 });
}

async function pinnedAccount(): Promise<string | undefined> {
  const text = await readFile(pinFile, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const accountId = /^\{"accountId":"(\d{12})"\}\s*$/.exec(text)?.[1];
  if (accountId !== undefined) return accountId;
  throw new LabError(`${pinFile} does not say which account this checkout is pinned to`, {
    hint: 'Remove it and run the command again.',
  });
}
