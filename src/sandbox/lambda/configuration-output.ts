import type { WireObject } from '../types.ts';
import { runtimeVersion } from './environments/log-lines.ts';
import { qualifiedArn } from './function-name.ts';
import type { StoredFunction } from './function-store.ts';
import { isPending, isUpdating, revisionId } from './states.ts';

/**
 * `FunctionConfiguration`, with the keys that AWS was recorded to answer.
 * @param qualifier as the request names the function; a published version shows its own without
 */
export function describeConfiguration(
  stored: StoredFunction,
  now: number,
  qualifier = stored.config.version,
): WireObject {
  return { ...describeInList(stored, now, qualifier), ...statesOf(stored, now) };
}

/** Lists leave out the states. */
export function describeInList(
  stored: StoredFunction,
  now: number,
  qualifier = stored.config.version,
): WireObject {
  const { config } = stored;
  return {
    FunctionName: config.name,
    FunctionArn: qualifiedArn({ arn: config.arn, qualifier }),
    Runtime: config.runtime,
    Role: config.roleArn,
    Handler: config.handler,
    CodeSize: config.codeSize,
    Description: config.description,
    Timeout: config.timeoutSeconds,
    MemorySize: config.memorySizeMb,
    LastModified: new Date(stored.lastModified).toISOString().replace('Z', '+0000'),
    CodeSha256: config.codeSha256,
    Version: config.version ?? '$LATEST',
    ...(config.variables === undefined ? {} : { Environment: { Variables: config.variables } }),
    ...(config.deadLetterTargetArn === undefined
      ? {}
      : { DeadLetterConfig: { TargetArn: config.deadLetterTargetArn } }),
    TracingConfig: { Mode: config.tracingMode },
    RevisionId: revisionId(stored, now),
    PackageType: 'Zip',
    Architectures: [config.architecture],
    EphemeralStorage: { Size: config.ephemeralStorageMb },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersion(config).arn },
    LoggingConfig: {
      LogFormat: config.logFormat,
      ...(config.logFormat === 'JSON'
        ? {
            ApplicationLogLevel: config.applicationLogLevel ?? 'INFO',
            SystemLogLevel: config.systemLogLevel ?? 'INFO',
          }
        : {}),
      LogGroup: config.logGroup,
    },
  };
}

function statesOf(stored: StoredFunction, now: number): WireObject {
  if (isPending(stored, now)) {
    return {
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
    };
  }
  if (isUpdating(stored, now)) {
    return {
      State: 'Active',
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReason: 'The function is being created.',
      LastUpdateStatusReasonCode: 'Creating',
    };
  }
  return { State: 'Active', LastUpdateStatus: 'Successful' };
}
