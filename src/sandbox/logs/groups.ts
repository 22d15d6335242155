import { AwsError } from '../errors.ts';
import type { CallContext, Operation, WireObject } from '../types.ts';
import { flagIn, numberIn, textIn, textMapIn, textsIn } from '../constraints/values.ts';
import { invalid } from './input.ts';
import {
  groupAccess,
  groupArn,
  groupNameIn,
  groupOfAnyInput,
  groupOfArn,
  requireOwnName,
  streamArn,
} from './log-names.ts';
import { notFound } from './log-store.ts';
import type { Group, LogStore } from './log-store.ts';
import { decodeToken, encodeToken } from './tokens.ts';

const tagsMax = 50;

export function groupOperations(store: LogStore): Record<string, Operation> {
  return {
    CreateLogGroup: onGroup('CreateLogGroup', (input, { region }) =>
      createGroup(store, region, input),
    ),

    DeleteLogGroup: onGroup('DeleteLogGroup', (input, { region }) => {
      const group = store.group(region, groupNameIn(input));
      if (group.deletionProtected) {
        throw new AwsError(
          'OperationAbortedException',
          'The specified log group has deletion protection enabled.',
        );
      }
      store.deleteGroup(group);
    }),

    PutRetentionPolicy: onGroup('PutRetentionPolicy', (input, { region }) => {
      store.setRetention(
        store.group(region, groupNameIn(input)),
        numberIn(input, 'retentionInDays'),
      );
    }),

    DeleteRetentionPolicy: onGroup('DeleteRetentionPolicy', (input, { region }) => {
      store.setRetention(store.group(region, groupNameIn(input)), undefined);
    }),

    DescribeLogGroups: {
      // Only a statement for every resource allows it; the denial names a group without a name.
      access: (_input, context) => [
        {
          action: 'logs:DescribeLogGroups',
          resource: '*',
          shownResource: streamArn(context, '', ''),
        },
      ],
      run: (input, context) => describeGroups(store, input, context),
    },

    ...tagOperations(store),
  };
}

function createGroup(store: LogStore, region: string, input: WireObject): void {
  const name = groupNameIn(input);
  requireOwnName(name);
  const logClass = textIn(input, 'logGroupClass');
  const deletionProtected = flagIn(input, 'deletionProtectionEnabled');
  const tags = textMapIn(input, 'tags');
  if (input['kmsKeyId'] !== undefined) throw invalid('KMS keys are not in the sandbox.');
  if (store.findGroup(region, name) !== undefined) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  store.addGroup({ region, name, logClass, deletionProtected, tags });
}

function describeGroups(store: LogStore, input: WireObject, context: CallContext): WireObject {
  const prefix = textIn(input, 'logGroupNamePrefix') ?? '';
  // An empty pattern is as good as none.
  const pattern = textIn(input, 'logGroupNamePattern') || undefined;
  const limit = numberIn(input, 'limit') ?? 50;
  const after = decodeToken(textIn(input, 'nextToken'), 'groups') ?? '';
  const logClass = textIn(input, 'logGroupClass');
  const identifiers = textsIn(input, 'logGroupIdentifiers')?.map(
    (identifier) => groupOfArn(identifier, context) ?? identifier,
  );
  if (prefix !== '' && pattern !== undefined) {
    throw invalid(
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    );
  }
  const found = store
    .groupsOf(context.region, after)
    .filter(
      ({ name, ...group }) =>
        name.startsWith(prefix) &&
        (pattern === undefined || name.toLowerCase().includes(pattern.toLowerCase())) &&
        (logClass === undefined || group.logClass === logClass) &&
        (identifiers === undefined || identifiers.includes(name)),
    );
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    logGroups: page.map((group) => describe(store, group, context, pattern !== undefined)),
    ...(last === undefined || found.length === page.length
      ? {}
      : { nextToken: encodeToken('groups', last.name) }),
  };
}

function describe(
  store: LogStore,
  group: Group,
  context: CallContext,
  foundByPattern: boolean,
): WireObject {
  const arn = groupArn(context, group.name);
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    ...(group.retentionDays === undefined ? {} : { retentionInDays: group.retentionDays }),
    metricFilterCount: 0,
    arn: `${arn}:*`,
    ...(foundByPattern ? {} : { storedBytes: store.bytesOf(group) }),
    logGroupClass: group.logClass,
    logGroupArn: arn,
    ...(foundByPattern ? {} : { deletionProtectionEnabled: group.deletionProtected }),
  };
}

function tagOperations(store: LogStore): Record<string, Operation> {
  const onArn = (
    action: string,
    run: (group: Group, input: WireObject) => WireObject | undefined,
  ): Operation => ({
    access: (input) => [{ action: `logs:${action}`, resource: textIn(input, 'resourceArn') ?? '' }],
    run(input, context) {
      const name = groupOfArn(textIn(input, 'resourceArn') ?? '', context);
      if (name === undefined) throw notFound('group');
      return run(store.group(context.region, name), input);
    },
  });
  return {
    TagResource: onArn('TagResource', (group, input) => {
      const tags = { ...group.tags, ...textMapIn(input, 'tags') };
      if (Object.keys(tags).length > tagsMax) {
        throw new AwsError('TooManyTagsException', `A log group can have at most ${tagsMax} tags.`);
      }
      store.setTags(group, tags);
      return undefined;
    }),

    UntagResource: onArn('UntagResource', (group, input) => {
      const keys = textsIn(input, 'tagKeys') ?? [];
      store.setTags(
        group,
        Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key))),
      );
      return undefined;
    }),

    ListTagsForResource: onArn('ListTagsForResource', (group) => ({ tags: group.tags })),
  };
}

/** A void operation on one group. */
function onGroup(
  action: string,
  run: (input: WireObject, context: CallContext) => void,
): Operation {
  return {
    access: (input, context) => [groupAccess(action, context, groupOfAnyInput(input))],
    run(input, context) {
      run(input, context);
      return undefined;
    },
  };
}
