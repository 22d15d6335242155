import { absentRoutes } from './absent-routes.ts';
import { withCheckedInputs } from './input.ts';
import type { Operation, Route, Service } from '../types.ts';

/** Half of the Lambda service: functions, or event source mappings. */
export interface ServiceHalf {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly routes: readonly Route[];
}

/** AWS has one Lambda service; here its two halves are written apart. */
export function createLambdaService(functions: ServiceHalf, mappings: ServiceHalf): Service {
  return {
    name: 'lambda',
    operations: withCheckedInputs({ ...functions.operations, ...mappings.operations }),
    routes: [...functions.routes, ...mappings.routes, ...absentRoutes],
  };
}
