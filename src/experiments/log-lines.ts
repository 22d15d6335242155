/**
 * A line of a JSON log in the words of a text log: `START`, `REPORT`, or the time, request id and level before what the
 * handler wrote. So both formats are read, hidden and drawn alike. Any other line stays as it is.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function textLineOf(message: string): string {
  const line = objectIn(message);
  if (line === undefined) return message;
  const { timestamp, level, requestId, message: written, type, record } = line;
  if (typeof timestamp === 'string' && typeof level === 'string') {
    const text = typeof written === 'string' ? written : JSON.stringify(written);
    return `${timestamp}\t${String(requestId)}\t${level}\t${text}`;
  }
  if (typeof type !== 'string' || !type.startsWith('platform.')) return message;
  return platformLine(type, record as PlatformRecord | undefined);
}

interface PlatformRecord {
  readonly requestId?: string;
  readonly version?: string;
  readonly status?: string;
}

function platformLine(type: string, { requestId, version, status }: PlatformRecord = {}): string {
  if (type === 'platform.start') return `START RequestId: ${requestId} Version: ${version}`;
  if (type !== 'platform.report') return type;
  const ending = status === 'success' ? '' : `\tStatus: ${status}`;
  return `REPORT RequestId: ${requestId}${ending}`;
}

/** `START`, `END` and `REPORT`, what the handler wrote, and the line of a timeout. */
const requestOfLine =
  /^(?:(START|END|REPORT) RequestId: |\d{4}-\d\d-\d\dT[\d:.]+Z[\t ])([\da-f]{8}-[\da-f-]{27})\b/;

/**
 * Without the lines of invocations that did not begin in this log. A function that is deleted while it works goes on, and
 * writes into the log of the next function of its name.
 */
export function begunHere<T extends { readonly message: string }>(events: readonly T[]): T[] {
  const requests = events.map(({ message }) => requestOfLine.exec(message));
  const begun = new Set(requests.flatMap((found) => (found?.[1] === 'START' ? found[2] : [])));
  return events.filter((_, i) => {
    const request = requests[i]?.[2];
    return request === undefined || begun.has(request);
  });
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
