import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DecidedAccess, DecidedCall } from '../../sandbox/gateway/authorize.ts';
import { evaluate } from '../../sandbox/iam/evaluate.ts';
import { parsePolicy } from '../../sandbox/iam/policy-document.ts';
import { readInfra } from '../../lab/infra.ts';
import type { infraFiles } from '../../lab/infra.ts';
import type { Checkout } from './checkout.ts';

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

/** One question to IAM, as the sandbox writes it down. */
export type Asked = Pick<DecidedAccess, 'action' | 'conditions' | 'resource'>;

/** A policy of infra/, as somebody with this prefix gets it in the sandbox. */
export async function filledPolicy(
  name: (typeof infraFiles)[number],
  prefix = '',
): Promise<PolicyDocument> {
  const values = {
    AWS_ACCOUNT_ID: '111122223333',
    AWS_REGION: 'us-east-1',
    LAB_PREFIX: prefix,
  };
  return JSON.parse(await readInfra(name, values)) as PolicyDocument;
}

/** What the sandbox's own evaluator says to one question, when these are the caller's policies. */
export function allows(policies: readonly PolicyDocument[], asked: Asked): boolean {
  const context = new Map(
    Object.entries(asked.conditions).map(([key, values]) => [key.toLowerCase(), values]),
  );
  const parsed = policies.map((policy) => parsePolicy(JSON.stringify(policy), 'identity'));
  return evaluate(parsed, { ...asked, context }) === 'allowed';
}

/** Every action that a policy allows, in the order of the policy. */
export function actionsOf(policy: PolicyDocument): string[] {
  return policy.Statement.flatMap(({ Action }) => Action);
}

export function withoutAction(policy: PolicyDocument, action: string): PolicyDocument {
  return {
    ...policy,
    Statement: policy.Statement.map((statement) => ({
      ...statement,
      Action: [statement.Action].flat().filter((one) => one !== action),
    })).filter(({ Action }) => Action.length > 0),
  };
}

/** The policy with one statement changed. */
export function withStatement(
  policy: PolicyDocument,
  sid: string,
  change: (statement: Statement) => Statement,
): PolicyDocument {
  return {
    ...policy,
    Statement: policy.Statement.map((one) => (one.Sid === sid ? change(one) : one)),
  };
}

/** Where a sandbox that was started from a checkout is, and how to get in. */
export async function doorOf(checkout: Checkout): Promise<{ endpoint: string; token: string }> {
  const home = join(checkout.root, '.lab', 'sandbox');
  const [file, token] = await Promise.all([
    readFile(join(home, 'process.json'), 'utf8'),
    readFile(join(home, 'control-token'), 'utf8'),
  ]);
  const { endpoint } = JSON.parse(file) as { endpoint: string };
  return { endpoint, token: token.trim() };
}

/** Writes down the calls that a sandbox answers, from now on until they are read. */
export async function recordCalls({
  endpoint,
  token,
}: {
  readonly endpoint: string;
  readonly token: string;
}) {
  const door = async (init: RequestInit): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${endpoint}/_sandbox/calls`, { ...init, headers });
    if (!answer.ok) throw new Error(`the control door says ${answer.status}`);
    return answer.json();
  };
  await door({ method: 'POST', body: '{"record":true}' });
  return async (): Promise<readonly DecidedCall[]> => {
    const { calls, dropped } = (await door({ method: 'GET' })) as {
      calls: DecidedCall[];
      dropped: number;
    };
    if (dropped > 0) throw new Error(`${dropped} calls were made and not kept`);
    return calls;
  };
}

/** What IAM was asked for one caller, each question once. */
export function askedFor(calls: readonly DecidedCall[], caller: string): DecidedAccess[] {
  const all = calls.filter((call) => call.caller === caller).flatMap(({ asked }) => asked);
  return [...new Map(all.map((asked) => [JSON.stringify(asked), asked])).values()];
}
