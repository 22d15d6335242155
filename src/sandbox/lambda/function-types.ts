export type LogFormat = 'JSON' | 'Text';

/** A function as configured: what the control plane stores and an execution environment is made from. */
export interface FunctionConfig {
  /** Without qualifier. */
  readonly arn: string;
  /** Undefined: `$LATEST`. */
  readonly version?: string | undefined;
  readonly name: string;
  readonly region: string;
  readonly roleArn: string;
  readonly runtime: string;
  readonly handler: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  readonly ephemeralStorageMb: number;
  readonly architecture: string;
  readonly tracingMode: string;
  /** Undefined when none were ever given: then the answer has no Environment. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly logGroup: string;
  readonly logFormat: LogFormat;
  /** JSON only. */
  readonly applicationLogLevel?: string | undefined;
  readonly systemLogLevel?: string | undefined;
  /** The queue for events that the function failed to handle. */
  readonly deadLetterTargetArn?: string | undefined;
  /** Base64 SHA-256 of the zip. */
  readonly codeSha256: string;
  readonly codeSize: number;
  /** New with each change: environments of an older deployment are not used any more. */
  readonly deployment: string;
}

/** One call of a function, on its way into an execution environment. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: Buffer;
  /** Already decoded from base64 and parsed. */
  readonly clientContext?: unknown;
  /** As the caller named the function; undefined: without qualifier. */
  readonly invokedArn?: string | undefined;
}

/** Asynchronous invocations that were accepted. */
export interface Events {
  /**
   * On disk when it returns.
   * @param functionArn with the qualifier that the caller gave
   */
  readonly add: (functionArn: string, invocation: Invocation) => void;
  /** Lab time of the earliest attempt ahead. */
  readonly nextDue: () => number | undefined;
  readonly close: () => void;
}

export interface InvocationResult {
  readonly payload: Buffer;
  /** Of the handler alone, as the REPORT line has it. */
  readonly durationMs: number;
  readonly functionError: 'Unhandled' | undefined;
  readonly logTail: string;
}
