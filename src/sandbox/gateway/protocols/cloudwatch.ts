import { AwsError } from '../../errors.ts';
import { isWireObject } from '../../wire.ts';
import type { WireObject } from '../../types.ts';
import { RawResult } from '../../types.ts';
import { jsonProtocol } from './json.ts';
import type { Protocol } from './protocol.ts';
import { queryProtocol } from './query.ts';

/** The name of CloudWatch in `X-Amz-Target`. */
export const cloudWatchTarget = 'GraniteServiceVersion20100801';

const json = jsonProtocol({
  version: '1.0',
  targetPrefix: cloudWatchTarget,
  typePrefix: 'com.amazonaws.cloudwatch#',
  queryCompatible: true,
});
const query = queryProtocol({ namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/' });

/** As AWS CLI 2.36.12 and the newer SDKs speak: times are epoch seconds. */
export const cloudWatchJson: Protocol = {
  ...json,
  encode: (operation, result, requestId) =>
    json.encode(
      operation,
      withTimes(result, (time) => time.getTime() / 1000),
      requestId,
    ),
};

/** As older clients speak: everything is a text, times are ISO 8601, and errors have their old codes. */
export const cloudWatchQuery: Protocol = {
  ...query,
  decode: (request, operation) => typed(query.decode(request, operation)),
  encode: (operation, result, requestId) =>
    query.encode(
      operation,
      withTimes(result, (time) => time.toISOString()),
      requestId,
    ),
  encodeError: (error, requestId) => query.encodeError(withOldCode(error), requestId),
};

function withOldCode(error: AwsError): AwsError {
  const { queryErrorCode, message, status, members } = error;
  return queryErrorCode === undefined
    ? error
    : new AwsError(queryErrorCode, message, { status, members });
}

/** The operations give times as Date. */
function withTimes<T>(result: T, write: (time: Date) => unknown): T {
  return result instanceof RawResult ? result : (rewritten(result, write) as T);
}

function rewritten(value: unknown, write: (time: Date) => unknown): unknown {
  if (value instanceof Date) return write(value);
  if (Array.isArray(value)) return value.map((item) => rewritten(item, write));
  if (!isWireObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, rewritten(member, write)]),
  );
}

const numbers = ['MaxDatapoints', 'Period'];
const times = ['EndTime', 'StartTime'];
const flags = ['IncludeLinkedAccounts', 'ReturnData'];

/** Texts that the model calls something else become what JSON has; what cannot stays a text, to be refused. */
function typed(input: WireObject): WireObject {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, typedValue(name, value)]),
  );
}

function typedValue(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => typedValue('', item));
  if (isWireObject(value)) return typed(value);
  if (typeof value !== 'string') return value;
  if (numbers.includes(name) && /^-?\d+$/.test(value)) return Number(value);
  if (flags.includes(name) && /^(?:true|false)$/.test(value)) return value === 'true';
  const time = times.includes(name) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? value : time / 1000;
}
