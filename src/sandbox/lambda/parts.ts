import type { IamApi, SqsApi, World } from '../types.ts';
import type { CodeFolders } from './code-folders.ts';
import type { EventInvokeStore } from './event-invoke-store.ts';
import type { Events } from './function-types.ts';
import type { EnvironmentPool } from './environments/pool.ts';
import type { FunctionRuns } from './function-runs.ts';
import type { FunctionReference } from './function-name.ts';
import { functionNotFound, qualifiedArn } from './function-name.ts';
import type { FunctionStore, StoredFunction } from './function-store.ts';
import { invalidParameter } from './validation.ts';
import type { Alias, VersionStore } from './version-store.ts';

/** What the operations on functions are made from. */
export interface FunctionParts {
  readonly world: World;
  readonly iam: IamApi;
  readonly functions: FunctionStore;
  readonly versions: VersionStore;
  readonly sqs: SqsApi;
  readonly codeFolders: CodeFolders;
  readonly pool: EnvironmentPool;
  readonly runs: FunctionRuns;
  readonly events: Events;
  readonly eventInvokes: EventInvokeStore;
}

/**
 * The function, version or alias that a request names.
 * @param shown operations on a version name the function with `:$LATEST` when it is missing
 * @throws AwsError 404
 */
export function requireFunction(
  parts: Pick<FunctionParts, 'functions' | 'versions'>,
  reference: FunctionReference,
  shown: 'qualified' | 'unqualified' = 'unqualified',
): StoredFunction {
  const found = findFunction(parts, reference);
  if (found !== undefined) return found;
  const { arn, qualifier } = reference;
  if (qualifier !== undefined) throw functionNotFound(qualifiedArn(reference));
  throw functionNotFound(shown === 'qualified' ? `${arn}:$LATEST` : arn);
}

/** An alias with weights sends each invocation to one of its versions; everything else asks the main one. */
export function findFunction(
  { functions, versions }: Pick<FunctionParts, 'functions' | 'versions'>,
  { arn, qualifier = '$LATEST' }: Pick<FunctionReference, 'arn' | 'qualifier'>,
  choose: (alias: Alias) => string = ({ version }) => version,
): StoredFunction | undefined {
  const latest = functions.find(arn);
  if (latest === undefined) return undefined;
  const alias = versions.alias(arn, qualifier);
  const version = alias === undefined ? qualifier : choose(alias);
  return version === '$LATEST' ? latest : versions.find(latest, version);
}

/** Which version this invocation of an alias runs. */
export function drawVersion({ version, weights }: Alias): string {
  let draw = Math.random();
  for (const [other, weight] of Object.entries(weights)) {
    draw -= weight;
    if (draw < 0) return other;
  }
  return version;
}

/**
 * For operations on the function as a whole.
 * @throws AwsError for a version or an alias
 */
export function requireUnqualified({ qualifier = '$LATEST' }: FunctionReference): void {
  if (qualifier === '$LATEST') return;
  throw invalidParameter(
    'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
  );
}

/** The role must trust Lambda, and IAM must already know it. */
export function canAssume(iam: IamApi, roleArn: string, functionName: string): boolean {
  return iam.assumeRole(roleArn, 'lambda.amazonaws.com', functionName) !== undefined;
}
