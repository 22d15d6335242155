import { RawResult } from '../types.ts';
import type { Operation } from '../types.ts';
import { accountConcurrency, leastUnreserved } from './executions.ts';
import { accessTo } from './function-operations.ts';
import { functionReference } from './function-name.ts';
import { requireFunction } from './parts.ts';
import type { FunctionParts } from './parts.ts';
import { constraintError, invalidParameter, problemOf, validationError } from './validation.ts';

/** Reserved concurrency: at most so many at once, kept free for this function; 0 throttles all. */
export function putFunctionConcurrencyOperation({ functions }: FunctionParts): Operation {
  const member = 'reservedConcurrentExecutions';
  return {
    access: accessTo('lambda:PutFunctionConcurrency'),
    run(input, context) {
      const { config } = requireFunction(functions, functionReference(input, context), 'qualified');
      const value = input['ReservedConcurrentExecutions'];
      if (value === undefined) throw constraintError(member, null, 'Member must not be null');
      const problem = problemOf({ member, type: 'integer', min: 0 }, value);
      if (problem !== undefined) throw validationError([problem]);
      const reserved = Number(value);
      const others = functions.reservedByOthers(config.region, config.arn);
      if (accountConcurrency - others - reserved < leastUnreserved) {
        throw invalidParameter(
          `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${leastUnreserved}].`,
        );
      }
      functions.setReservedConcurrency(config.arn, reserved);
      return { ReservedConcurrentExecutions: reserved };
    },
  };
}

export function getFunctionConcurrencyOperation({ functions }: FunctionParts): Operation {
  return {
    access: accessTo('lambda:GetFunctionConcurrency'),
    run(input, context) {
      const { reservedConcurrency } = requireFunction(functions, functionReference(input, context));
      const none = reservedConcurrency === undefined;
      return none ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
    },
  };
}

export function deleteFunctionConcurrencyOperation({ functions }: FunctionParts): Operation {
  return {
    access: accessTo('lambda:DeleteFunctionConcurrency'),
    run(input, context) {
      const { config } = requireFunction(functions, functionReference(input, context), 'qualified');
      functions.setReservedConcurrency(config.arn, undefined);
      return new RawResult(204);
    },
  };
}

export function getAccountSettingsOperation({ functions }: FunctionParts): Operation {
  return {
    access: () => [{ action: 'lambda:GetAccountSettings', resource: '*' }],
    run(_input, { region }) {
      const all = functions.list(region);
      return {
        AccountLimit: {
          TotalCodeSize: 80_530_636_800,
          CodeSizeUnzipped: 262_144_000,
          CodeSizeZipped: 52_428_800,
          ConcurrentExecutions: accountConcurrency,
          UnreservedConcurrentExecutions:
            accountConcurrency - functions.reservedByOthers(region, ''),
        },
        AccountUsage: {
          TotalCodeSize: all.reduce((sum, { config }) => sum + config.codeSize, 0),
          FunctionCount: all.length,
        },
      };
    },
  };
}
