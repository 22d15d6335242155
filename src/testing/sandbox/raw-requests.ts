import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from '../../sandbox/iam/users.ts';
import { canonicalRequest } from '../../sandbox/gateway/sigv4.ts';

/** A request below the SDK, for what no honest client sends. */
export interface RawRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Signed {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string | null | string[]>;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** As much of an SDK client as is needed to see its requests. */
interface Client {
  readonly middlewareStack: {
    add(
      middleware: unknown,
      options: { readonly step: 'deserialize'; readonly name: string },
    ): void;
    remove(name: string): boolean;
  };
}

class CapturedError extends Error {}

/** What the SDK would send, signed; nothing is sent. `call` calls `client.send()`. */
export async function signedBySdk(
  client: Client,
  call: () => Promise<unknown>,
): Promise<RawRequest> {
  let captured: Signed | undefined;
  const capture = () => (args: { request: Signed }) => {
    captured = args.request;
    throw new CapturedError();
  };
  client.middlewareStack.add(capture, { step: 'deserialize', name: 'capture' });
  try {
    await call();
  } catch (error) {
    if (captured === undefined) throw error;
  } finally {
    client.middlewareStack.remove('capture');
  }
  if (captured === undefined) throw new Error('The SDK sent nothing');
  const { method, path, query, headers, body = '' } = captured;
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return { method, path: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`, headers, body };
}

/** Signed by hand, for what the SDK cannot be brought to send. */
export function signedByHand(
  endpoint: string,
  options: {
    readonly service: string;
    readonly credentials: Credentials;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Uint8Array;
    readonly method?: string;
    /** With the query, which must be written as it is signed: sorted, percent-encoded. */
    readonly path?: string;
  },
): RawRequest {
  const { service, credentials, body, method = 'POST', path: target = '/' } = options;
  const [path = '/', query = ''] = target.split('?');
  const timestamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const headers = {
    ...options.headers,
    host: new URL(endpoint).host,
    'x-amz-date': timestamp,
    'content-length': String(Buffer.byteLength(body)),
  };
  const signed = Object.keys(headers).toSorted();
  const request = { method, path, query, headers, body: Buffer.from(body) };
  const canonical = canonicalRequest(request, signed, sha256(body));
  const scope = [timestamp.slice(0, 8), 'eu-central-1', service, 'aws4_request'];
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scope.join('/'), sha256(canonical)].join('\n');
  const key = scope.reduce(hmac, Buffer.from(`AWS4${credentials.secretAccessKey}`));
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope.join('/')}, SignedHeaders=${signed.join(';')}, Signature=${hmac(key, toSign).toString('hex')}`;
  return { method, path: target, headers: { ...headers, authorization }, body };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

export async function sendRaw(endpoint: string, raw: Partial<RawRequest>): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { method = 'POST', path = '/', headers = {}, body = '' } = raw;
    const sent = request(`${endpoint}${path}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
