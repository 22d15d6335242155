import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { FeedPiece } from './model/wire.ts';
import { followAws } from './server.ts';

test('a page that does not read is let go, and nothing more is kept for it', async () => {
  const problem = 'x'.repeat(1024 * 1024);
  const piece: FeedPiece = { event: 'unknown', data: { problem } };
  const pieces = 200;
  const ended = Promise.withResolvers<{ told: number; kept: number }>();
  const server = createServer((_, response) => {
    void followAws(
      {
        listen: async (listener, signal) => {
          let told = 0;
          while (told < pieces && !signal.aborted) {
            listener(piece);
            told += 1;
          }
          ended.resolve({ told, kept: response.writableLength });
        },
      },
      response,
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const page = get({ host: '127.0.0.1', port }, (response) => response.pause());
  page.once('error', () => undefined);
  const { told, kept } = await ended.promise;
  page.destroy();
  server.closeAllConnections();
  server.close();
  expect(told).toBeLessThan(pieces);
  expect(kept).toBeLessThan(16 * 1024 * 1024);
});
