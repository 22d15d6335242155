import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Refusing extends AsyncDisposable {
  readonly endpoint: string;
  /** The refused calls: `AmazonSQS.SendMessage`, or method and path. */
  readonly calls: readonly string[];
}

/**
 * Starts an endpoint that refuses every AWS call and records it. A worker that is tried without a sandbox must reach
 * nothing of a real account; the call itself is not a mistake.
 */
export async function refuseAwsCalls(): Promise<Refusing> {
  const calls: string[] = [];
  const server = createServer(({ headers, method, url }, response) => {
    const target = headers['x-amz-target'];
    calls.push(typeof target === 'string' ? target : `${method} ${url}`);
    // The code with which the SDK does not try again.
    response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0', connection: 'close' });
    response.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'only tried' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
