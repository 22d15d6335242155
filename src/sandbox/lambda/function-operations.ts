import { RawResult } from '../types.ts';
import type { CallContext, Operation, WireObject } from '../types.ts';
import { describeConfiguration } from './configuration-output.ts';
import { functionReference, qualifiedArn } from './function-name.ts';
import type { StoredFunction } from './function-store.ts';
import { requireFunction } from './parts.ts';
import type { FunctionParts } from './parts.ts';
import { removeUnusedCode } from './update-function.ts';
import { invalidParameter, notInSandbox, problemOf, validationError } from './validation.ts';

export function getFunctionOperation({ world, functions, codeFolders }: FunctionParts): Operation {
  return {
    access: accessTo('lambda:GetFunction'),
    async run(input, context) {
      const stored = requireFunction(functions, functionReference(input, context));
      const { config, reservedConcurrency, tags } = stored;
      return {
        Configuration: describeConfiguration(stored, world.clock.now()),
        Code: {
          RepositoryType: 'S3',
          Location: await codeFolders.zipUrlOf(config.codeSha256),
        },
        ...(Object.keys(tags).length === 0 ? {} : { Tags: tags }),
        ...(reservedConcurrency === undefined
          ? {}
          : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
      };
    },
  };
}

export function getFunctionConfigurationOperation({ world, functions }: FunctionParts): Operation {
  return {
    access: accessTo('lambda:GetFunctionConfiguration'),
    run: (input, context) =>
      describeConfiguration(
        requireFunction(functions, functionReference(input, context)),
        world.clock.now(),
      ),
  };
}

export function deleteFunctionOperation(parts: FunctionParts): Operation {
  const { functions, pool } = parts;
  return {
    access: accessTo('lambda:DeleteFunction'),
    async run(input, context) {
      const reference = functionReference(input, context);
      const { config } = requireFunction(functions, reference);
      if (reference.qualifier !== undefined) {
        throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
      }
      functions.delete(config.arn);
      pool.retire(config.arn);
      await removeUnusedCode(parts);
      return new RawResult(204);
    },
  };
}

const mostListed = 50;

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
export function listFunctionsOperation({ world, functions }: FunctionParts): Operation {
  return {
    access: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
    run(input, context) {
      if (input['MasterRegion'] !== undefined) throw notInSandbox('MasterRegion');
      const after = markerOf(input);
      const size = Math.min(pageSizeOf(input), mostListed);
      const found = functions
        .list(context.region)
        .filter(({ config }) => after === undefined || config.name > after);
      return page(found, size, (stored) => describeConfiguration(stored, world.clock.now()));
    },
  };
}

/** `$LATEST` alone: publishing is not in the sandbox. */
export function listVersionsOperation({ world, functions }: FunctionParts): Operation {
  return {
    access: accessTo('lambda:ListVersionsByFunction'),
    run(input, context) {
      const stored = requireFunction(functions, functionReference(input, context));
      const latest = describeConfiguration(stored, world.clock.now());
      return { Versions: [{ ...latest, FunctionArn: `${stored.config.arn}:$LATEST` }] };
    },
  };
}

/** One access on the function of the request, qualified as it asks. */
export function accessTo(action: string) {
  return (input: WireObject, context: CallContext) => [
    { action, resource: qualifiedArn(functionReference(input, context)) },
  ];
}

function page(
  found: readonly StoredFunction[],
  size: number,
  describe: (stored: StoredFunction) => WireObject,
): WireObject {
  const shown = found.slice(0, size);
  const last = shown.at(-1);
  const more = found.length > size && last !== undefined;
  return {
    Functions: shown.map(describe),
    ...(more ? { NextMarker: Buffer.from(last.config.name).toString('base64url') } : {}),
  };
}

function markerOf({ Marker }: WireObject): string | undefined {
  return typeof Marker === 'string' && Marker !== ''
    ? Buffer.from(Marker, 'base64url').toString('utf8')
    : undefined;
}

function pageSizeOf({ MaxItems }: WireObject): number {
  if (MaxItems === undefined) return mostListed;
  const constraint = { member: 'maxItems', type: 'integer', min: 1, max: 10_000 } as const;
  const problem = problemOf(constraint, Number(MaxItems));
  if (problem !== undefined) throw validationError([problem]);
  return Number(MaxItems);
}
