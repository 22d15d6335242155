import type { WireObject } from '../types.ts';
import { refusedNodeOption } from './environments/confinement.ts';
import type { FunctionConfig, LogFormat } from './function-types.ts';
import {
  invalidParameter,
  isObject,
  notInSandbox,
  optionalNumber,
  optionalText,
  structureIn,
  textOf,
} from './validation.ts';

/** The part of a configuration that create and update share; undefined: not given. */
export type ConfigurationInput = {
  readonly [
    Key in
      | 'applicationLogLevel'
      | 'deadLetterTargetArn'
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

/** Options with an effect that the sandbox does not have; empty ones mean "none" and are fine. */
const absent = [
  'CapacityProviderConfig',
  'CodeSigningConfigArn',
  'DurableConfig',
  'FileSystemConfigs',
  'ImageConfig',
  'KMSKeyArn',
  'Layers',
  'SnapStart',
  'TenancyConfig',
  'VpcConfig',
];

/** @throws AwsError when Lambda does not take a value that its model allows, or the sandbox lacks it */
export function readConfiguration(input: WireObject): ConfigurationInput {
  const logging = structureIn(input, 'LoggingConfig');
  const storage = structureIn(input, 'EphemeralStorage');
  const tracing = structureIn(input, 'TracingConfig');
  for (const option of absent) {
    if (!isEmpty(input[option])) throw notInSandbox(option);
  }
  const runtime = optionalText(input['Runtime']);
  if (runtime !== undefined) checkRuntime(runtime);
  return {
    roleArn: optionalText(input['Role']),
    runtime,
    handler: optionalText(input['Handler']),
    description: optionalText(input['Description']),
    // An empty one takes the queue away.
    deadLetterTargetArn: optionalText(structureIn(input, 'DeadLetterConfig')['TargetArn']),
    timeoutSeconds: optionalNumber(input['Timeout']),
    memorySizeMb: optionalNumber(input['MemorySize']),
    ephemeralStorageMb: optionalNumber(storage['Size']),
    tracingMode: optionalText(tracing['Mode']),
    variables: readVariables(input),
    logGroup: optionalText(logging['LogGroup']),
    logFormat: optionalText(logging['LogFormat']) as LogFormat | undefined,
    applicationLogLevel: optionalText(logging['ApplicationLogLevel']),
    systemLogLevel: optionalText(logging['SystemLogLevel']),
  };
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
  if (knownElsewhere.test(runtime))
    throw notInSandbox(`Runtime ${runtime}`, `Name ${runsHere[0]}.`);
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
  if (!isObject(given)) return undefined;
  const entries = Object.entries(structureIn(given, 'Variables'));
  const unusable = entries.find(([, value]) => textOf(value).includes('\0'));
  if (unusable !== undefined) {
    throw invalidParameter(
      `Environment variable ${unusable[0]} has a null character in its value.`,
    );
  }
  const why =
    'Lambda was unable to configure your environment variables because the environment variables you have provided';
  const reserved = entries.map(([name]) => name).filter((name) => reservedVariables.test(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      `${why} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const measured = JSON.stringify(Object.fromEntries(entries));
  if (Buffer.byteLength(measured) > variablesLimitBytes) {
    throw invalidParameter(`${why} exceeded the 4KB limit. String measured: ${measured}`);
  }
  const option = refusedNodeOption(textOf(structureIn(given, 'Variables')['NODE_OPTIONS']));
  if (option !== undefined) throw notInSandbox(`NODE_OPTIONS with ${option}`);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
