import { withCheckedInputs } from '../constraints/checked-inputs.ts';
import type { IamApi, LogsApi, Service, World } from '../types.ts';
import { readOperations } from './read-events.ts';
import { groupOperations } from './groups.ts';
import { requireAllowed } from './input.ts';
import { LogStore } from './log-store.ts';
import { streamOperations } from './streams.ts';
import { logsApi, putOperation } from './write-events.ts';

/** CloudWatch Logs: groups, streams and events, and the door through which functions log. */
export function createLogs(world: World, iam: IamApi): { service: Service; api: LogsApi } {
  const store = new LogStore(world);
  world.clock.addGuard((to) => store.expiredBySkip(to));
  return {
    service: {
      name: 'logs',
      operations: withCheckedInputs(
        {
          ...groupOperations(store),
          ...streamOperations(store),
          ...putOperation(world, store),
          ...readOperations(store),
        },
        requireAllowed,
        'run',
      ),
    },
    api: logsApi({ world, store, iam }),
  };
}
