import type { Service, World } from '../types.ts';
import { createDecisions } from './decide.ts';
import type { Decisions } from './decide.ts';
import { withCheckedInputs } from './input.ts';
import { openManagedPolicies } from './managed-policies.ts';
import { ownerPolicyOperations } from './owner-policies.ts';
import { policyOperations } from './policies.ts';
import { roleOperations } from './roles.ts';
import { openSessions } from './sessions.ts';
import type { Sessions } from './sessions.ts';
import { simulateOperations } from './simulate.ts';
import { openIamTables } from './iam-tables.ts';
import { openIamStore } from './iam-store.ts';
import { userOperations } from './user-operations.ts';
import { createUsers } from './users.ts';
import type { Users } from './users.ts';

/** IAM: roles, policies, users, and the decisions that the whole sandbox asks for. */
export function createIam(world: World): {
  service: Service;
  api: Decisions;
  users: Users;
  sessions: Sessions;
} {
  const tables = openIamTables(world.store);
  const iam = openIamStore(tables, world);
  const managed = openManagedPolicies(tables, world);
  const decisions = createDecisions(world, iam, managed);
  const sessions = openSessions(world);
  const { accountId } = world;
  return {
    service: {
      name: 'iam',
      operations: withCheckedInputs('iam', {
        ...roleOperations(iam, managed, accountId),
        ...ownerPolicyOperations('Role', iam, managed, accountId),
        ...ownerPolicyOperations('User', iam, managed, accountId),
        ...policyOperations(iam, managed, accountId),
        ...userOperations(iam, accountId),
        ...simulateOperations(iam, decisions),
      }),
    },
    api: decisions,
    users: createUsers(world, { iam, managed, sessions }),
    sessions,
  };
}
