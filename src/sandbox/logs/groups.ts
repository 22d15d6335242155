import { AwsError } from '../errors.ts';
import type { CallContext, Operation, WireObject } from '../types.ts';
import {
  invalid,
  missing,
  optionalFlag,
  optionalNumber,
  optionalTags,
  optionalText,
  optionalTexts,
  requiredText,
} from './input.ts';
import {
  groupAccess,
  groupArn,
  groupPattern,
  groupOfAnyInput,
  groupOfArn,
  readGroupName,
  readGroupPrefix,
  readNewGroupName,
  streamArn,
} from './names.ts';
import { notFound } from './store.ts';
import type { Group, LogStore } from './store.ts';
import { decodeToken, encodeToken } from './tokens.ts';

/** The only numbers of days that CloudWatch Logs takes. */
const retentionChoices = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

const tagsMax = 50;

export function groupOperations(store: LogStore): Record<string, Operation> {
  return {
    CreateLogGroup: onGroup('CreateLogGroup', (input, { region }) =>
      createGroup(store, region, input),
    ),

    DeleteLogGroup: onGroup('DeleteLogGroup', (input, { region }) => {
      const group = store.group(region, readGroupName(input));
      if (group.deletionProtected) {
        throw new AwsError(
          'OperationAbortedException',
          'The specified log group has deletion protection enabled.',
        );
      }
      store.deleteGroup(group);
    }),

    PutRetentionPolicy: onGroup('PutRetentionPolicy', (input, { region }) => {
      const name = readGroupName(input);
      const days = optionalNumber(input, 'retentionInDays');
      if (days === undefined) throw missing('retentionInDays');
      if (!retentionChoices.includes(days)) {
        throw invalid(
          `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentionChoices.join(', ')}]`,
        );
      }
      store.setRetention(store.group(region, name), days);
    }),

    DeleteRetentionPolicy: onGroup('DeleteRetentionPolicy', (input, { region }) => {
      store.setRetention(store.group(region, readGroupName(input)), undefined);
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
  const name = readNewGroupName(input);
  const logClass = optionalText(input, 'logGroupClass', {
    oneOf: ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'],
  });
  const deletionProtected = optionalFlag(input, 'deletionProtectionEnabled');
  const tags = optionalTags(input, 'tags');
  if (input['kmsKeyId'] !== undefined) throw invalid('KMS keys are not in the sandbox.');
  if (store.findGroup(region, name) !== undefined) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  store.addGroup({ region, name, logClass, deletionProtected, tags });
}

function describeGroups(store: LogStore, input: WireObject, context: CallContext): WireObject {
  const prefix = readGroupPrefix(input) ?? '';
  // An empty pattern is as good as none.
  const pattern = input['logGroupNamePattern'] === '' ? undefined : readPattern(input);
  const limit = optionalNumber(input, 'limit', { min: 1, max: 50 }) ?? 50;
  const after = decodeToken(optionalText(input, 'nextToken', { max: 2048 }), 'groups') ?? '';
  const logClass = optionalText(input, 'logGroupClass');
  const identifiers = optionalTexts(input, 'logGroupIdentifiers', 50)?.map(
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

function readPattern(input: WireObject): string | undefined {
  return optionalText(input, 'logGroupNamePattern', { pattern: groupPattern });
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
    access: ({ resourceArn }) => [
      { action: `logs:${action}`, resource: typeof resourceArn === 'string' ? resourceArn : '' },
    ],
    run(input, context) {
      const arn = requiredText(input, 'resourceArn', { max: 1011 });
      const name = groupOfArn(arn, context);
      if (name === undefined) throw notFound('group');
      return run(store.group(context.region, name), input);
    },
  });
  return {
    TagResource: onArn('TagResource', (group, input) => {
      const added = optionalTags(input, 'tags');
      if (added === undefined) throw missing('tags');
      const tags = { ...group.tags, ...added };
      if (Object.keys(tags).length > tagsMax) {
        throw new AwsError('TooManyTagsException', `A log group can have at most ${tagsMax} tags.`);
      }
      store.setTags(group, tags);
      return undefined;
    }),

    UntagResource: onArn('UntagResource', (group, input) => {
      const keys = optionalTexts(input, 'tagKeys', tagsMax) ?? [];
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
