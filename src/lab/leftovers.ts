import { askAws } from './aws/ask.ts';
import type { Question } from './aws/ask.ts';
import { waitFor } from './aws/wait.ts';
import type { Lab } from './lab.ts';
import type { LabNames } from './settings.ts';

/** What was made beside the lab and not deleted, by kind: names, URLs of queues, ids of mappings. */
export interface Leftovers {
  readonly mappings: readonly string[];
  readonly functions: readonly string[];
  readonly roles: readonly string[];
  readonly queueUrls: readonly string[];
  readonly logGroups: readonly string[];
}

/** The name of everything that an experiment or a drill makes begins with this, and no name of the lab itself does. */
export const besideTheLab = ({ prefix }: Pick<LabNames, 'prefix'>): string => `${prefix}lab01-x`;

interface List {
  readonly service: Question['service'];
  readonly operation: string;
  readonly input?: Question['input'];
  readonly items: string;
  /** What the answer calls the next page, and what the question does. */
  readonly token: readonly [answer: string, question: string];
}

async function allPages<T>(lab: Lab, list: List): Promise<T[]> {
  const session = await lab.session();
  const { service, operation, items, token } = list;
  const found: T[] = [];
  let next: unknown;
  do {
    const input = { ...list.input, ...(next === undefined ? {} : { [token[1]]: next }) };
    const page = (await askAws({ service, operation, input }, session)) as
      Record<string, unknown> | undefined;
    found.push(...((page?.[items] as T[] | undefined) ?? []));
    next = page?.[token[0]] || undefined;
  } while (next !== undefined);
  return found;
}

/** Everything beside the lab whose name says that an experiment or a drill of this prefix made it. Lists only. */
export async function leftoversOf(lab: Lab): Promise<Leftovers> {
  const prefix = besideTheLab(lab);
  const [mappings, functions, roles, queueUrls, logGroups] = await Promise.all([
    allPages<{ UUID: string; FunctionArn?: string; EventSourceArn?: string; State?: string }>(lab, {
      service: 'lambda',
      operation: 'ListEventSourceMappings',
      items: 'EventSourceMappings',
      token: ['NextMarker', 'Marker'],
    }),
    allPages<{ FunctionName: string }>(lab, {
      service: 'lambda',
      operation: 'ListFunctions',
      items: 'Functions',
      token: ['NextMarker', 'Marker'],
    }),
    allPages<{ RoleName: string }>(lab, {
      service: 'iam',
      operation: 'ListRoles',
      items: 'Roles',
      token: ['Marker', 'Marker'],
    }),
    allPages<string>(lab, {
      service: 'sqs',
      operation: 'ListQueues',
      input: { QueueNamePrefix: prefix, MaxResults: 1000 },
      items: 'QueueUrls',
      token: ['NextToken', 'NextToken'],
    }),
    allPages<{ logGroupName: string }>(lab, {
      service: 'logs',
      operation: 'DescribeLogGroups',
      input: { logGroupNamePrefix: `/aws/lambda/${prefix}` },
      items: 'logGroups',
      token: ['nextToken', 'nextToken'],
    }),
  ]);
  const isBeside = (arn: string | undefined) => arn?.split(':').some((part) => part.startsWith(prefix));
  return {
    mappings: mappings
      .filter(({ FunctionArn, State }) => isBeside(FunctionArn) && State !== 'Deleting')
      .map(({ UUID }) => UUID),
    functions: functions
      .map(({ FunctionName }) => FunctionName)
      .filter((name) => name.startsWith(prefix)),
    roles: roles.map(({ RoleName }) => RoleName).filter((name) => name.startsWith(prefix)),
    queueUrls,
    logGroups: logGroups.map(({ logGroupName }) => logGroupName),
  };
}

/** How many things that is. */
export const countOf = (left: Leftovers): number =>
  Object.values(left).reduce((sum: number, list: readonly string[]) => sum + list.length, 0);

/**
 * Deletes what experiments and drills of this prefix have left, after kill -9 too. Never touches the lab itself. Safe to
 * repeat, and while another process does the same.
 * @returns what was found and deleted
 */
export async function deleteLeftovers(lab: Lab): Promise<Leftovers> {
  const found = await leftoversOf(lab);
  const session = await lab.session();
  const ask = (service: Question['service'], operation: string, input: Question['input']) =>
    askAws({ service, operation, input }, session);
  // Mappings first: they outlive their functions and go on polling. Log groups last: late lines would make them again.
  await Promise.all(found.mappings.map((id) => deleteMapping(lab, id)));
  await Promise.all([
    ...found.functions.map((name) => ask('lambda', 'DeleteFunction', { FunctionName: name })),
    ...found.queueUrls.map((url) => ask('sqs', 'DeleteQueue', { QueueUrl: url })),
  ]);
  await Promise.all(found.roles.map((name) => deleteRole(lab, name)));
  await Promise.all(
    found.logGroups.map((name) => ask('logs', 'DeleteLogGroup', { logGroupName: name })),
  );
  return found;
}

/** Waits while AWS changes the mapping: until then it deletes none. Passes over one that is gone. */
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
  const ask = <T>(operation: string, input: Question['input'] = {}) =>
    askAws(
      { service: 'iam', operation, input: { RoleName: name, ...input } },
      session,
    ) as Promise<T | undefined>;
  const [inline, attached] = await Promise.all([
    ask<{ PolicyNames?: string[] }>('ListRolePolicies'),
    ask<{ AttachedPolicies?: { PolicyArn: string }[] }>('ListAttachedRolePolicies'),
  ]);
  await Promise.all([
    ...(inline?.PolicyNames ?? []).map((PolicyName) => ask('DeleteRolePolicy', { PolicyName })),
    ...(attached?.AttachedPolicies ?? []).map(({ PolicyArn }) =>
      ask('DetachRolePolicy', { PolicyArn }),
    ),
  ]);
  await ask('DeleteRole');
}
