import { noMetrics } from '../../types.ts';
import type {
  FunctionsApi,
  IamApi,
  MetricsApi,
  Operation,
  Route,
  SqsApi,
  World,
} from '../../types.ts';
import { Lifecycle } from './lifecycle.ts';
import { openMappingStore } from './mapping-store.ts';
import { mappingOperations } from './operations.ts';

/** The half of the Lambda service that has to do with event source mappings. */
export interface Mappings {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly routes: readonly Route[];
  /** Stops polling at once. */
  close(): void;
}

const path = '/2015-03-31/event-source-mappings';
const routes: readonly Route[] = [
  { operation: 'CreateEventSourceMapping', method: 'POST', path },
  { operation: 'ListEventSourceMappings', method: 'GET', path },
  { operation: 'GetEventSourceMapping', method: 'GET', path: `${path}/{UUID}` },
  { operation: 'UpdateEventSourceMapping', method: 'PUT', path: `${path}/{UUID}` },
  { operation: 'DeleteEventSourceMapping', method: 'DELETE', path: `${path}/{UUID}` },
];

/** Enabled mappings that the store knows begin to poll at once. */
export function createMappings(
  world: World,
  services: {
    readonly iam: IamApi;
    readonly sqs: SqsApi;
    readonly functions: FunctionsApi;
    readonly metrics?: MetricsApi;
  },
): Mappings {
  const parts = {
    world,
    metrics: noMetrics,
    ...services,
    mappings: openMappingStore(world.store),
  };
  const lifecycle = new Lifecycle(parts);
  return {
    operations: mappingOperations(parts, lifecycle),
    routes,
    close: () => lifecycle.close(),
  };
}
