import { randomUUID } from 'node:crypto';
import { AwsError } from '../errors.ts';
import type { Operation, WireObject } from '../types.ts';
import { sha256Of } from './code-folders.ts';
import { readConfiguration } from './configuration-input.ts';
import type { ConfigurationInput } from './configuration-input.ts';
import { describeConfiguration } from './configuration-output.ts';
import {
  loggingOf,
  passRole,
  readArchitecture,
  readZip,
  requireRole,
  withCode,
} from './create-function.ts';
import { functionReference, qualifiedArn } from './function-name.ts';
import type { StoredFunction } from './function-store.ts';
import { requireFunction } from './parts.ts';
import type { FunctionParts } from './parts.ts';
import { requireSettled, revisionId } from './states.ts';
import type { FunctionConfig } from './types.ts';
import { notInSandbox, readFlag } from './validation.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html */
export function updateFunctionCodeOperation(parts: FunctionParts): Operation {
  const { world, functions } = parts;
  return {
    access: (input, context) => [
      {
        action: 'lambda:UpdateFunctionCode',
        resource: qualifiedArn(functionReference(input, context)),
      },
    ],
    async run(input, context) {
      const reference = functionReference(input, context);
      if (readFlag(input, 'Publish')) throw notInSandbox('Publish');
      const dryRun = readFlag(input, 'DryRun');
      const architecture =
        input['Architectures'] === undefined ? undefined : readArchitecture(input);
      requireUpdatable(parts, requireFunction(functions, reference), input);
      const zip = readZip(input);
      return withCode(parts, zip, () => {
        // The function may have changed while the zip was unpacked.
        const stored = requireFunction(functions, reference);
        requireUpdatable(parts, stored, input);
        const config = {
          ...stored.config,
          architecture: architecture ?? stored.config.architecture,
          codeSha256: sha256Of(zip),
          codeSize: zip.length,
          deployment: randomUUID(),
        };
        return dryRun
          ? describeConfiguration({ ...stored, config }, world.clock.now())
          : update(parts, stored, config, zip);
      });
    },
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html */
export function updateFunctionConfigurationOperation(parts: FunctionParts): Operation {
  const { functions } = parts;
  return {
    access(input, context) {
      const reference = functionReference(input, context);
      const { roleArn } = readConfiguration(input);
      const before = functions.find(reference.arn)?.config.roleArn;
      const passing = roleArn !== undefined && roleArn !== before;
      return [
        { action: 'lambda:UpdateFunctionConfiguration', resource: qualifiedArn(reference) },
        ...(passing ? [passRole(roleArn, reference.arn)] : []),
      ];
    },
    run(input, context) {
      const given = readConfiguration(input);
      const stored = requireFunction(functions, functionReference(input, context));
      requireUpdatable(parts, stored, input);
      if (given.roleArn !== undefined) requireRole(parts, given.roleArn, stored.config.name);
      return update(parts, stored, changedConfig(stored.config, given));
    },
  };
}

function changedConfig(config: FunctionConfig, given: ConfigurationInput): FunctionConfig {
  return {
    ...config,
    roleArn: given.roleArn ?? config.roleArn,
    runtime: given.runtime ?? config.runtime,
    handler: given.handler ?? config.handler,
    description: given.description ?? config.description,
    timeoutSeconds: given.timeoutSeconds ?? config.timeoutSeconds,
    memorySizeMb: given.memorySizeMb ?? config.memorySizeMb,
    ephemeralStorageMb: given.ephemeralStorageMb ?? config.ephemeralStorageMb,
    tracingMode: given.tracingMode ?? config.tracingMode,
    variables: given.variables ?? config.variables,
    applicationLogLevel: undefined,
    systemLogLevel: undefined,
    ...loggingOf(given, config),
    deployment: randomUUID(),
  };
}

function update(
  parts: FunctionParts,
  stored: StoredFunction,
  config: FunctionConfig,
  zip?: Buffer,
): WireObject {
  const { functions, world } = parts;
  const now = world.clock.now();
  functions.update(stored, config, now, zip);
  void removeUnusedCode(parts);
  world.clock.consider();
  return describeConfiguration(functions.find(config.arn) ?? stored, now);
}

function requireUpdatable(
  { world }: FunctionParts,
  stored: StoredFunction,
  input: WireObject,
): void {
  const now = world.clock.now();
  requireSettled(stored, now);
  const { RevisionId } = input;
  if (RevisionId === undefined || RevisionId === null || RevisionId === revisionId(stored, now))
    return;
  throw new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    { status: 412 },
  );
}

/** Zips, and their unpacked folders, that no function has any more. */
export async function removeUnusedCode({ functions, codeFolders }: FunctionParts): Promise<void> {
  const unused = functions.removeUnusedCode();
  await Promise.all(unused.map((sha256) => codeFolders.forget(sha256)));
}
