import type { IamApi, World } from '../types.ts';
import type { CodeFolders } from './code-folders.ts';
import type { Events } from './events.ts';
import type { EnvironmentPool } from './execution/pool.ts';
import type { Executions } from './executions.ts';
import type { FunctionReference } from './function-name.ts';
import { functionNotFound, qualifiedArn } from './function-name.ts';
import type { FunctionStore, StoredFunction } from './function-store.ts';

/** What the operations on functions are made from. */
export interface FunctionParts {
  readonly world: World;
  readonly iam: IamApi;
  readonly functions: FunctionStore;
  readonly codeFolders: CodeFolders;
  readonly pool: EnvironmentPool;
  readonly executions: Executions;
  readonly events: Events;
}

/**
 * Versions and aliases are not in the sandbox: `$LATEST` is the only qualifier there is.
 * @param shown operations on a version name the function with `:$LATEST` when it is missing
 * @throws AwsError 404
 */
export function requireFunction(
  functions: FunctionStore,
  reference: FunctionReference,
  shown: 'qualified' | 'unqualified' = 'unqualified',
): StoredFunction {
  const { arn, qualifier } = reference;
  const stored = functions.find(arn);
  if (stored !== undefined && (qualifier === undefined || qualifier === '$LATEST')) return stored;
  if (qualifier !== undefined) throw functionNotFound(qualifiedArn(reference));
  throw functionNotFound(shown === 'qualified' ? `${arn}:$LATEST` : arn);
}

/** The role must trust Lambda, and IAM must already know it. */
export function canAssume(iam: IamApi, roleArn: string, functionName: string): boolean {
  return iam.assumeRole(roleArn, 'lambda.amazonaws.com', functionName) !== undefined;
}
