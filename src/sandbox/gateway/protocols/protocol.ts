import type { AwsError } from '../../errors.ts';
import type { OperationResult, WireObject } from '../../types.ts';

/** A request as it arrived, body complete. */
export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** How one service puts calls and answers on the wire. */
export interface Protocol {
  /** The operation's API name, known before the body is read; undefined when nothing says it. */
  operationOf(request: Omit<WireRequest, 'body'>, body: Buffer): string | undefined;
  /** @throws AwsError when the request cannot be read as one of this protocol */
  decode(request: WireRequest, operation: string): WireObject;
  encode(operation: string, result: OperationResult | undefined, requestId: string): WireAnswer;
  encodeError(error: AwsError, requestId: string): WireAnswer;
}
