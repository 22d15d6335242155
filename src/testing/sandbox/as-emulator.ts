import { createHash, createHmac } from 'node:crypto';
import { createServer, request as ask } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { canonicalRequest, parseAuthorization } from '../../sandbox/gateway/sigv4.ts';
import type { SignedRequest } from '../../sandbox/gateway/sigv4.ts';
import type { ClientConfiguration } from './process.ts';

/** An AWS that takes any key. */
export interface Emulator extends AsyncDisposable {
  readonly endpoint: string;
}

/**
 * A sandbox as emulators of other people are: whoever signs, with whatever key, may do everything. Each request is signed
 * anew as `admin` and passed on.
 */
export async function asEmulator({
  endpoint,
  credentials,
}: ClientConfiguration): Promise<Emulator> {
  const server = createServer((incoming, response) => {
    void passOn(incoming, response, new URL(endpoint), credentials);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function passOn(
  incoming: IncomingMessage,
  response: ServerResponse,
  { host, port }: URL,
  credentials: ClientConfiguration['credentials'],
): Promise<void> {
  const body = await bodyOf(incoming);
  const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2);
  const asked = { ...incoming.headers, host };
  const method = incoming.method ?? 'GET';
  const headers = signed({ method, path, query, headers: asked, body }, credentials);
  const passed = ask({ host: '127.0.0.1', port, path: incoming.url, method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  passed.on('error', () => response.destroy());
  passed.end(body);
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signed(
  request: SignedRequest,
  { accessKeyId, secretAccessKey }: ClientConfiguration['credentials'],
): IncomingHttpHeaders {
  const given = parseAuthorization(String(request.headers['authorization']));
  if (given === undefined) return request.headers;
  const scope = [given.date, given.region, given.service, 'aws4_request'];
  const key = scope.reduce<Buffer | string>(hmac, `AWS4${secretAccessKey}`);
  const canonical = canonicalRequest(request, given.signedHeaders, sha256(request.body));
  const algorithm = 'AWS4-HMAC-SHA256';
  const toSign = [algorithm, request.headers['x-amz-date'], scope.join('/'), sha256(canonical)];
  const signature = Buffer.from(hmac(key, toSign.join('\n'))).toString('hex');
  const authorization = `${algorithm} Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=${given.signedHeaders.join(';')}, Signature=${signature}`;
  return { ...request.headers, authorization };
}

const hmac = (key: Buffer | string, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
