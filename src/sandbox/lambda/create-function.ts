import { randomUUID } from 'node:crypto';
import { AwsError } from '../errors.ts';
import { RawResult } from '../types.ts';
import type { Access, Operation, WireObject } from '../types.ts';
import { sha256Of } from './code-folders.ts';
import { readConfiguration } from './configuration-input.ts';
import type { ConfigurationInput } from './configuration-input.ts';
import { describeConfiguration } from './configuration-output.ts';
import { requireDeadLetterTarget } from './send-dead-letter.ts';
import { functionReference } from './function-name.ts';
import type { FunctionReference } from './function-name.ts';
import { settleMs } from './function-store.ts';
import type { StoredFunction } from './function-store.ts';
import { canAssume } from './parts.ts';
import type { FunctionParts } from './parts.ts';
import { conflict } from './states.ts';
import { readTags } from './tags.ts';
import type { FunctionConfig } from './function-types.ts';
import { invalidParameter, notInSandbox, optionalText, structureIn, textOf } from './validation.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export function createFunctionOperation(parts: FunctionParts): Operation {
  const { world, functions } = parts;
  return {
    access(input, context): Access[] {
      const { arn } = functionReference(input, context);
      const { roleArn = '' } = readConfiguration(input);
      const tagging = input['Tags'] === undefined ? [] : ['lambda:TagResource'];
      return [
        ...['lambda:CreateFunction', ...tagging].map((action) => ({ action, resource: arn })),
        passRole(roleArn, arn),
      ];
    },

    async run(input, context) {
      const reference = functionReference(input, context);
      requireShortName(input, reference);
      const given = readConfiguration(input);
      const tags = readTags(input['Tags']);
      const architecture = readArchitecture(input) ?? 'x86_64';
      checkUnsupported(input);
      const zip = readZip(structureIn(input, 'Code'));
      const { roleArn = '' } = given;
      requireRole(parts, roleArn, reference.name);
      requireDeadLetterTarget(parts, { ...given, roleArn, name: reference.name });
      requireNew(parts, reference);
      const config = newConfig(reference, { ...given, roleArn, architecture }, zip);
      return withCode(parts, zip, () => {
        // Somebody else may have been as fast while the zip was unpacked.
        requireNew(parts, reference);
        const now = world.clock.now();
        const stored = {
          config,
          previous: undefined,
          settlesAt: now + settleMs,
          lastModified: now,
          revisions: { unsettled: randomUUID(), settled: randomUUID() },
          reservedConcurrency: undefined,
          tags,
        };
        const version = world.store.transaction(() => {
          functions.insert(stored, zip);
          return input['Publish'] === true ? publishFirst(parts, stored) : undefined;
        });
        world.clock.consider();
        // As recorded: the ARN of the function and the number of the version.
        const numbered = version === undefined ? {} : { Version: version };
        return new RawResult(201, { ...describeConfiguration(stored, now), ...numbered });
      });
    },
  };
}

function publishFirst({ versions }: FunctionParts, stored: StoredFunction): string | undefined {
  const { settlesAt } = stored;
  return versions.publish(stored, { description: undefined, settlesAt }).published.config.version;
}

/**
 * Unpacks a zip, which proves that it is one, and then does `work`. What no function has after that
 * is not kept: dry runs and failures leave nothing behind.
 */
export async function withCode<T>(
  { functions, codeFolders }: FunctionParts,
  zip: Buffer,
  work: () => T,
): Promise<T> {
  await codeFolders.add(zip);
  try {
    return work();
  } finally {
    const sha256 = sha256Of(zip);
    if (!functions.hasCode(sha256)) await codeFolders.forget(sha256);
  }
}

export function passRole(roleArn: string, functionArn: string): Access {
  return {
    action: 'iam:PassRole',
    resource: roleArn,
    conditions: {
      'iam:PassedToService': ['lambda.amazonaws.com'],
      'iam:AssociatedResourceArn': [functionArn],
    },
  };
}

/** @throws AwsError while Lambda cannot assume it: no such role, another trust policy, too new */
export function requireRole(
  { iam, world }: FunctionParts,
  roleArn: string,
  functionName: string,
): void {
  if (roleArn.split(':')[4] !== world.accountId) {
    throw new AwsError('AccessDeniedException', 'Cross-account pass role is not allowed.', {
      status: 403,
    });
  }
  if (canAssume(iam, roleArn, functionName)) return;
  throw invalidParameter('The role defined for the function cannot be assumed by Lambda.');
}

/** As recorded: only creating asks, and Lambda itself answers, not the API's model. */
function requireShortName(input: WireObject, { name }: FunctionReference): void {
  if (name.length <= 64) return;
  throw invalidParameter(
    `1 validation error detected: Value '${textOf(input['FunctionName'])}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
  );
}

function requireNew({ functions }: FunctionParts, { arn, name }: FunctionReference): void {
  if (functions.find(arn) !== undefined) throw conflict(`Function already exist: ${name}`);
}

function newConfig(
  { arn, name, region }: FunctionReference,
  given: ConfigurationInput & { readonly roleArn: string; readonly architecture: string },
  zip: Buffer,
): FunctionConfig {
  const { handler, runtime } = given;
  if (handler === undefined || runtime === undefined) {
    throw invalidParameter(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  return {
    arn,
    name,
    region,
    roleArn: given.roleArn,
    runtime,
    handler,
    description: given.description ?? '',
    timeoutSeconds: given.timeoutSeconds ?? 3,
    memorySizeMb: given.memorySizeMb ?? 128,
    ephemeralStorageMb: given.ephemeralStorageMb ?? 512,
    architecture: given.architecture,
    tracingMode: given.tracingMode ?? 'PassThrough',
    variables: given.variables,
    deadLetterTargetArn: given.deadLetterTargetArn || undefined,
    ...loggingOf(given, { logFormat: 'Text', logGroup: `/aws/lambda/${name}` }),
    codeSha256: sha256Of(zip),
    codeSize: zip.length,
    deployment: randomUUID(),
  };
}

type Logging = Pick<
  FunctionConfig,
  'applicationLogLevel' | 'logFormat' | 'logGroup' | 'systemLogLevel'
>;

/** @throws AwsError when levels are set for the Text format, which filters nothing */
export function loggingOf(given: ConfigurationInput, before: Logging): Logging {
  const logFormat = given.logFormat ?? before.logFormat;
  const logGroup = given.logGroup ?? before.logGroup;
  if (logFormat === 'JSON') {
    return {
      logFormat,
      logGroup,
      applicationLogLevel: given.applicationLogLevel ?? before.applicationLogLevel ?? 'INFO',
      systemLogLevel: given.systemLogLevel ?? before.systemLogLevel ?? 'INFO',
    };
  }
  if (given.applicationLogLevel !== undefined || given.systemLogLevel !== undefined) {
    throw invalidParameter('Log levels can only be set when LogFormat is JSON.');
  }
  return { logFormat, logGroup };
}

export function readArchitecture(input: WireObject): string | undefined {
  const given = input['Architectures'];
  return Array.isArray(given) ? optionalText(given[0]) : undefined;
}

function checkUnsupported(input: WireObject): void {
  if (input['PublishTo'] !== undefined) throw notInSandbox('PublishTo');
  const packageType = optionalText(input['PackageType']) ?? 'Zip';
  if (packageType !== 'Zip') throw notInSandbox(`PackageType ${packageType}`);
}

/** @param code the structure `FunctionCode`, or an input that has the same members */
export function readZip(code: WireObject): Buffer {
  for (const option of ['S3Bucket', 'S3Key', 'ImageUri', 'SourceKMSKeyArn']) {
    if (code[option] !== undefined) {
      throw notInSandbox(option, 'Give the zip itself, with --zip-file fileb://…');
    }
  }
  const { ZipFile } = code;
  if (typeof ZipFile !== 'string')
    throw invalidParameter('Please provide a source for function code.');
  return Buffer.from(ZipFile, 'base64');
}
