import type { IncomingMessage } from 'node:http';

export class BodyTooLargeError extends Error {
  override name = 'BodyTooLargeError';
  override message = 'The request body is too large.';
}

/**
 * The whole body.
 * @throws BodyTooLargeError as soon as more than `limit` bytes are announced or have come
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new BodyTooLargeError();
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) {
        request.off('data', onData);
        reject(new BodyTooLargeError());
      } else {
        chunks.push(chunk);
      }
    };
    request.on('data', onData);
    request.on('end', () => resolve(Buffer.concat(chunks, bytes)));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('The client went away')));
  });
}

/**
 * Reads on without keeping anything, so that the client finishes writing and gets to read the answer.
 * Whoever sends more than `atMost` bytes on top loses the connection.
 */
export async function drain(request: IncomingMessage, atMost: number): Promise<void> {
  let bytes = 0;
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > atMost) request.destroy();
    });
    for (const event of ['end', 'close', 'error']) request.on(event, () => resolve());
    request.resume();
  });
}
