import { RawResult } from '../types.ts';
import type { Operation } from '../types.ts';
import { accountConcurrency, leastUnreserved } from './function-runs.ts';
import { accessTo } from './function-operations.ts';
import { functionReference } from './function-name.ts';
import type { FunctionReference } from './function-name.ts';
import type { StoredFunction } from './function-store.ts';
import { requireFunction, requireUnqualified } from './parts.ts';
import type { FunctionParts } from './parts.ts';
import { invalidParameter } from './validation.ts';

/** Reserved concurrency: at most so many at once, kept free for this function; 0 throttles all. */
export function putFunctionConcurrencyOperation(parts: FunctionParts): Operation {
  const { functions } = parts;
  return {
    access: accessTo('lambda:PutFunctionConcurrency'),
    run(input, context) {
      const { config } = wholeFunction(parts, functionReference(input, context), 'qualified');
      const reserved = Number(input['ReservedConcurrentExecutions']);
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

export function getFunctionConcurrencyOperation(parts: FunctionParts): Operation {
  return {
    access: accessTo('lambda:GetFunctionConcurrency'),
    run(input, context) {
      const { reservedConcurrency } = wholeFunction(parts, functionReference(input, context));
      const none = reservedConcurrency === undefined;
      return none ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
    },
  };
}

export function deleteFunctionConcurrencyOperation(parts: FunctionParts): Operation {
  return {
    access: accessTo('lambda:DeleteFunctionConcurrency'),
    run(input, context) {
      const { config } = wholeFunction(parts, functionReference(input, context), 'qualified');
      parts.functions.setReservedConcurrency(config.arn, undefined);
      return new RawResult(204);
    },
  };
}

function wholeFunction(
  parts: FunctionParts,
  reference: FunctionReference,
  shown?: 'qualified',
): StoredFunction {
  requireUnqualified(reference);
  return requireFunction(parts, reference, shown);
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
