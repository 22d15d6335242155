import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** What of a request its signature covers. */
export interface SignedRequest {
  readonly method: string;
  /** As on the request line, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** The parts of `Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `20261123` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

export type SignatureProblem =
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'incomplete'; readonly detail: string }
  | { readonly kind: 'skewed'; readonly detail: string };

const algorithm = 'AWS4-HMAC-SHA256';
const allowedSkewMs = 15 * 60 * 1000;

/** @returns undefined when the header is not of Signature Version 4 or lacks a part. */
export function parseAuthorization(header: string): Authorization | undefined {
  if (!header.startsWith(`${algorithm} `)) return undefined;
  const parts = new Map(
    header
      .slice(algorithm.length)
      .split(',')
      .map((part) => {
        const [name, value] = splitOnce(part.trim(), '=');
        return [name, value] as const;
      }),
  );
  const scope = parts.get('Credential')?.split('/') ?? [];
  const [accessKeyId, date, region, service, terminator] = scope;
  const signedHeaders = parts.get('SignedHeaders');
  const signature = parts.get('Signature');
  if (!accessKeyId || !date || !region || !service || scope.length !== 5) return undefined;
  if (terminator !== 'aws4_request' || !signedHeaders || !signature) return undefined;
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: signedHeaders.split(';'),
    signature,
  };
}

/**
 * Checks time, coverage, payload hash and signature.
 * @param now wall time, epoch milliseconds: clients sign with their own clock, not with lab time
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureProblem(
  request: SignedRequest,
  authorization: Authorization,
  secretAccessKey: string,
  now: number,
): SignatureProblem | undefined {
  const timestamp = headerOf(request, 'x-amz-date') ?? '';
  const signedAt = parseTimestamp(timestamp);
  if (signedAt === undefined || timestamp.slice(0, 8) !== authorization.date) {
    return {
      kind: 'incomplete',
      detail: "Date must be in ISO-8601 'basic format' and of the day in the credential scope.",
    };
  }
  const skew = describeSkew(signedAt, now);
  if (skew !== undefined) return { kind: 'skewed', detail: skew };
  const uncovered = uncoveredHeaders(request, authorization);
  if (uncovered.length > 0) {
    return {
      kind: 'incomplete',
      detail: `Host and every x-amz header must be signed; not signed: ${uncovered.join(', ')}.`,
    };
  }
  const payloadHash = sha256(request.body);
  const statedHash = headerOf(request, 'x-amz-content-sha256');
  if (statedHash !== undefined && statedHash !== payloadHash) return { kind: 'mismatch' };
  const expected = signatureOf(
    canonicalRequest(request, authorization.signedHeaders, payloadHash),
    timestamp,
    authorization,
    secretAccessKey,
  );
  const given = Buffer.from(authorization.signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return { kind: 'mismatch' };
  }
  return undefined;
}

export function canonicalRequest(
  request: SignedRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const headers = signedHeaders
    .map((name) => `${name}:${(headerOf(request, name) ?? '').trim().replaceAll(/\s+/g, ' ')}\n`)
    .join('');
  return [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    headers,
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

function signatureOf(
  canonical: string,
  timestamp: string,
  scope: Authorization,
  secretAccessKey: string,
): Buffer {
  const scopeText = [scope.date, scope.region, scope.service, 'aws4_request'].join('/');
  const toSign = [algorithm, timestamp, scopeText, sha256(canonical)].join('\n');
  return hmac(signingKey(secretAccessKey, scope), toSign);
}

/** Four HMACs that stay the same for a day; a few scopes are all that a lab has. */
const signingKeys = new Map<string, KeyObject>();

function signingKey(secretAccessKey: string, scope: Authorization): KeyObject {
  const name = [secretAccessKey, scope.date, scope.region, scope.service].join('/');
  let key = signingKeys.get(name);
  if (key === undefined) {
    const bytes = [scope.date, scope.region, scope.service, 'aws4_request'].reduce<Buffer>(
      hmac,
      Buffer.from(`AWS4${secretAccessKey}`),
    );
    // Five times as fast as bytes when it is used again and again.
    key = createSecretKey(bytes);
    if (signingKeys.size >= 100) signingKeys.clear();
    signingKeys.set(name, key);
  }
  return key;
}

/** All services but S3 encode the path twice: what arrives encoded once is encoded again here. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  const slash = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${slash}`;
}

function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => splitOnce(pair, '=').map((part) => encode(decode(part))))
    .toSorted(([a = '', x = ''], [b = '', y = '']) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join('='))
    .join('&');
}

function uncoveredHeaders(request: SignedRequest, authorization: Authorization): string[] {
  const mustBeSigned = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'));
  return ['host', ...mustBeSigned].filter((name) => !authorization.signedHeaders.includes(name));
}

function describeSkew(signedAt: number, now: number): string | undefined {
  if (Math.abs(signedAt - now) <= allowedSkewMs) return undefined;
  const [signed, server] = [formatTimestamp(signedAt), formatTimestamp(now)];
  if (signedAt < now - allowedSkewMs) {
    const limit = formatTimestamp(now - allowedSkewMs);
    return `Signature expired: ${signed} is now earlier than ${limit} (${server} - 15 min.)`;
  }
  const limit = formatTimestamp(now + allowedSkewMs);
  return `Signature not yet current: ${signed} is still later than ${limit} (${server} + 15 min.)`;
}

function parseTimestamp(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function formatTimestamp(time: number): string {
  return new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

function headerOf(request: SignedRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Text that is not valid percent-encoding stays as it is: its signature will simply not match. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function hmac(key: Buffer | KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(data: Buffer | string): string {
  return hash('sha256', data, 'hex');
}
