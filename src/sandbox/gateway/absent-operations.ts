import type { ServiceName } from '../types.ts';

const filter = 'Use filter-log-events with a filter pattern.';
const follow = 'Use "aws logs tail --follow".';
const read = 'Use filter-log-events or get-log-events.';

/** Operations that AWS serves, that this lab's readers may try, and what to do without them. */
export const absentOperations: Readonly<
  Partial<Record<ServiceName, Readonly<Record<string, string>>>>
> = {
  lambda: {
    AddPermission:
      'It lets other services invoke the function; an event source mapping on SQS needs none, since Lambda polls the queue under the execution role.',
    PutProvisionedConcurrencyConfig:
      'It keeps execution environments warm; put-function-concurrency reserves and limits concurrency.',
    CreateFunctionUrlConfig: 'Call the function with aws lambda invoke.',
    PublishLayerVersion: 'Put the code of the layer into the zip of the function.',
  },
  logs: {
    DescribeMetricFilters: filter,
    DescribeQueries: filter,
    DescribeSubscriptionFilters: follow,
    GetLogRecord: read,
    GetQueryResults: filter,
    ListLogGroups: 'Use describe-log-groups.',
    ListTagsLogGroup: 'Use list-tags-for-resource.',
    PutMetricFilter: filter,
    PutSubscriptionFilter: follow,
    StartLiveTail: follow,
    StartQuery: filter,
    TagLogGroup: 'Use tag-resource.',
    TestMetricFilter: filter,
    UntagLogGroup: 'Use untag-resource.',
  },
  sqs: {
    AddPermission: 'It writes the policy of the queue: set the attribute Policy instead.',
    RemovePermission: 'It writes the policy of the queue: set the attribute Policy instead.',
  },
  sts: {
    GetFederationToken: 'Use get-session-token, or a role and assume-role.',
  },
};
