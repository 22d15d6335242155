import type { IamApi, Operation, Service, World } from '../types.ts';
import { createDecisions } from './decide.ts';
import { openManagedPolicies } from './managed-policies.ts';
import { openIamStore } from './store.ts';
import { createUsers } from './users.ts';
import type { Users } from './users.ts';

/** IAM: roles, policies, users, and the decisions that the whole sandbox asks for. */
export function createIam(world: World): { service: Service; api: IamApi; users: Users } {
  const iam = openIamStore(world);
  const managed = openManagedPolicies(world);
  const operations: Record<string, Operation> = {};
  return {
    service: { name: 'iam', operations },
    api: createDecisions(world, iam, managed),
    users: createUsers(world, iam),
  };
}
