import { randomUUID } from 'node:crypto';
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
import { requireDeadLetterTarget } from './send-dead-letter.ts';
import { functionReference, qualifiedArn } from './function-name.ts';
import type { StoredFunction } from './function-store.ts';
import { requireFunction, requireUnqualified } from './parts.ts';
import type { FunctionParts } from './parts.ts';
import { requireRevision, requireSettled, revisionId } from './states.ts';
import type { FunctionConfig } from './function-types.ts';
import { notInSandbox } from './validation.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html */
export function updateFunctionCodeOperation(parts: FunctionParts): Operation {
  const { world } = parts;
  return {
    access: (input, context) => [
      {
        action: 'lambda:UpdateFunctionCode',
        resource: qualifiedArn(functionReference(input, context)),
      },
    ],
    async run(input, context) {
      const reference = functionReference(input, context);
      requireUnqualified(reference);
      if (input['PublishTo'] !== undefined) throw notInSandbox('PublishTo');
      const architecture = readArchitecture(input);
      requireUpdatable(parts, requireFunction(parts, reference), input);
      const zip = readZip(input);
      return withCode(parts, zip, () => {
        // The function may have changed while the zip was unpacked.
        const stored = requireFunction(parts, reference);
        requireUpdatable(parts, stored, input);
        const config = {
          ...stored.config,
          architecture: architecture ?? stored.config.architecture,
          codeSha256: sha256Of(zip),
          codeSize: zip.length,
          deployment: randomUUID(),
        };
        if (input['DryRun'] === true) {
          return describeConfiguration({ ...stored, config }, world.clock.now());
        }
        const shown = world.store.transaction(() => {
          const updated = update(parts, stored, config, zip);
          return input['Publish'] === true ? publish(parts, updated).published : updated;
        });
        return describeConfiguration(shown, world.clock.now());
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
      const reference = functionReference(input, context);
      requireUnqualified(reference);
      const given = readConfiguration(input);
      const stored = requireFunction(parts, reference);
      requireUpdatable(parts, stored, input);
      if (given.roleArn !== undefined) requireRole(parts, given.roleArn, stored.config.name);
      const config = changedConfig(stored.config, given);
      const isAboutDeadLetters = (given.deadLetterTargetArn ?? given.roleArn) !== undefined;
      if (isAboutDeadLetters) requireDeadLetterTarget(parts, config);
      return describeConfiguration(update(parts, stored, config), parts.world.clock.now());
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
    deadLetterTargetArn: (given.deadLetterTargetArn ?? config.deadLetterTargetArn) || undefined,
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
): StoredFunction {
  const { functions, world } = parts;
  const now = world.clock.now();
  functions.update(stored, config, now, zip);
  void removeUnusedCode(parts);
  world.clock.consider();
  return functions.find(config.arn) ?? stored;
}

/** Publishes what `$LATEST` is now, or is about to be. */
export function publish(
  { versions, functions, world }: FunctionParts,
  latest: StoredFunction,
  description?: string,
): ReturnType<FunctionParts['versions']['publish']> {
  const { settlesAt } = latest;
  return world.store.transaction(() => {
    const result = versions.publish(latest, { description, settlesAt });
    if (result.isNew) functions.renewRevision(latest.config.arn);
    return result;
  });
}

function requireUpdatable(
  { world }: FunctionParts,
  stored: StoredFunction,
  input: WireObject,
): void {
  const now = world.clock.now();
  requireSettled(stored, now);
  requireRevision(input, revisionId(stored, now));
}

/** Zips, and their unpacked folders, that no function has any more. */
export async function removeUnusedCode({ functions, codeFolders }: FunctionParts): Promise<void> {
  const unused = functions.removeUnusedCode();
  await Promise.all(unused.map((sha256) => codeFolders.forget(sha256)));
}
