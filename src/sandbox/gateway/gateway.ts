import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { absentOperations } from './absent-operations.ts';
import { authenticate } from './authenticate.ts';
import type { Call } from './authenticate.ts';
import { authorize } from './authorize.ts';
import type { DecidedCall } from './authorize.ts';
import { AwsError } from '../errors.ts';
import { drawFault, internalFailure } from './faults.ts';
import type { Users } from '../iam/users.ts';
import type { Protocol, WireAnswer, WireRequest } from './protocols/protocol.ts';
import { addressedService, protocolsOf, serviceSignedFor } from './routing.ts';
import { parseAuthorization } from './sigv4.ts';
import { strangerProblem } from './strangers.ts';
import type { CallContext, IamApi, Operation, Service, ServiceName, World } from '../types.ts';

/** Answers paths under `/_sandbox/`; the gateway has checked Host and Origin before. */
export type ControlHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface GatewayOptions {
  readonly world: World;
  readonly services: readonly Service[];
  readonly iam: IamApi;
  readonly users: Users;
  readonly control?: ControlHandler;
  /** Against clients that send a header or a body drop by drop, in milliseconds. */
  readonly timeouts?: { readonly header: number; readonly request: number; readonly check: number };
  /** Told of each request whose signature is good. */
  readonly onSignedRequest?: () => void;
  /** Told of each call that reached an operation of ours, once IAM has decided about it. */
  readonly onDecided?: (call: DecidedCall) => void;
}

export interface Gateway {
  readonly port: number;
  /** Takes no more requests, aborts those under way, and resolves when all are answered. */
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 alone.
 * @param port 0 for any free one
 */
export async function startGateway(options: GatewayOptions, port: number): Promise<Gateway> {
  const services = new Map(options.services.map((service) => [service.name, service]));
  const protocols = protocolsOf(services);
  const underWay = new Set<AbortController>();
  const { timeouts = { header: 10_000, request: 60_000, check: 5_000 } } = options;
  let closing = false;
  let ownPort = port;

  const server = createServer(
    {
      headersTimeout: timeouts.header,
      requestTimeout: timeouts.request,
      connectionsCheckingInterval: timeouts.check,
      // Longer than clients keep idle connections, so that they close them, not we under their hands.
      keepAliveTimeout: 75_000,
    },
    (request, response) => {
      void answerOne(request, response).catch((error: unknown) => {
        console.error('sandbox: cannot answer a request:', error);
        response.destroy();
      });
    },
  );
  server.maxConnections = 1_000;

  async function answerOne(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = strangerProblem(request, ownPort);
    if (refusal !== undefined) {
      response.writeHead(403, { 'content-type': 'text/plain', connection: 'close' });
      response.end(`${refusal}\n`);
      return;
    }
    if (request.url?.startsWith('/_sandbox/') === true && options.control !== undefined) {
      await options.control(request, response);
      return;
    }
    const abort = new AbortController();
    underWay.add(abort);
    response.on('close', () => {
      underWay.delete(abort);
      if (!response.writableFinished) abort.abort();
    });
    const answer = await answerCall(request, abort.signal);
    if (answer === undefined) request.socket.resetAndDestroy();
    else send(response, answer, { last: closing });
  }

  /** @returns undefined when the connection is to be reset */
  async function answerCall(
    incoming: IncomingMessage,
    signal: AbortSignal,
  ): Promise<(WireAnswer & { requestId: string }) | undefined> {
    const requestId = randomUUID();
    const head = headOf(incoming);
    const addressed = addressedService(head);
    if (addressed === undefined) return { ...unaddressed(head), requestId };
    const service = addressed === 'query' ? serviceOfForm(head) : addressed;
    const protocol = protocols[addressed === 'query' ? protocolOfForm(service) : service];
    try {
      const call = await authenticate(incoming, head, {
        service,
        users: options.users,
        labTime: () => options.world.clock.now(),
        operation: protocol.operationOf(head, Buffer.alloc(0)),
      });
      options.onSignedRequest?.();
      const fault = drawFault(options.world.faults, service);
      if (fault === 'reset') return undefined;
      if (fault instanceof AwsError) throw fault;
      const answer = await perform(call, protocol, requestId, signal);
      return fault === 'lost answer' ? undefined : { ...answer, requestId };
    } catch (error) {
      if (signal.aborted) return { ...protocol.encodeError(stopping, requestId), requestId };
      return { ...protocol.encodeError(awsErrorOf(error, service), requestId), requestId };
    }
  }

  async function perform(
    { request, service, authorization, caller }: Call,
    protocol: Protocol,
    requestId: string,
    signal: AbortSignal,
  ): Promise<WireAnswer> {
    const name = protocol.operationOf(request, request.body);
    const operation = operationOf(services.get(service), name);
    if (name === undefined || operation === undefined) {
      throw notInSandbox(service, name ?? `${request.method} ${request.path}`);
    }
    const input = protocol.decode(request, name);
    const traceHeader = request.headers['x-amzn-trace-id'];
    const context: CallContext = {
      ...(typeof traceHeader === 'string' && { traceHeader }),
      requestId,
      caller,
      accountId: options.world.accountId,
      region: authorization.region,
      endpoint: `http://${String(request.headers['host'])}`,
      signal,
    };
    const granted = authorize(
      options.iam,
      { service, name, operation, input, context },
      options.onDecided,
    );
    const [result] = await Promise.all([
      operation.run(input, context, granted),
      options.world.store.whenOnDisk(),
    ]);
    return protocol.encode(name, result, requestId);
  }

  await listen(server, port);
  ownPort = portOf(server);
  return {
    port: ownPort,
    async close() {
      closing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const abort of underWay) abort.abort();
      server.closeIdleConnections();
      // Aborted calls answer at once; whatever is left after a moment is cut.
      const cut = setTimeout(() => server.closeAllConnections(), 500);
      await closed;
      clearTimeout(cut);
    },
  };
}

function headOf(request: IncomingMessage): Omit<WireRequest, 'body'> {
  const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?');
  return { method: request.method ?? 'GET', path, query, headers: request.headers };
}

/** A form post does not say for which service it is; the service that it is signed for answers. */
function serviceOfForm(head: Omit<WireRequest, 'body'>): ServiceName {
  const scope = parseAuthorization(String(head.headers['authorization'] ?? ''))?.service;
  return (scope === undefined ? undefined : serviceSignedFor(scope)) ?? 'sts';
}

/** SQS and CloudWatch speak JSON to newer clients, and take the forms of older ones. */
function protocolOfForm(service: ServiceName): ServiceName | 'cloudwatchQuery' | 'sqsQuery' {
  if (service === 'sqs') return 'sqsQuery';
  return service === 'cloudwatch' ? 'cloudwatchQuery' : service;
}

/** What answers a request for no service of ours, signed or not. */
function unaddressed(head: Omit<WireRequest, 'body'>): WireAnswer {
  const target = head.headers['x-amz-target'];
  const what =
    typeof target === 'string' ? `X-Amz-Target ${target}` : `${head.method} ${head.path}`;
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({
      __type: 'UnknownOperationException',
      message: `${what} is not in the sandbox, which has SQS, Lambda, IAM, STS, CloudWatch Logs and CloudWatch metrics.`,
    }),
  };
}

/** The client went away, or we are closing: a client that still listens may try again. */
const stopping = new AwsError('ServiceUnavailable', 'The sandbox is stopping.', { status: 503 });

function operationOf(
  service: Service | undefined,
  name: string | undefined,
): Operation | undefined {
  if (service === undefined || name === undefined) return undefined;
  return Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
}

function notInSandbox(service: ServiceName, operation: string): AwsError {
  const code =
    service === 'iam' || service === 'sts' ? 'InvalidAction' : 'UnknownOperationException';
  const absent = absentOperations[service] ?? {};
  const why = Object.hasOwn(absent, operation) ? ` AWS serves it. ${absent[operation]}` : '';
  return new AwsError(code, `${service}: ${operation} is not in the sandbox.${why}`);
}

function awsErrorOf(error: unknown, service: ServiceName): AwsError {
  if (error instanceof AwsError) return error;
  console.error(`sandbox: ${service} failed:`, error);
  return internalFailure(service, error);
}

function send(
  response: ServerResponse,
  answer: WireAnswer & { requestId: string },
  { last }: { readonly last: boolean },
): void {
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(last ? { connection: 'close' } : {}),
    'x-amzn-RequestId': answer.requestId,
    'content-length': Buffer.byteLength(answer.body),
  });
  response.end(answer.body);
}

async function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The gateway is not listening');
  return address.port;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
