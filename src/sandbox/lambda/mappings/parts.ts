import type { FunctionsApi, IamApi, MetricsApi, SqsApi, World } from '../../types.ts';
import type { MappingStore } from './mapping-store.ts';

/** What event source mappings are made from. */
export interface MappingParts {
  readonly world: World;
  readonly iam: IamApi;
  readonly sqs: SqsApi;
  readonly functions: FunctionsApi;
  readonly metrics: MetricsApi;
  readonly mappings: MappingStore;
}
