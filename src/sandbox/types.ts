import type { LabClock } from './clock.ts';
import type { Store } from './store.ts';

/** A JSON object as it crosses the wire: AWS capitals, values unchecked until an operation reads them. */
export type WireObject = Record<string, unknown>;

export type ServiceName = 'cloudwatch' | 'iam' | 'lambda' | 'logs' | 'sqs' | 'sts';

/** Who signed a request, or under whose role the sandbox itself acts (poller, function logs). */
export interface Principal {
  readonly kind: 'user' | 'assumed-role';
  /** `arn:aws:iam::<account>:user/<name>` or `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
  readonly arn: string;
  /** `AIDA…`, or `AROA…:<session>`; SQS shows it as SenderId. */
  readonly userId: string;
  readonly accountId: string;
  /** User name, or role name for an assumed role: whose policies decide. */
  readonly name: string;
  /** Calls with credentials of STS, which were given without multi-factor authentication. */
  readonly temporary?: boolean;
  /** Code of a function calls: in the session of its execution environment, or in one that it opened from there. */
  readonly isFunction?: boolean;
}

/** One question to IAM: may the caller do `action` on `resource`? */
export interface Access {
  /** As the Service Authorization Reference writes it: `sqs:SendMessage`. */
  readonly action: string;
  /** An ARN, or `*` for actions without a resource type. */
  readonly resource: string;
  /** Condition keys of this request, e.g. `{ 'iam:PassedToService': ['lambda.amazonaws.com'] }`. */
  readonly conditions?: Readonly<Record<string, readonly string[]>>;
  /** How the denial names the resource when that is not its ARN (IAM GetRole: `role lab01-role`). */
  readonly shownResource?: string;
}

/** What an operation knows about the call besides its input. */
export interface CallContext {
  readonly requestId: string;
  readonly caller: Principal;
  readonly accountId: string;
  /** From the credential scope of the signature. */
  readonly region: string;
  /** `http://127.0.0.1:<port>`, as the caller reached it. */
  readonly endpoint: string;
  /** `X-Amzn-Trace-Id`, which instrumented clients send. */
  readonly traceHeader?: string;
  /** Aborted when the client goes away; long polls must then give back what they took. */
  readonly signal: AbortSignal;
}

/** One API operation: whom to ask first, then what to do. */
export interface Operation {
  /** Every one must be allowed; an empty list needs no permission (GetCallerIdentity). */
  access(input: WireObject, context: CallContext): readonly Access[];
  /**
   * @param granted what `access` asked for, all of it allowed: the operation works on nothing else
   * @returns the members of the modelled output; `undefined` or `{}` for void operations
   */
  run(
    input: WireObject,
    context: CallContext,
    granted: readonly Access[],
  ): Promise<OperationResult | undefined> | OperationResult | undefined;
}

export type OperationResult = WireObject | RawResult;

/** For answers that are not a JSON body with status 200 (Lambda Invoke, 201, 202, 204). */
export class RawResult {
  readonly status: number;
  readonly body: WireObject | Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body?: WireObject | Buffer, headers: Record<string, string> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** A rest-json route (Lambda): `{Name}` segments and query strings become members of the input. */
export interface Route {
  readonly operation: string;
  readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT';
  /** e.g. `/2015-03-31/functions/{FunctionName}/code` */
  readonly path: string;
}

/** One AWS service behind the gateway. */
export interface Service {
  readonly name: ServiceName;
  /** By API name: `CreateQueue`. What is missing here is answered "not in the sandbox". */
  readonly operations: Readonly<Record<string, Operation>>;
  /** rest-json services only. */
  readonly routes?: readonly Route[];
}

/** What every service is built from. */
export interface World {
  readonly store: Store;
  readonly clock: LabClock;
  readonly accountId: string;
  /** The sandbox's one fault switchboard; all off unless a test or `--realistic` turns them on. */
  readonly faults: Faults;
  /** What this sandbox gets wrong on purpose; nothing unless a test starts it so. */
  readonly defects?: ReadonlySet<Defect> | undefined;
}

/** Switches that make the sandbox as unkind as AWS can be. Zero or false: off. */
export interface Faults {
  /** Lab milliseconds for which a new role cannot be assumed yet. */
  roleNotAssumableForMs: number;
  /** Lab milliseconds for which mapping creation does not see new role permissions. */
  permissionsUnseenForMs: number;
  /** Share of receives (0-1) after which a standard queue delivers the message once more. */
  duplicateDelivery: number;
  /** A mapping's receive hands over at most this many messages at once; 0: no limit. */
  splitBatchesAt: number;
  /** Share of a mapping's receives (0-1) that hand over only a part of what is visible. */
  splitBatches: number;
  /** Lab milliseconds by which approximate counts lag. */
  countsLagMs: number;
  /** Share of requests (0-1) answered with a throttling error. */
  throttling: number;
  /** Share of requests (0-1) answered with HTTP 500 or 503. */
  serverErrors: number;
  /** Share of requests (0-1) whose connection is reset before an answer. */
  connectionResets: number;
  /** Lab milliseconds before a log event can be read. */
  logDeliveryDelayMs: number;
  /** Lab milliseconds from the end of a minute until its metrics can be read. */
  metricsDelayMs: number;
}

export const noFaults: Readonly<Faults> = {
  roleNotAssumableForMs: 0,
  permissionsUnseenForMs: 0,
  duplicateDelivery: 0,
  splitBatchesAt: 0,
  splitBatches: 0,
  countsLagMs: 0,
  throttling: 0,
  serverErrors: 0,
  connectionResets: 0,
  logDeliveryDelayMs: 0,
  metricsDelayMs: 0,
};

/**
 * Mistakes about AWS that emulators have made, for tests of what finds them. Not among the faults: they can only be
 * given to `startSandbox` or to the process at its start, and nothing of the kit gives them.
 */
export const defects = [
  /** All messages of a batch are deleted, whatever the function returns. */
  'item-failures-ignored',
  /** So are those of a batch whose function threw, timed out or answered nonsense. */
  'failed-batches-deleted',
  /** What failed is visible again at once, without its visibility timeout. */
  'failed-batches-visible-at-once',
  /** Messages that match no filter stay in the queue. */
  'filters-keep',
  /** Moved back from a dead-letter queue, a message has the id that it had. */
  'redrive-keeps-ids',
] as const;
export type Defect = (typeof defects)[number];

// What the services offer each other inside the process. Everything else goes through the gateway.

export type Decision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly reason: 'explicit-deny' | 'implicit-deny';
      /** Absent: the identity-based policies. */
      readonly by?: 'permissions boundary' | 'resource-based policy';
    };

export interface IamApi {
  /**
   * Identity policies of the principal (inline, managed) and its permissions boundary against one
   * access. `asOf`: leave out policies that were put or attached after this lab time
   * (`faults.permissionsUnseenForMs`).
   */
  decide(principal: Principal, access: Access, asOf?: number): Decision;
  /**
   * The session that `service` gets from the role, or undefined when the role is missing, its
   * trust policy does not allow it, or it is not assumable yet.
   */
  assumeRole(
    roleArn: string,
    service: string,
    sessionName: string,
    conditions?: Access['conditions'],
  ): Principal | undefined;
}

export interface LogEvent {
  /** Epoch milliseconds on the lab clock. */
  readonly timestamp: number;
  readonly message: string;
}

export interface LogsApi {
  /**
   * Appends events, creating group and stream as needed, each under the writer's own permissions
   * (logs:CreateLogGroup, CreateLogStream, PutLogEvents). Without them the events are dropped
   * silently, as Lambda does.
   */
  write(entry: {
    readonly writer: Principal;
    readonly region: string;
    readonly group: string;
    readonly stream: string;
    readonly events: readonly LogEvent[];
  }): void;
}

/** A message as a receive hands it out. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  /** All system attributes (`ApproximateReceiveCount`, `SentTimestamp`, …), every value a string. */
  readonly attributes: Readonly<Record<string, string>>;
  /** As sent: `{ Author: { DataType, StringValue? , BinaryValue? (base64) } }`. */
  readonly messageAttributes: Readonly<
    Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>
  >;
}

export interface SqsApi {
  /** Undefined when no such queue exists (any more). */
  queue(queueArn: string):
    | {
        readonly name: string;
        readonly url: string;
        readonly fifo: boolean;
        readonly visibilityTimeoutSeconds: number;
      }
    | undefined;
  /**
   * Receives for an event source mapping: applies the redrive policy, counts the receive, hides the
   * messages for the queue's visibility timeout and marks them as held by `holder`, so that
   * time skipping may jump to their return. Never waits: returns [] when nothing is visible.
   */
  receive(request: {
    readonly queueArn: string;
    readonly max: number;
    readonly holder: string;
  }): ReceivedMessage[];
  /** Resolves when a message of the queue may have become visible (sent, returned, delay over), or on abort. */
  whenVisible(queueArn: string, signal: AbortSignal): Promise<void>;
  delete(queueArn: string, receiptHandles: readonly string[]): void;
  /** Makes messages visible at once; AWS's mappings do not. */
  release(queueArn: string, receiptHandles: readonly string[]): void;
  /**
   * Sends in the name of a service that acts under a role.
   * @returns false when there is no such standard queue
   */
  send(message: {
    readonly queueArn: string;
    readonly sender: Principal;
    readonly body: string;
    readonly attributes: ReceivedMessage['messageAttributes'];
  }): boolean;
  /** Long polls of an event source mapping that ended without a message, at that lab time. */
  countEmptyPolls(queueArn: string, polls: { readonly times: number; readonly at: number }): void;
  /** Lab time at which the first message held by `holder` becomes visible again, if any is hidden. */
  nextReturn(queueArn: string, holder: string): number | undefined;
}

/** How one synchronous invocation ended. */
export type InvokeOutcome =
  | {
      readonly kind: 'completed';
      readonly requestId: string;
      readonly payload: Buffer;
      /** `Unhandled` when the handler threw, timed out or the process ended. */
      readonly functionError: string | undefined;
      /** Last 4 KB of the log of this invocation. */
      readonly logTail: string;
    }
  | { readonly kind: 'throttled'; readonly reason: string }
  | { readonly kind: 'not-found' };

export interface FunctionsApi {
  /** Configuration that mapping creation needs; undefined when the function does not exist. */
  find(functionArn: string):
    | {
        readonly name: string;
        readonly arn: string;
        readonly roleArn: string;
        readonly timeoutSeconds: number;
        /** Pending, Active, Inactive or Failed. */
        readonly state: string;
      }
    | undefined;
  /** Runs the function once; waits while it is Pending. `signal` gives up waiting, not the run. */
  invoke(request: {
    readonly functionArn: string;
    readonly payload: Buffer;
    readonly signal?: AbortSignal;
  }): Promise<InvokeOutcome>;
}

export interface MetricDimension {
  readonly Name: string;
  readonly Value: string;
}

/** A metric of one resource: name, dimensions and the Region that it is measured in. */
export interface MetricKey {
  readonly region: string;
  /** `AWS/SQS` or `AWS/Lambda` */
  readonly namespace: string;
  readonly metric: string;
  readonly unit: string;
  /** In the order in which AWS shows them; none for the whole account. */
  readonly dimensions: readonly MetricDimension[];
}

/** Where the values of one metric go; cheap enough to keep and to add to with each message. */
export interface MetricSeries {
  /** @param at lab time of the value, epoch milliseconds */
  add(value: number, at: number): void;
  /** Is there a value in the minute that begins then? */
  has(minute: number): boolean;
  /** Start of the last minute with a value. */
  readonly last: number | undefined;
}

export interface MetricsApi {
  series(key: MetricKey): MetricSeries;
  /** @param measure called before metrics are read, for what is measured in retrospect */
  beforeReading(measure: () => void): void;
}

/** For worlds without CloudWatch. */
export const noMetrics: MetricsApi = {
  series: () => ({ add: () => undefined, has: () => true, last: undefined }),
  beforeReading: () => undefined,
};
