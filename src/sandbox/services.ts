import { createIam } from './iam/service.ts';
import type { Users } from './iam/users.ts';
import { createSts } from './sts/service.ts';
import type {
  FunctionsApi,
  IamApi,
  LogsApi,
  Operation,
  Route,
  Service,
  SqsApi,
  World,
} from './types.ts';

/** Every service of the sandbox, built on one world. */
export interface Services {
  readonly all: readonly Service[];
  readonly iam: IamApi;
  readonly users: Users;
  close(): Promise<void>;
}

interface Half {
  operations: Record<string, Operation>;
  routes: Route[];
  close(): void | Promise<void>;
}

// While the services are being written, only those are assembled whose module is there.
// oxlint-disable-next-line typescript/no-explicit-any
async function load(path: string): Promise<any> {
  try {
    return await import(path);
  } catch (error) {
    if (
      /Cannot find module|Failed to load|ERR_MODULE_NOT_FOUND|does not exist/.test(String(error))
    ) {
      return undefined;
    }
    throw error;
  }
}

export async function createServices(world: World): Promise<Services> {
  const iam = createIam(world);
  const sqs: { service: Service; api: SqsApi } | undefined = (
    await load('./sqs/service.ts')
  )?.createSqs(world);
  const logs: { service: Service; api: LogsApi } | undefined = (
    await load('./logs/service.ts')
  )?.createLogs(world, iam.api);
  const functions: (Half & { api: FunctionsApi }) | undefined =
    logs &&
    (await load('./lambda/functions.ts'))?.createFunctions(world, { iam: iam.api, logs: logs.api });
  const mappings: Half | undefined =
    sqs &&
    functions &&
    (await load('./lambda/mappings/mappings.ts'))?.createMappings(world, {
      iam: iam.api,
      sqs: sqs.api,
      functions: functions.api,
    });
  const none = { operations: {}, routes: [], close: () => undefined };
  const lambda: Service | undefined =
    functions &&
    (await load('./lambda/service.ts'))?.createLambdaService(functions, mappings ?? none);
  return {
    all: [iam.service, createSts().service, sqs?.service, logs?.service, lambda].filter(
      (service) => service !== undefined,
    ),
    iam: iam.api,
    users: iam.users,
    async close() {
      await mappings?.close();
      await functions?.close();
    },
  };
}
