import { AwsError } from '../../errors.ts';
import { jsonExcess, requestLimits } from '../../json-cost.ts';
import { RawResult } from '../../types.ts';
import type { WireObject } from '../../types.ts';
import { isWireObject } from '../../wire.ts';
import type { Protocol } from './protocol.ts';

/**
 * AWS JSON 1.0 and 1.1: `POST /` with `X-Amz-Target: <prefix>.<Operation>`.
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export function jsonProtocol(options: {
  readonly version: '1.0' | '1.1';
  /** `AmazonSQS` */
  readonly targetPrefix: string;
  /** Put before the code in `__type`: `com.amazonaws.sqs#`. */
  readonly typePrefix?: string;
  /** SQS: errors carry their code of the old Query protocol in `x-amzn-query-error`. */
  readonly queryCompatible?: boolean;
}): Protocol {
  const contentType = { 'content-type': `application/x-amz-json-${options.version}` };
  return {
    operationOf({ headers }) {
      const [prefix, operation] = String(headers['x-amz-target'] ?? '').split('.');
      return prefix === options.targetPrefix ? operation : undefined;
    },

    decode: ({ body }) => parseJsonObject(body),

    encode(_operation, result) {
      if (result instanceof RawResult) {
        const { status, headers, body } = result;
        return { status, headers: { ...contentType, ...headers }, body: jsonBody(body) };
      }
      return { status: 200, headers: contentType, body: jsonBody(result) };
    },

    encodeError(error) {
      const type = `${options.typePrefix ?? ''}${error.code}`;
      const fault = error.status < 500 ? 'Sender' : 'Receiver';
      const queryError = { 'x-amzn-query-error': `${error.queryErrorCode ?? error.code};${fault}` };
      return {
        status: error.status,
        headers: { ...contentType, ...(options.queryCompatible === true ? queryError : {}) },
        body: JSON.stringify({
          __type: type,
          [error.messageKey]: error.message,
          ...error.members,
        }),
      };
    },
  };
}

/** Refuses what is not UTF-8. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Void operations answer with an empty body. */
export function jsonBody(body: WireObject | Buffer | undefined): Buffer | string {
  if (body === undefined) return '';
  return Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

/**
 * An empty body is an empty input.
 * @throws AwsError `SerializationException`
 */
export function parseJsonObject(body: Buffer): WireObject {
  if (body.length === 0) return {};
  const excess = jsonExcess(body, requestLimits);
  if (excess !== undefined) {
    throw new AwsError('SerializationException', `The request body is ${excess}.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(body));
  } catch (cause) {
    throw new AwsError('SerializationException', 'The request body is not valid JSON in UTF-8.', {
      cause,
    });
  }
  if (!isWireObject(value)) {
    throw new AwsError('SerializationException', 'The request body must be a JSON object.');
  }
  return value;
}
