import { createIam } from './iam/service.ts';
import type { Users } from './iam/users.ts';
import { createFunctions } from './lambda/functions.ts';
import { createMappings } from './lambda/mappings/mappings.ts';
import { createLambdaService } from './lambda/service.ts';
import { createLogs } from './logs/service.ts';
import { createMetrics } from './metrics/service.ts';
import { createSqs } from './sqs/service.ts';
import { createSts } from './sts/service.ts';
import type { IamApi, Service, World } from './types.ts';

/** Every service of the sandbox, built on one world. */
export interface Services {
  readonly all: readonly Service[];
  readonly iam: IamApi;
  readonly users: Users;
  /** Ends what runs by itself: pollers, move tasks, functions. */
  close(): Promise<void>;
}

/** @param endpoint where functions reach the sandbox; undefined before it listens */
export function createServices(
  world: World,
  endpoint: () => string | undefined = () => undefined,
): Services {
  const iam = createIam(world);
  const sts = createSts({ iam: iam.api, sessions: iam.sessions });
  const logs = createLogs(world, iam.api);
  const metrics = createMetrics(world);
  const sqs = createSqs(world, { metrics: metrics.api });
  iam.api.useResourcePolicies(sqs.policyOf);
  const functions = createFunctions(world, {
    iam: iam.api,
    logs: logs.api,
    sqs: sqs.api,
    sessions: iam.sessions,
    endpoint,
    metrics: metrics.api,
  });
  const mappings = createMappings(world, {
    iam: iam.api,
    sqs: sqs.api,
    functions: functions.api,
    metrics: metrics.api,
  });
  const lambda = createLambdaService(functions, mappings);
  return {
    all: [iam.service, sts.service, sqs.service, lambda, logs.service, metrics.service],
    iam: iam.api,
    users: iam.users,
    async close() {
      mappings.close();
      sqs.close();
      await functions.close();
      metrics.close();
    },
  };
}
