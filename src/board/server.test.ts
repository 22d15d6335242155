import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { boardAssets } from './assets.ts';
import type { Asset } from './assets.ts';
import { startBoard } from './server.ts';
import type { Board } from './server.ts';

const key = 'k'.repeat(32);
const lab = vi.fn<() => Promise<never>>(async () => {
  throw new Error('nothing may be asked');
});
let assets: ReadonlyMap<string, Asset>;
let board: Board;

beforeAll(async () => {
  assets = await boardAssets();
  board = await startBoard({
    key,
    port: 0,
    target: 'sandbox',
    assets,
    lab,
    events: async () => undefined,
    reset: async () => [],
    docs: '',
  });
});
afterAll(() => board.close());

/** fetch() lets nobody choose a Host. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: board.port, path, method, headers });
      asked.once('error', reject);
      asked.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      });
      asked.end(method === 'POST' ? '{}' : undefined);
    },
  );
}

/** Sends a first line that no client would. @returns the status of the answer */
async function statusOf(line: string): Promise<number> {
  const socket = connect(board.port, '127.0.0.1');
  socket.end(`${line}\r\nHost: 127.0.0.1:${board.port}\r\nConnection: close\r\n\r\n`);
  return Number(/^HTTP\/1.1 (\d+)/.exec(await text(socket))?.[1]);
}

const calls = [
  ['GET', '/api/lab'],
  ['GET', '/api/feed'],
  ['GET', '/api/steps'],
  ['GET', '/api/replay'],
  ['GET', '/api/pictures'],
  ['GET', '/api/picture/sandbox/01-dlq-configuration.svg'],
  ['GET', '/api/experiments'],
  ['POST', '/api/preview'],
  ['POST', '/api/run'],
  ['POST', '/api/experiments'],
] as const;

describe('a hostile page reads, changes and runs nothing', () => {
  test.each(calls)('%s %s', async (method, path) => {
    const good = { authorization: `Bearer ${key}` };
    const own = `127.0.0.1:${board.port}`;
    for (const [status, headers] of [
      [401, {}],
      [401, { authorization: 'Bearer wrong' }],
      [403, { ...good, origin: 'http://evil.example' }],
      [403, { ...good, origin: 'null' }],
      [403, { ...good, host: `evil.example:${board.port}` }],
      [403, { ...good, host: own, 'sec-fetch-site': 'cross-site' }],
    ] as const) {
      const answer = await get(path, headers, method);
      expect(answer.status).toBe(status);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect(lab).not.toHaveBeenCalled();
  });

  test('the page itself is given to no other name, and holds no key', async () => {
    expect((await get('/', { host: 'evil.example' })).status).toBe(403);
    for (const path of assets.keys()) expect((await get(path)).text).not.toContain(key);
  });

  test('a page that waits for a sandbox that does not run starts none', async () => {
    const { status, text } = await get('/api/feed', { authorization: `Bearer ${key}` });
    expect(status).toBe(503);
    expect(text).toContain('The sandbox does not run.');
    expect(lab).not.toHaveBeenCalled();
  });

  test.each(['//', '//[', '/%', 'http://[', '*'])(
    'what is no address ends nothing: %s',
    async (path) => {
      expect([400, 404]).toContain(await statusOf(`GET ${path} HTTP/1.1`));
      expect((await get('/')).status).toBe(200);
    },
  );

  test('more pages than the sandbox serves are told so', async () => {
    const full = await startBoard({
      key,
      port: 0,
      target: 'sandbox',
      assets,
      lab,
      events: async () => new Response('{}', { status: 429 }),
      reset: async () => [],
      docs: '',
    });
    const answer = await fetch(`http://127.0.0.1:${full.port}/api/feed`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(answer.status).toBe(429);
    expect(await answer.text()).toContain('Too many pages follow this sandbox.');
    await full.close();
  });

  test('no preflight is allowed', async () => {
    const { status, headers } = await get(
      '/api/run',
      { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
      'OPTIONS',
    );
    expect(status).toBe(403);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('a name that leads out of the pictures is none', async () => {
    const good = { authorization: `Bearer ${key}` };
    for (const name of ['../../package.json', 'sandbox/../../index.html', 'sandbox/%2e%2e/x.svg'])
      expect((await get(`/api/picture/${name}`, good)).status).toBe(404);
  });
});

describe('a body that no call takes', () => {
  const post = (path: string, body: string) =>
    fetch(`http://127.0.0.1:${board.port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body,
    });
  const posts = calls.flatMap(([method, path]) => (method === 'POST' ? [path] : []));

  test.each(posts)('is refused with one sentence: POST %s', async (path) => {
    const noObject = { error: 'The body of the request is no JSON object.' };
    for (const body of ['', '{"action":', 'null', '7', '[]', '"text"']) {
      const answer = await post(path, body);
      expect([body, answer.status, await answer.json()]).toEqual([body, 400, noObject]);
    }
    for (const size of [100_000, 3_000_000]) {
      const answer = await post(path, JSON.stringify({ action: 'x'.repeat(size) }));
      expect([answer.status, await answer.json()]).toEqual([
        413,
        { error: 'The request is larger than 100000 bytes.' },
      ]);
    }
    expect(lab).not.toHaveBeenCalled();
  });
});

describe('the page', () => {
  test('runs only its own script, loads nothing from elsewhere, and may be framed by nobody', async () => {
    const { headers, text } = await get('/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(text).not.toMatch(/<script>|\son\w+=|style=/);
    expect([...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url)).toEqual([
      'data:,',
      '/board.css',
      '/board.js',
    ]);
  });

  test('is under 60 KB when compressed', () => {
    const whole = [...assets.values()].map(({ content }) => gzipSync(content).length);
    expect(whole.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000);
  });
});
