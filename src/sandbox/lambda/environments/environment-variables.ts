import { delimiter } from 'node:path';
import type { SessionCredentials } from '../../iam/sessions.ts';
import type { FunctionConfig } from '../function-types.ts';

export interface EnvironmentPlace {
  readonly codeFolder: string;
  readonly tempFolder: string;
  readonly logStream: string;
  readonly credentials: Pick<
    SessionCredentials,
    'accessKeyId' | 'secretAccessKey' | 'sessionToken'
  >;
  /** Where SDK calls go: on Lambda there is no such variable, and they go to AWS. */
  readonly endpoint: string | undefined;
}

/**
 * What a function sees of an environment besides its own variables: what Lambda documents. Nothing is inherited
 * from whoever started the sandbox.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function environmentVariables(
  config: Pick<
    FunctionConfig,
    | 'applicationLogLevel'
    | 'handler'
    | 'logFormat'
    | 'logGroup'
    | 'memorySizeMb'
    | 'name'
    | 'region'
    | 'runtime'
    | 'version'
  >,
  place: EnvironmentPlace,
): Record<string, string> {
  const nodeMajor = /^nodejs(\d+)/.exec(config.runtime)?.[1] ?? '24';
  return {
    LANG: 'en_US.UTF-8',
    PATH: ['/var/lang/bin', '/usr/local/bin', '/usr/bin/', '/bin', '/opt/bin'].join(delimiter),
    LD_LIBRARY_PATH:
      '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
    NODE_PATH: `/opt/nodejs/node${nodeMajor}/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task`,
    PWD: place.codeFolder,
    SHLVL: '0',
    TZ: ':UTC',
    AWS_ACCESS_KEY_ID: place.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: place.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: place.credentials.sessionToken,
    // Nothing listens on port 9: what must not reach the sandbox reaches nobody.
    AWS_ENDPOINT_URL: place.endpoint ?? 'http://127.0.0.1:9',
    ...loggingVariables(config),
    AWS_REGION: config.region,
    AWS_DEFAULT_REGION: config.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: config.name,
    AWS_LAMBDA_FUNCTION_VERSION: config.version ?? '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memorySizeMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: config.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: place.logStream,
    // Nothing listens there: runtime and sandbox talk over pipes.
    AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    _AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1',
    _AWS_XRAY_DAEMON_PORT: '2000',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    // A real folder, unlike Lambda's /var/task: handlers read files beside their code.
    LAMBDA_TASK_ROOT: place.codeFolder,
    _HANDLER: config.handler,
    ...platformNeeds(place.tempFolder),
  };
}

function loggingVariables(
  config: Pick<FunctionConfig, 'applicationLogLevel' | 'logFormat'>,
): Record<string, string> {
  if (config.logFormat !== 'JSON') return {};
  return {
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_LEVEL: config.applicationLogLevel ?? 'INFO',
  };
}

/** Known differences: `/tmp` is a folder of the environment's own, and Windows needs its root. */
function platformNeeds(tempFolder: string): Record<string, string> {
  if (process.platform !== 'win32') return { TMPDIR: tempFolder };
  return { TEMP: tempFolder, TMP: tempFolder, SystemRoot: process.env['SystemRoot'] ?? '' };
}
