import type { WireObject } from '../types.ts';
import { refusedNodeOption } from './execution/confinement.ts';
import type { FunctionConfig, LogFormat } from './types.ts';
import type { Constraint } from './validation.ts';
import {
  invalidParameter,
  isObject,
  notInSandbox,
  problemOf,
  validationError,
} from './validation.ts';

/** The part of a configuration that create and update share; undefined: not given. */
export type ConfigurationInput = {
  readonly [
    Key in
      | 'applicationLogLevel'
      | 'description'
      | 'ephemeralStorageMb'
      | 'handler'
      | 'logFormat'
      | 'logGroup'
      | 'memorySizeMb'
      | 'roleArn'
      | 'runtime'
      | 'systemLogLevel'
      | 'timeoutSeconds'
      | 'tracingMode'
      | 'variables'
  ]: FunctionConfig[Key] | undefined;
};

/** Where the API model and the documented limits differ, the smaller range of the limits counts. */
const constraints: Readonly<Record<string, Constraint>> = {
  Role: {
    member: 'role',
    type: 'string',
    pattern: String.raw`arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+`,
  },
  Handler: { member: 'handler', type: 'string', max: 128, pattern: String.raw`[^\s]+` },
  Description: { member: 'description', type: 'string', max: 256 },
  Timeout: { member: 'timeout', type: 'integer', min: 1, max: 900 },
  MemorySize: { member: 'memorySize', type: 'integer', min: 128, max: 10_240 },
  Runtime: { member: 'runtime', type: 'string' },
};

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const loggingConstraints: Readonly<Record<string, Constraint>> = {
  LogFormat: { member: 'loggingConfig.logFormat', type: 'string', values: ['JSON', 'Text'] },
  LogGroup: {
    member: 'loggingConfig.logGroup',
    type: 'string',
    min: 1,
    max: 512,
    pattern: String.raw`[\.\-_/#A-Za-z0-9]+`,
  },
  ApplicationLogLevel: {
    member: 'loggingConfig.applicationLogLevel',
    type: 'string',
    values: levels,
  },
  SystemLogLevel: {
    member: 'loggingConfig.systemLogLevel',
    type: 'string',
    values: ['DEBUG', 'INFO', 'WARN'],
  },
};
const storageConstraints: Readonly<Record<string, Constraint>> = {
  Size: { member: 'ephemeralStorage.size', type: 'integer', min: 512, max: 10_240 },
};
const tracingConstraints: Readonly<Record<string, Constraint>> = {
  Mode: { member: 'tracingConfig.mode', type: 'string', values: ['PassThrough', 'Active'] },
};

/** Options with an effect that the sandbox does not have; empty ones mean "none" and are fine. */
const absent = [
  'CapacityProviderConfig',
  'CodeSigningConfigArn',
  'DeadLetterConfig',
  'DurableConfig',
  'FileSystemConfigs',
  'ImageConfig',
  'KMSKeyArn',
  'Layers',
  'SnapStart',
  'TenancyConfig',
  'VpcConfig',
];

/** @throws AwsError when a value is not what the API takes, or the sandbox lacks it */
export function readConfiguration(input: WireObject): ConfigurationInput {
  const logging = objectOf(input, 'LoggingConfig');
  const storage = objectOf(input, 'EphemeralStorage');
  const tracing = objectOf(input, 'TracingConfig');
  const problems = [
    ...problemsOf(constraints, input),
    ...problemsOf(loggingConstraints, logging),
    ...problemsOf(storageConstraints, storage),
    ...problemsOf(tracingConstraints, tracing),
  ];
  if (problems.length > 0) throw validationError(problems);
  for (const option of absent) {
    if (!isEmpty(input[option])) throw notInSandbox(option);
  }
  const runtime = text(input['Runtime']);
  if (runtime !== undefined) checkRuntime(runtime);
  return {
    roleArn: text(input['Role']),
    runtime,
    handler: text(input['Handler']),
    description: text(input['Description']),
    timeoutSeconds: integer(input['Timeout']),
    memorySizeMb: integer(input['MemorySize']),
    ephemeralStorageMb: integer(storage['Size']),
    tracingMode: text(tracing['Mode']),
    variables: readVariables(input),
    logGroup: text(logging['LogGroup']),
    logFormat: text(logging['LogFormat']) as LogFormat | undefined,
    applicationLogLevel: text(logging['ApplicationLogLevel']),
    systemLogLevel: text(logging['SystemLogLevel']),
  };
}

function problemsOf(of: Readonly<Record<string, Constraint>>, values: WireObject): string[] {
  return Object.entries(of).flatMap(
    ([key, constraint]) => problemOf(constraint, values[key]) ?? [],
  );
}

function objectOf(input: WireObject, key: string): WireObject {
  const value = input[key];
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw invalidParameter(`${key} must be an object`);
  return value;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 'None') return true;
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}

const runsHere = ['nodejs24.x', 'nodejs22.x'];
const knownElsewhere =
  /^(nodejs26\.x|python3\.1[0-5]|java(8\.al2|11|17|21|25|8\.al2023|11\.al2023|17\.al2023)|dotnet(8|10)|ruby(3\.3|3\.4|4\.0)|provided\.al2(023)?)$/;
/** Retired ones that the API model still lists. nodejs20.x counts as retired since autumn 2026. */
const retired =
  /^(nodejs(4\.3|6\.10|8\.10|10\.x|12\.x|14\.x|16\.x|18\.x|20\.x|4\.3-edge)?|java8|python(2\.7|3\.[6-9])|dotnetcore[123]\.[01]|dotnet6|go1\.x|ruby(2\.5|2\.7|3\.2)|provided)$/;

function checkRuntime(runtime: string): void {
  if (runsHere.includes(runtime)) return;
  if (knownElsewhere.test(runtime)) throw notInSandbox(`Runtime ${runtime}`);
  if (retired.test(runtime)) {
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
  throw invalidParameter(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${runsHere.join(', ')}] or be a valid ARN`,
  );
}

const variablesLimitBytes = 4096;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const reservedVariables =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|LAMBDA_.*|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

function readVariables(input: WireObject): Record<string, string> | undefined {
  const given = input['Environment'];
  if (given === undefined || given === null) return undefined;
  const variables = isObject(given) ? (given['Variables'] ?? {}) : given;
  if (!isObject(variables)) throw invalidParameter('Environment.Variables must be an object');
  const entries = Object.entries(variables);
  const pattern = '[a-zA-Z]([a-zA-Z0-9_])+';
  const problems = entries.flatMap(
    ([name]) => problemOf({ member: 'environment.variables', type: 'string', pattern }, name) ?? [],
  );
  const notText = entries.find(([, value]) => typeof value !== 'string' || value.includes('\0'));
  if (notText !== undefined)
    throw invalidParameter(`Environment variable ${notText[0]} is no text`);
  if (problems.length > 0) throw validationError(problems);
  const why =
    'Lambda was unable to configure your environment variables because the environment variables you have provided';
  const reserved = entries.map(([name]) => name).filter((name) => reservedVariables.test(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      `${why} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > variablesLimitBytes) {
    throw invalidParameter(`${why} exceeded the 4KB limit. String measured: ${measured}`);
  }
  const option = refusedNodeOption(text(variables['NODE_OPTIONS']));
  if (option !== undefined) throw notInSandbox(`NODE_OPTIONS with ${option}`);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function integer(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
