import { RawResult } from '../types.ts';
import type { CallContext, Operation, WireObject } from '../types.ts';
import { describeConfiguration } from './configuration-output.ts';
import { accessTo } from './function-operations.ts';
import { functionNotFound, functionReference, notFound, qualifiedArn } from './function-name.ts';
import type { FunctionReference } from './function-name.ts';
import { page } from './pages.ts';
import { findFunction, requireFunction, requireUnqualified } from './parts.ts';
import type { FunctionParts } from './parts.ts';
import { conflict, requireRevision, requireSettled, revisionId } from './states.ts';
import { publish } from './update-function.ts';
import { invalidParameter, optionalText, structureIn } from './validation.ts';
import type { Alias } from './version-store.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html */
export function publishVersionOperation(parts: FunctionParts): Operation {
  const { world } = parts;
  return {
    access: accessTo('lambda:PublishVersion'),
    run(input, context) {
      const reference = functionReference(input, context);
      requireUnqualified(reference);
      const latest = requireFunction(parts, reference);
      const now = world.clock.now();
      requireSettled(latest, now);
      requireRevision(input, revisionId(latest, now));
      const { codeSha256 } = latest.config;
      const wanted = optionalText(input['CodeSha256']) || codeSha256;
      if (wanted !== codeSha256) {
        throw invalidParameter(
          `CodeSHA256 (${wanted}) is different from current CodeSHA256 in $LATEST (${codeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
        );
      }
      const { published } = publish(parts, latest, optionalText(input['Description']));
      return new RawResult(201, describeConfiguration(published, now));
    },
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html */
export function aliasOperations(parts: FunctionParts): Record<string, Operation> {
  const { versions } = parts;

  const whole = (input: WireObject, context: CallContext): FunctionReference => {
    const reference = functionReference(input, context);
    requireUnqualified(reference);
    return reference;
  };
  const requireAlias = ({ arn }: FunctionReference, input: WireObject): Alias => {
    const name = optionalText(input['Name']) ?? '';
    const alias = versions.alias(arn, name);
    if (alias === undefined) throw aliasNotFound(arn, name);
    return alias;
  };
  const access = (action: string) => (input: WireObject, context: CallContext) => {
    const { arn } = functionReference(input, context);
    return [{ action, resource: arn }];
  };

  return {
    CreateAlias: {
      access: access('lambda:CreateAlias'),
      run(input, context) {
        const reference = whole(input, context);
        const alias = changedAlias(parts, reference, input, {
          name: optionalText(input['Name']) ?? '',
          version: '',
          description: '',
          weights: {},
        });
        if (versions.alias(reference.arn, alias.name) !== undefined) {
          throw conflict(`Alias already exists: ${reference.arn}:${alias.name}`);
        }
        return new RawResult(
          201,
          shownAlias(reference.arn, versions.putAlias(reference.arn, alias)),
        );
      },
    },

    UpdateAlias: {
      access: access('lambda:UpdateAlias'),
      run(input, context) {
        const reference = whole(input, context);
        const before = requireAlias(reference, input);
        requireRevision(input, before.revision);
        const alias = changedAlias(parts, reference, input, before);
        return shownAlias(reference.arn, versions.putAlias(reference.arn, alias));
      },
    },

    GetAlias: {
      access: access('lambda:GetAlias'),
      run(input, context) {
        const reference = whole(input, context);
        return shownAlias(reference.arn, requireAlias(reference, input));
      },
    },

    ListAliases: {
      access: access('lambda:ListAliases'),
      run(input, context) {
        const reference = whole(input, context);
        requireFunction(parts, reference);
        const version = optionalText(input['FunctionVersion']);
        return page(input, 'Aliases', {
          items: versions
            .aliases(reference.arn)
            .filter((alias) => version === undefined || alias.version === version),
          keyOf: ({ name }) => name,
          show: (alias) => shownAlias(reference.arn, alias),
        });
      },
    },

    /** Deleting an alias that is not there is no error. */
    DeleteAlias: {
      access: access('lambda:DeleteAlias'),
      run(input, context) {
        const reference = whole(input, context);
        requireFunction(parts, reference);
        versions.deleteAlias(reference.arn, optionalText(input['Name']) ?? '');
        return new RawResult(204);
      },
    },
  };
}

/** @throws AwsError for versions that are not there, and weights that make no sense */
function changedAlias(
  parts: FunctionParts,
  { arn }: FunctionReference,
  input: WireObject,
  before: Omit<Alias, 'revision'>,
): Omit<Alias, 'revision'> {
  const version = optionalText(input['FunctionVersion']) ?? before.version;
  const given = structureIn(input, 'RoutingConfig')['AdditionalVersionWeights'];
  const weights =
    given === undefined
      ? before.weights
      : Object.fromEntries(
          Object.entries(given ?? {}).map(([other, weight]) => [other, Number(weight)]),
        );
  const others = Object.keys(weights);
  if (others.length > 1) {
    throw invalidParameter('Number of items in AdditionalVersionWeights cannot be greater than 1');
  }
  for (const qualifier of [version, ...others]) {
    if (findFunction(parts, { arn, qualifier }) === undefined) {
      throw functionNotFound(qualifiedArn({ arn, qualifier }));
    }
  }
  if (others.length > 0 && version === '$LATEST') {
    throw invalidParameter('$LATEST is not supported for an alias pointing to more than 1 version');
  }
  if (others.includes(version)) {
    throw invalidParameter(
      `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
    );
  }
  const description = optionalText(input['Description']) ?? before.description;
  return { name: before.name, version, description, weights };
}

function shownAlias(arn: string, { name, version, description, weights, revision }: Alias) {
  return {
    AliasArn: `${arn}:${name}`,
    Name: name,
    FunctionVersion: version,
    Description: description,
    ...(Object.keys(weights).length === 0
      ? {}
      : { RoutingConfig: { AdditionalVersionWeights: weights } }),
    RevisionId: revision,
  };
}

function aliasNotFound(arn: string, name: string) {
  return notFound(`Cannot find alias arn: ${arn}:${name}`);
}
