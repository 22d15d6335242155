import { askAws } from '../lab/aws/ask.ts';
import type { Question } from '../lab/aws/ask.ts';
import type { Lab } from '../lab/lab.ts';
import { waitFor } from '../lab/aws/wait.ts';
import { experimentPrefix } from './copy-names.ts';

/** What experiments have made and not deleted, by kind: names, and the ids of mappings. */
export interface Leftovers {
  readonly mappings: readonly string[];
  readonly functions: readonly string[];
  readonly roles: readonly string[];
  readonly queueUrls: readonly string[];
  readonly logGroups: readonly string[];
}

type Page = Record<string, unknown>;

/** Asks for every page of a list. `token` is what the answer calls the next page, `as` what the question does. */
async function allPages<T>(
  lab: Lab,
  question: Omit<Question, 'input'> & { readonly input?: Question['input'] },
  {
    items,
    token,
    as = token,
  }: { readonly items: string; readonly token: string; readonly as?: string },
): Promise<T[]> {
  const session = await lab.session();
  const found: T[] = [];
  let next: unknown;
  do {
    const input = { ...question.input, ...(next === undefined ? {} : { [as]: next }) };
    const page = (await askAws({ ...question, input }, session)) as Page | undefined;
    found.push(...((page?.[items] as T[] | undefined) ?? []));
    next = page?.[token] || undefined;
  } while (next !== undefined);
  return found;
}

/**
 * Everything whose name says that an experiment of this lab has made it. Lists only.
 * @param owner only what belongs to it, such as `20`; left out: of all experiments
 */
export async function experimentLeftovers(lab: Lab, owner?: string): Promise<Leftovers> {
  const prefix = `${experimentPrefix(lab)}${owner === undefined ? '' : `${owner}-`}`;
  const [mappings, functions, roles, queueUrls, logGroups] = await Promise.all([
    allPages<{ UUID: string; FunctionArn: string; State: string }>(
      lab,
      { service: 'lambda', operation: 'ListEventSourceMappings' },
      { items: 'EventSourceMappings', token: 'NextMarker', as: 'Marker' },
    ),
    allPages<{ FunctionName: string }>(
      lab,
      { service: 'lambda', operation: 'ListFunctions' },
      { items: 'Functions', token: 'NextMarker', as: 'Marker' },
    ),
    allPages<{ RoleName: string }>(
      lab,
      { service: 'iam', operation: 'ListRoles' },
      { items: 'Roles', token: 'Marker' },
    ),
    allPages<string>(
      lab,
      {
        service: 'sqs',
        operation: 'ListQueues',
        input: { QueueNamePrefix: prefix, MaxResults: 1000 },
      },
      { items: 'QueueUrls', token: 'NextToken' },
    ),
    allPages<{ logGroupName: string }>(
      lab,
      {
        service: 'logs',
        operation: 'DescribeLogGroups',
        input: { logGroupNamePrefix: `/aws/lambda/${prefix}` },
      },
      { items: 'logGroups', token: 'nextToken' },
    ),
  ]);
  return {
    mappings: mappings
      .filter(
        ({ FunctionArn, State }) =>
          FunctionArn.includes(`:function:${prefix}`) && State !== 'Deleting',
      )
      .map(({ UUID }) => UUID),
    functions: functions
      .map(({ FunctionName }) => FunctionName)
      .filter((name) => name.startsWith(prefix)),
    roles: roles.map(({ RoleName }) => RoleName).filter((name) => name.startsWith(prefix)),
    queueUrls,
    logGroups: logGroups.map(({ logGroupName }) => logGroupName),
  };
}

/** What is said around the deletion of copies after Ctrl-C. */
export const goneCopies = {
  before: 'The copies of the lab are being deleted.',
  after: 'They are deleted. The same command begins anew.',
} as const;

/** How many things that is. */
export const countOf = (left: Leftovers): number =>
  Object.values(left).reduce((sum: number, list: readonly string[]) => sum + list.length, 0);

/**
 * Deletes all copies that experiments of this lab have left, after kill -9 too. Never touches the lab itself, whose names
 * do not begin with `lab01-x`. Safe to repeat, and while another process does the same.
 * @param owner only what belongs to it, such as `20`; left out: of all experiments
 * @returns what was found and deleted
 */
export async function deleteExperimentLeftovers(lab: Lab, owner?: string): Promise<Leftovers> {
  const found = await experimentLeftovers(lab, owner);
  let left = found;
  // A function that still ran may have made its log group again.
  for (let round = 0; countOf(left) > 0 && round < mostRounds; round += 1) {
    await deleteLeftovers(lab, left);
    left = await experimentLeftovers(lab, owner);
  }
  return found;
}

/** AWS goes on listing a queue for up to a minute after its deletion: to delete it again changes nothing. */
const mostRounds = 3;

/** Mappings first: they outlive their functions and go on polling. Log groups last: late lines would make them again. */
export async function deleteLeftovers(lab: Lab, found: Leftovers): Promise<void> {
  const session = await lab.session();
  const ask = (service: Question['service'], operation: string, input: Question['input']) =>
    askAws({ service, operation, input }, session);
  await Promise.all(found.mappings.map((id) => deleteMapping(lab, id)));
  await Promise.all([
    ...found.functions.map((name) => ask('lambda', 'DeleteFunction', { FunctionName: name })),
    ...found.queueUrls.map((url) => ask('sqs', 'DeleteQueue', { QueueUrl: url })),
  ]);
  await Promise.all(found.roles.map((name) => deleteRole(lab, name)));
  await Promise.all(
    found.logGroups.map((name) => ask('logs', 'DeleteLogGroup', { logGroupName: name })),
  );
}

/** While a mapping is being changed AWS deletes it not yet. */
export async function deleteMapping(lab: Lab, id: string): Promise<void> {
  const session = await lab.session();
  await waitFor(lab, {
    what: 'a mapping to take its deletion',
    clock: 'a mapping is changed within seconds',
    limitSeconds: 120,
    probe: async () => {
      try {
        await askAws(
          { service: 'lambda', operation: 'DeleteEventSourceMapping', input: { UUID: id } },
          session,
        );
        return true;
      } catch (error) {
        if ((error as Error).name !== 'ResourceInUseException') throw error;
        return undefined;
      }
    },
  });
}

/** Deletes a role with all its policies; passes over one that is gone. */
export async function deleteRole(lab: Lab, name: string): Promise<void> {
  const session = await lab.session();
  const ask = <T>(operation: string, input: Question['input']) =>
    askAws({ service: 'iam', operation, input: { RoleName: name, ...input } }, session) as Promise<
      T | undefined
    >;
  const [inline, attached] = await Promise.all([
    ask<{ PolicyNames?: string[] }>('ListRolePolicies', {}),
    ask<{ AttachedPolicies?: { PolicyArn: string }[] }>('ListAttachedRolePolicies', {}),
  ]);
  await Promise.all([
    ...(inline?.PolicyNames ?? []).map((policy) => ask('DeleteRolePolicy', { PolicyName: policy })),
    ...(attached?.AttachedPolicies ?? []).map(({ PolicyArn }) =>
      ask('DetachRolePolicy', { PolicyArn }),
    ),
  ]);
  await ask('DeleteRole', {});
}
