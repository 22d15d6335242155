import type { IamApi, LogsApi, Service, World } from '../types.ts';
import { readOperations } from './events.ts';
import { groupOperations } from './groups.ts';
import { LogStore } from './store.ts';
import { streamOperations } from './streams.ts';
import { logsApi, putOperation } from './write-events.ts';

const filter = 'Use filter-log-events with a filter pattern.';
const follow = 'Use "aws logs tail --follow".';
const read = 'Use filter-log-events or get-log-events.';

/** What people use of CloudWatch Logs besides, and what serves them here. */
const instead: NonNullable<Service['instead']> = {
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
};

/** CloudWatch Logs: groups, streams and events, and the door through which functions log. */
export function createLogs(world: World, iam: IamApi): { service: Service; api: LogsApi } {
  const store = new LogStore(world);
  return {
    service: {
      name: 'logs',
      operations: {
        ...groupOperations(store),
        ...streamOperations(store),
        ...putOperation(world, store),
        ...readOperations(store),
      },
      instead,
    },
    api: logsApi({ world, store, iam }),
  };
}
