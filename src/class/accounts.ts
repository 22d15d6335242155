import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { findAwsCli } from '../lab/aws/cli.ts';
import type { AwsCli } from '../lab/aws/cli.ts';
import { readInfra } from '../lab/infra.ts';
import type { SandboxHandle } from '../lab/sandbox/handle.ts';
import { ensureSandbox } from '../lab/sandbox/process.ts';
import { lookAtAwsItself, sandboxRegion } from '../lab/session.ts';
import type { Session, Target } from '../lab/session.ts';
import { unanswered } from '../judging/unanswered.ts';
import { withTimeLimit } from './time-limit.ts';

/** An account and Region that a profile has opened; or the reason why it cannot. */
export type Account =
  | { readonly profile: string; readonly session: Session }
  | { readonly profile: string; readonly region: string | undefined; readonly reason: string };

type Door = (profile: string | undefined, region: string | undefined) => Promise<Account>;

/** An account that has not answered by then counts as not reached. */
const openingMs = 20_000;

/**
 * Opens each account once, with read permissions. Asks no question and pins nothing, because nothing can be
 * changed. Never throws for an account that cannot be opened.
 * @param profile for learners whose row names none
 */
export function openAccounts(target: Target, profile: string | undefined): Door {
  const open = target === 'aws' ? openAws(profile) : openSandbox();
  const opened = new Map<string, Promise<Account>>();
  return (named, region) => {
    const key = JSON.stringify([named, region]);
    const account = opened.get(key) ?? open(named, region);
    opened.set(key, account);
    return account;
  };
}

/** A class report runs no command. */
const noCommands = { environment: {}, sandbox: undefined };

function openAws(given: string | undefined): Door {
  lookAtAwsItself();
  const usual = given ?? process.env['AWS_PROFILE'] ?? '';
  return async (profile = usual, region) => {
    if (profile === '')
      return { profile, region, reason: 'no profile: name one in the roster or with --profile' };
    const where = region === undefined ? { profile } : { profile, region };
    const client = new STSClient({ ...where, maxAttempts: 2 });
    try {
      const [identity, chosenRegion] = await withTimeLimit(openingMs, (abortSignal) =>
        Promise.all([
          client.send(new GetCallerIdentityCommand({}), { abortSignal }),
          client.config.region(),
        ]),
      );
      const { Account: accountId = '', Arn: arn = '' } = identity;
      if (isRoot(arn)) {
        const reason = `profile "${profile}" is the root user, which the kit never uses`;
        return { profile, region, reason };
      }
      const clientConfig = { region: chosenRegion, profile };
      const awsCli = await findAwsCli();
      return {
        profile,
        session: {
          target: 'aws',
          profile,
          accountId,
          region: chosenRegion,
          awsCli,
          clientConfig,
          ...noCommands,
        },
      };
    } catch (error) {
      return { profile, region, reason: reasonOf(error, profile) };
    } finally {
      client.destroy();
    }
  };
}

/** The root user may change everything, and no policy limits it. */
export function isRoot(arn: string): boolean {
  return /^arn:[^:]+:iam::\d+:root$/.test(arn);
}

function reasonOf(error: unknown, profile: string): string {
  const { name, message } = error as Error;
  if (/Region is missing/.test(message))
    return `profile "${profile}" has no Region, and the roster names none`;
  if (/^(Credentials|Token)ProviderError$/.test(name)) return `profile "${profile}": ${message}`;
  if (/Expired/.test(name)) return `the credentials of profile "${profile}" have expired`;
  return `profile "${profile}": ${unanswered(error).reason}`;
}

/** The sandbox has one account and, for a class, one user: `instructor`, who may look at the labs of all prefixes. */
function openSandbox(): Door {
  const usual = 'instructor';
  let found: Promise<[SandboxHandle, AwsCli]> | undefined;
  return async (profile = usual, region = sandboxRegion()) => {
    if (profile !== usual) {
      return {
        profile,
        region,
        reason: `the sandbox has no profile "${profile}" for a class, only "${usual}"`,
      };
    }
    const [sandbox, awsCli] = await (found ??= Promise.all([ensureSandbox(), findAwsCli()]));
    const { accountId } = await sandbox.status();
    const values = { AWS_ACCOUNT_ID: accountId, AWS_REGION: region, LAB_PREFIX: '*' };
    const policy = JSON.parse(await readInfra('instructor-policy.json', values)) as unknown;
    // "@" is in no prefix, so this is never the instructor of one learner's own lab.
    const credentials = await sandbox.issueUser(`${usual}@${region}`, policy);
    const clientConfig = { region, endpoint: sandbox.endpoint, credentials };
    return {
      profile,
      session: {
        target: 'sandbox',
        profile,
        accountId,
        region,
        awsCli,
        clientConfig,
        ...noCommands,
      },
    };
  };
}
