import { randomUUID } from 'node:crypto';
import type { SkipVote } from '../clock.ts';
import { noMetrics } from '../types.ts';
import type {
  FunctionsApi,
  InvokeOutcome,
  MetricsApi,
  Operation,
  Route,
  SqsApi,
  World,
} from '../types.ts';
import { createCodeFolders } from './code-folders.ts';
import { eventInvokeConfigOperations } from './event-invoke-config.ts';
import { openEventInvokeStore } from './event-invoke-store.ts';
import { getPolicyOperation } from './get-policy.ts';
import {
  deleteFunctionConcurrencyOperation,
  getAccountSettingsOperation,
  getFunctionConcurrencyOperation,
  putFunctionConcurrencyOperation,
} from './reserved-concurrency.ts';
import { createFunctionOperation } from './create-function.ts';
import { createEvents } from './events.ts';
import type { EnvironmentServices } from './environments/environment.ts';
import { EnvironmentPool } from './environments/pool.ts';
import { lazyWorkspace } from './environments/workspace.ts';
import { FunctionRuns } from './function-runs.ts';
import { referenceOf } from './function-name.ts';
import {
  deleteFunctionOperation,
  getFunctionConfigurationOperation,
  getFunctionOperation,
  listFunctionsOperation,
  listVersionsOperation,
} from './function-operations.ts';
import { functionPart, openFunctionStore } from './function-store.ts';
import { invokeOperation } from './invoke-operation.ts';
import { drawVersion, findFunction } from './parts.ts';
import type { FunctionParts } from './parts.ts';
import { isPending } from './states.ts';
import { tagOperations } from './tags.ts';
import {
  updateFunctionCodeOperation,
  updateFunctionConfigurationOperation,
} from './update-function.ts';
import { aliasOperations, publishVersionOperation } from './version-operations.ts';
import { openVersionStore } from './version-store.ts';

/** The half of the Lambda service that has to do with functions. */
export interface Functions {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly routes: readonly Route[];
  readonly api: FunctionsApi;
  /** Ends every execution environment. */
  close(): Promise<void>;
}

export function createFunctions(
  world: World,
  {
    iam,
    logs,
    sqs,
    sessions,
    endpoint,
    metrics = noMetrics,
  }: Pick<EnvironmentServices, 'endpoint' | 'iam' | 'logs' | 'sessions'> & {
    readonly sqs: SqsApi;
    readonly metrics?: MetricsApi;
  },
): Functions {
  const { clock } = world;
  const functions = openFunctionStore(world.store);
  const versions = openVersionStore(world.store);
  const workspace = lazyWorkspace();
  const openWorkspace = () => workspace.open();
  const codeFolders = createCodeFolders(openWorkspace, (sha256) => functions.zipOf(sha256));
  const pool = new EnvironmentPool(codeFolders, {
    world,
    iam,
    logs,
    sessions,
    endpoint,
    openWorkspace,
  });
  const runs = new FunctionRuns(functions, pool, { clock, store: world.store, metrics });
  const eventInvokes = openEventInvokeStore(world.store);
  const known = { world, iam, sqs, functions, versions, codeFolders, pool, runs, eventInvokes };
  const events = createEvents(known);
  const parts: FunctionParts = { ...known, events };

  clock.addVoter((): SkipVote => {
    if (runs.busy) return { busy: true };
    const ahead = [functions.nextSettling(clock.now()), events.nextDue()];
    const next = Math.min(...ahead.filter((time) => time !== undefined));
    return Number.isFinite(next) ? { busy: false, next } : { busy: false };
  });

  world.store.feed.describe('functions', () =>
    functions.all().map(({ config }) => ({
      functionArn: config.arn,
      settings: functionPart(config),
      ...runs.environmentsOf(config.arn),
    })),
  );

  return {
    operations: operationsOf(parts),
    routes,
    api: functionsApi(parts),
    async close() {
      events.close();
      await pool.close();
      await workspace.close();
    },
  };
}

function operationsOf(parts: FunctionParts): Record<string, Operation> {
  return {
    CreateFunction: createFunctionOperation(parts),
    GetFunction: getFunctionOperation(parts),
    GetFunctionConfiguration: getFunctionConfigurationOperation(parts),
    UpdateFunctionCode: updateFunctionCodeOperation(parts),
    UpdateFunctionConfiguration: updateFunctionConfigurationOperation(parts),
    DeleteFunction: deleteFunctionOperation(parts),
    ListFunctions: listFunctionsOperation(parts),
    ListVersionsByFunction: listVersionsOperation(parts),
    PublishVersion: publishVersionOperation(parts),
    ...aliasOperations(parts),
    Invoke: invokeOperation(parts),
    PutFunctionConcurrency: putFunctionConcurrencyOperation(parts),
    GetFunctionConcurrency: getFunctionConcurrencyOperation(parts),
    DeleteFunctionConcurrency: deleteFunctionConcurrencyOperation(parts),
    GetAccountSettings: getAccountSettingsOperation(parts),
    ...tagOperations(parts),
    ...eventInvokeConfigOperations(parts),
    GetPolicy: getPolicyOperation(),
  };
}

const functionPath = '/2015-03-31/functions/{FunctionName}';
const eventInvokePath = '/2019-09-25/functions/{FunctionName}/event-invoke-config';
const routes: readonly Route[] = [
  { operation: 'CreateFunction', method: 'POST', path: '/2015-03-31/functions' },
  { operation: 'ListFunctions', method: 'GET', path: '/2015-03-31/functions' },
  { operation: 'GetFunction', method: 'GET', path: functionPath },
  { operation: 'DeleteFunction', method: 'DELETE', path: functionPath },
  { operation: 'GetFunctionConfiguration', method: 'GET', path: `${functionPath}/configuration` },
  {
    operation: 'UpdateFunctionConfiguration',
    method: 'PUT',
    path: `${functionPath}/configuration`,
  },
  { operation: 'UpdateFunctionCode', method: 'PUT', path: `${functionPath}/code` },
  { operation: 'ListVersionsByFunction', method: 'GET', path: `${functionPath}/versions` },
  { operation: 'PublishVersion', method: 'POST', path: `${functionPath}/versions` },
  { operation: 'CreateAlias', method: 'POST', path: `${functionPath}/aliases` },
  { operation: 'ListAliases', method: 'GET', path: `${functionPath}/aliases` },
  { operation: 'GetAlias', method: 'GET', path: `${functionPath}/aliases/{Name}` },
  { operation: 'UpdateAlias', method: 'PUT', path: `${functionPath}/aliases/{Name}` },
  { operation: 'DeleteAlias', method: 'DELETE', path: `${functionPath}/aliases/{Name}` },
  { operation: 'Invoke', method: 'POST', path: `${functionPath}/invocations` },
  {
    operation: 'PutFunctionConcurrency',
    method: 'PUT',
    path: '/2017-10-31/functions/{FunctionName}/concurrency',
  },
  {
    operation: 'DeleteFunctionConcurrency',
    method: 'DELETE',
    path: '/2017-10-31/functions/{FunctionName}/concurrency',
  },
  {
    operation: 'GetFunctionConcurrency',
    method: 'GET',
    path: '/2019-09-30/functions/{FunctionName}/concurrency',
  },
  { operation: 'GetPolicy', method: 'GET', path: `${functionPath}/policy` },
  { operation: 'PutFunctionEventInvokeConfig', method: 'PUT', path: eventInvokePath },
  { operation: 'UpdateFunctionEventInvokeConfig', method: 'POST', path: eventInvokePath },
  { operation: 'GetFunctionEventInvokeConfig', method: 'GET', path: eventInvokePath },
  { operation: 'DeleteFunctionEventInvokeConfig', method: 'DELETE', path: eventInvokePath },
  { operation: 'ListFunctionEventInvokeConfigs', method: 'GET', path: `${eventInvokePath}/list` },
  { operation: 'GetAccountSettings', method: 'GET', path: '/2016-08-19/account-settings' },
  { operation: 'TagResource', method: 'POST', path: '/2017-03-31/tags/{Resource}' },
  { operation: 'UntagResource', method: 'DELETE', path: '/2017-03-31/tags/{Resource}' },
  { operation: 'ListTags', method: 'GET', path: '/2017-03-31/tags/{Resource}' },
];

/** What event source mappings use. */
function functionsApi(parts: FunctionParts): FunctionsApi {
  const { world, runs } = parts;
  const { clock } = world;
  return {
    find(functionArn) {
      const stored = findFunction(parts, referenceOf(functionArn));
      if (stored === undefined) return undefined;
      // Already as an update under way will have it.
      const { name, arn, roleArn, timeoutSeconds } = stored.config;
      const state = isPending(stored, clock.now()) ? 'Pending' : 'Active';
      return { name, arn, roleArn, timeoutSeconds, state };
    },

    async invoke({ functionArn, payload, signal }): Promise<InvokeOutcome> {
      const reference = referenceOf(functionArn);
      const created = findFunction(parts, reference);
      if (created !== undefined && isPending(created, clock.now())) {
        await clock.sleepUntil(created.settlesAt, signal);
      }
      const stored = findFunction(parts, reference, drawVersion);
      if (stored === undefined) return { kind: 'not-found' };
      if (isPending(stored, clock.now())) return { kind: 'throttled', reason: 'Pending' };
      const reason = runs.throttleReason(stored, functionArn);
      if (reason !== undefined) return { kind: 'throttled', reason };
      const requestId = randomUUID();
      try {
        const result = await runs.run(stored, {
          requestId,
          payload,
          invokedArn: functionArn,
        });
        return { kind: 'completed', requestId, ...result };
      } catch (error) {
        // Of the sandbox, not of the function: whoever called tries again, as after a 500 of Lambda.
        return { kind: 'throttled', reason: `ServiceException: ${String(error)}` };
      }
    },
  };
}
