import { RawResult } from '../types.ts';
import type { CallContext, Operation, WireObject } from '../types.ts';
import { describeConfiguration, describeInList } from './configuration-output.ts';
import { versionArn } from './function-runs.ts';
import { functionReference, qualifiedArn } from './function-name.ts';
import type { StoredFunction } from './function-store.ts';
import { page } from './pages.ts';
import { requireFunction } from './parts.ts';
import type { FunctionParts } from './parts.ts';
import { conflict } from './states.ts';
import { removeUnusedCode } from './update-function.ts';
import { invalidParameter, notInSandbox } from './validation.ts';

export function getFunctionOperation(parts: FunctionParts): Operation {
  const { world, codeFolders } = parts;
  return {
    access: accessTo('lambda:GetFunction'),
    async run(input, context) {
      const reference = functionReference(input, context);
      const stored = requireFunction(parts, reference);
      const { config, reservedConcurrency, tags } = stored;
      return {
        Configuration: describeConfiguration(stored, world.clock.now(), reference.qualifier),
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

export function getFunctionConfigurationOperation(parts: FunctionParts): Operation {
  return {
    access: accessTo('lambda:GetFunctionConfiguration'),
    run(input, context) {
      const reference = functionReference(input, context);
      const stored = requireFunction(parts, reference);
      return describeConfiguration(stored, parts.world.clock.now(), reference.qualifier);
    },
  };
}

/** Deletes the function, with all its versions and aliases, or one version of it. */
export function deleteFunctionOperation(parts: FunctionParts): Operation {
  return {
    access: accessTo('lambda:DeleteFunction'),
    async run(input, context) {
      const reference = functionReference(input, context);
      const { qualifier, arn } = reference;
      if (qualifier === '$LATEST') {
        throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
      }
      const stored = requireFunction(parts, { ...reference, qualifier: undefined });
      if (qualifier === undefined) deleteWhole(parts, stored);
      else deleteVersion(parts, arn, qualifier);
      await removeUnusedCode(parts);
      return new RawResult(204);
    },
  };
}

function deleteWhole(parts: FunctionParts, stored: StoredFunction): void {
  const { functions, versions, eventInvokes, pool, world } = parts;
  const { arn } = stored.config;
  const published = versions.list(stored);
  world.store.transaction(() => {
    versions.deleteAll(arn);
    eventInvokes.deleteAll(arn);
    functions.delete(arn);
  });
  for (const { config } of [stored, ...published]) pool.retire(versionArn(config));
}

function deleteVersion({ versions, pool }: FunctionParts, arn: string, version: string): void {
  if (!/^\d+$/.test(version)) {
    throw invalidParameter('Deletion of aliases is not currently supported.');
  }
  const pointing = versions
    .aliases(arn)
    .filter((alias) => alias.version === version || alias.weights[version] !== undefined);
  if (pointing.length > 0) {
    throw conflict(
      `Unable to delete version because the following aliases reference it: [${pointing.map(({ name }) => name).join(', ')}]`,
    );
  }
  versions.delete(arn, version);
  pool.retire(qualifiedArn({ arn, qualifier: version }));
}

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
export function listFunctionsOperation({ world, functions, versions }: FunctionParts): Operation {
  return {
    access: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
    run(input, { region }) {
      if (input['MasterRegion'] !== undefined) throw notInSandbox('MasterRegion');
      const all = input['FunctionVersion'] === 'ALL';
      const entries = functions
        .list(region)
        .flatMap((stored): Entry[] =>
          all
            ? withVersions(stored, versions.list(stored))
            : [{ key: `${stored.config.name} `, stored, qualifier: undefined }],
        );
      return page(input, 'Functions', {
        items: entries,
        keyOf: ({ key }) => key,
        show: ({ stored, qualifier }) => describeInList(stored, world.clock.now(), qualifier),
      });
    },
  };
}

/** `$LATEST` first, then the published ones. */
export function listVersionsOperation(parts: FunctionParts): Operation {
  const { world, versions } = parts;
  return {
    access: accessTo('lambda:ListVersionsByFunction'),
    run(input, context) {
      const stored = requireFunction(parts, functionReference(input, context));
      return page(input, 'Versions', {
        items: withVersions(stored, versions.list(stored)),
        keyOf: ({ key }) => key,
        show: ({ stored, qualifier }) => describeInList(stored, world.clock.now(), qualifier),
      });
    },
  };
}

interface Entry {
  readonly key: string;
  readonly stored: StoredFunction;
  readonly qualifier: string | undefined;
}

function withVersions(latest: StoredFunction, published: readonly StoredFunction[]): Entry[] {
  return [latest, ...published].map((stored) => {
    const qualifier = stored.config.version ?? '$LATEST';
    // Ascending: a space comes before everything that names have.
    const number = (stored.config.version ?? '0').padStart(12, '0');
    return { key: `${stored.config.name} ${number}`, stored, qualifier };
  });
}

/** One access on the function of the request, qualified as it asks. */
export function accessTo(action: string) {
  return (input: WireObject, context: CallContext) => [
    { action, resource: qualifiedArn(functionReference(input, context)) },
  ];
}
