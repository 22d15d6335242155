import { quote } from '../quote.ts';
import { LabError } from '../errors.ts';
import type { Session } from '../session.ts';

type ServiceName = 'cloudwatch' | 'iam' | 'lambda' | 'logs' | 'sqs' | 'sts';

/** A question to AWS in the terms of its API. The SDK asks it; `cliCommand` writes it as a CLI command. */
export interface Question {
  readonly service: ServiceName;
  /** API name, e.g. `GetQueueAttributes`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** JMESPath for the CLI's `--query`: shows part of the answer, changes nothing in it. */
  readonly query?: string;
}

export interface Answer<T> {
  readonly question: Question;
  /** Undefined when AWS says that the resource does not exist: an observation, not an error. */
  readonly output: T | undefined;
}

/** Codes that mean "there is no such thing". */
const notFound = new Set([
  'AWS.SimpleQueueService.NonExistentQueue',
  'NoSuchEntity',
  'NoSuchEntityException',
  'QueueDoesNotExist',
  'ResourceNotFoundException',
]);

interface Client {
  send(
    command: object,
    options: { readonly abortSignal?: AbortSignal },
  ): Promise<Record<string, unknown> & { $metadata: object }>;
  destroy(): void;
}

/** The SDK module of each service and the name of its client; loaded when first asked. */
const modules: Record<ServiceName, { load: () => Promise<object>; client: string }> = {
  cloudwatch: { load: () => import('@aws-sdk/client-cloudwatch'), client: 'CloudWatchClient' },
  iam: { load: () => import('@aws-sdk/client-iam'), client: 'IAMClient' },
  lambda: { load: () => import('@aws-sdk/client-lambda'), client: 'LambdaClient' },
  logs: { load: () => import('@aws-sdk/client-cloudwatch-logs'), client: 'CloudWatchLogsClient' },
  sqs: { load: () => import('@aws-sdk/client-sqs'), client: 'SQSClient' },
  sts: { load: () => import('@aws-sdk/client-sts'), client: 'STSClient' },
};

type Constructors = Record<string, new (argument: object) => unknown>;

type Loaded = Promise<{ client: Client; module: Constructors }>;

/** Learners of a class who share a session share its connections. */
const clientsOf = new WeakMap<Session['clientConfig'], Map<ServiceName, Loaded>>();

function clientOf(service: ServiceName, { clientConfig }: Session) {
  const clients = clientsOf.get(clientConfig) ?? new Map<ServiceName, Loaded>();
  clientsOf.set(clientConfig, clients);
  let entry = clients.get(service);
  if (entry === undefined) {
    entry = modules[service].load().then((loaded) => {
      const module = loaded as Constructors;
      const Client = module[modules[service].client];
      if (Client === undefined) throw new TypeError(`no client for ${service}`);
      const client = new Client({
        ...clientConfig,
        // Never follow the host of a queue URL: requests go to the endpoint of the session only.
        useQueueUrlAsEndpoint: false,
        // Questions only read, and a wait asks hundreds: more tries than the three that a command has.
        maxAttempts: 5,
      }) as Client;
      return { client, module };
    });
    clients.set(service, entry);
  }
  return entry;
}

/** Request ids by answer, so that code that does not need them need not pass them on. */
const requestIds = new WeakMap<object, string>();

/** The id under which AWS knows the request that this was the answer to. */
export function requestIdOf(output: unknown): string | undefined {
  return typeof output === 'object' && output !== null ? requestIds.get(output) : undefined;
}

/**
 * Asks AWS once.
 * @returns the answer; undefined when the resource does not exist
 * @throws whatever the SDK throws for every other error: AWS could not be asked
 */
export async function askAws(
  question: Question,
  session: Session,
  signal?: AbortSignal,
): Promise<unknown> {
  const { client, module } = await clientOf(question.service, session);
  const Command = module[`${question.operation}Command`];
  if (Command === undefined)
    throw new TypeError(`${question.service} has no operation ${question.operation}`);
  try {
    const { $metadata, ...output } = await client.send(
      new Command({ ...question.input }) as object,
      signal === undefined ? {} : { abortSignal: signal },
    );
    const { requestId } = $metadata as { readonly requestId?: string };
    if (requestId !== undefined) requestIds.set(output, requestId);
    return output;
  } catch (error) {
    const { name } = error as Error;
    if (name === 'CredentialsProviderError') throw noCredentials(error);
    if (!notFound.has(name)) throw error;
    return undefined;
  }
}

/** The CLI has signed in by now; it may know ways to do so that the SDK does not. */
function noCredentials(cause: unknown): LabError {
  return new LabError(
    'The AWS SDK finds no credentials in the profile, although the AWS CLI does',
    {
      hint: 'Sign in with "aws sso login" or use a profile with access keys, then run the command again.',
      cause,
    },
  );
}

/** `MaxNumberOfMessages` -> `max-number-of-messages`, `UUID` -> `uuid`: the CLI's own rule. */
export function kebabCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

/** The same question as an AWS CLI command, one option a line. */
export function cliCommand({ service, operation, input, query }: Question): string {
  const options = Object.entries(input).map(([name, value]) => cliOption(kebabCase(name), value));
  if (query !== undefined) options.push(`--query ${quote(query)}`);
  return [`aws ${service} ${kebabCase(operation)}`, ...options].join(' \\\n  ');
}

function cliOption(name: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? `--${name}` : `--no-${name}`;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return `--${name} ${value.map((item) => quote(item)).join(' ')}`;
  }
  // The SDK takes times as dates, the CLI as text.
  if (value instanceof Date) return `--${name} ${value.toISOString()}`;
  return `--${name} ${quote(typeof value === 'string' ? value : JSON.stringify(value))}`;
}
