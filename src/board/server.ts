import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { asLabError, LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import type { Target } from '../lab/session.ts';
import { printable } from '../lab/terminal.ts';
import { actionForms, commandOf } from './actions.ts';
import type { Asset } from './assets.ts';
import { createAwsFeed } from './aws-feed.ts';
import { boardExperiments, playExperiment } from './experiments.ts';
import { labInfo } from './facts.ts';
import { refusalOf } from './guard.ts';
import { readPicture, recordedPictures, recordedReplay } from './recorded.ts';
import { runAction } from './run.ts';
import type { Reset } from './run.ts';
import { readSteps } from './steps.ts';

export interface BoardOptions {
  readonly key: string;
  /** 0: any free one. */
  readonly port: number;
  /** Names that a browser may use besides those of this machine, once the port is known. */
  readonly hosts?: (port: number) => readonly string[];
  readonly assets: ReadonlyMap<string, Asset>;
  readonly target: Target;
  /** The lab, opened anew when its sandbox was restarted. */
  readonly lab: () => Promise<Lab>;
  /** What happens in the sandbox; undefined on AWS, and while no sandbox runs. */
  readonly events: (signal: AbortSignal) => Promise<Response | undefined>;
  /** What `lab reset` does. */
  readonly reset: Reset;
  /** Folder of evidence and pictures. */
  readonly docs: string;
}

export interface Board {
  readonly port: number;
  close(): Promise<void>;
}

/** Nothing is loaded from elsewhere, no script runs but our own, nobody frames it, and nothing of it is kept. */
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

const bodyLimit = 100_000;

/** Serves the board on this machine only. @throws the error of `listen`, as when the port is taken */
export async function startBoard(options: BoardOptions): Promise<Board> {
  const api = createApi(options);
  const { key, assets } = options;
  let hosts: readonly string[] = [];
  const server = createServer((request, response) => {
    // Anybody may send anything, also what is no address: nothing that is thrown here would be caught.
    const url = addressOf(request.url ?? '/');
    if (url === undefined) return answerJson(response, 400, { error: 'This is no address.' });
    const isApi = url.pathname.startsWith('/api/');
    const refusal = refusalOf(request.headers, { key, hosts }, isApi);
    if (refusal !== undefined)
      return answerJson(response, refusal.status, { error: refusal.reason });
    if (isApi) return void answerApi(api, { request, response, url });
    return answerAsset(assets.get(url.pathname), request, response);
  });
  await listen(server, options.port);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  hosts = options.hosts?.(port) ?? [];
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function answerAsset(
  asset: Asset | undefined,
  { method }: IncomingMessage,
  response: ServerResponse,
) {
  if (asset === undefined || method !== 'GET')
    return answerJson(response, 404, { error: 'The board has no such page.' });
  response.writeHead(200, { ...headers, 'content-type': asset.type });
  return response.end(asset.content);
}

function answerJson(response: ServerResponse, status: number, value: unknown) {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' });
  return response.end(JSON.stringify(value));
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

type Api = Readonly<Record<string, (call: Call) => Promise<unknown>>>;

async function answerApi(api: Api, call: Call): Promise<void> {
  const { request, response, url } = call;
  try {
    const path = url.pathname.replace(/^(\/api\/picture)\/.*/, '$1');
    const handler = api[`${request.method} ${path}`];
    if (handler === undefined) {
      answerJson(response, 404, { error: 'The board has no such call.' });
      return;
    }
    const value = await handler(call);
    if (!response.headersSent) answerJson(response, 200, value ?? null);
  } catch (error) {
    const known = asLabError(error);
    if (response.headersSent) response.destroy();
    else if (error instanceof RefusedBody)
      answerJson(response, error.status, { error: error.message });
    else
      answerJson(response, known?.exitCode === 2 ? 400 : 502, {
        error: printable(known?.message ?? String(error)),
        ...(known?.hint !== undefined && { hint: printable(known.hint) }),
      });
  }
}

function createApi({ target, lab, events, reset, docs }: BoardOptions): Api {
  let last: Promise<unknown> = Promise.resolve();
  /** One command at a time: two of them would meet each other's changes. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  let played: string | undefined;
  let awsFeed: ReturnType<typeof createAwsFeed> | undefined;
  return {
    'GET /api/lab': async () => {
      const current = await lab();
      return { ...(await labInfo(current)), actions: actionForms(current.target()) };
    },
    'GET /api/feed': async ({ response }) => {
      // A page that waits for the sandbox does not start it.
      if (target === 'sandbox') return followSandbox(events, response);
      awsFeed ??= createAwsFeed(await lab());
      return followAws(awsFeed, response);
    },
    'GET /api/steps': async () => inTurn(async () => readSteps(await lab())),
    'POST /api/preview': async ({ request }) => {
      const { action, values } = await bodyOf(request);
      return { command: await commandOf(await lab(), action, values) };
    },
    'POST /api/run': async ({ request }) => {
      const wanted = await bodyOf(request);
      return inTurn(async () => runAction(await lab(), wanted, reset));
    },
    'GET /api/replay': () => recordedReplay(docs),
    'GET /api/pictures': () => recordedPictures(docs),
    'GET /api/picture': async ({ response, url }) => {
      const content = await readPicture(docs, url.pathname.replace('/api/picture/', ''));
      if (content === undefined)
        return answerJson(response, 404, { error: 'There is no such picture.' });
      // Shown as an image only: nothing in it runs.
      response.writeHead(200, { ...headers, 'content-type': 'image/svg+xml' });
      return response.end(content);
    },
    'GET /api/experiments': async () => boardExperiments(await lab()),
    'POST /api/experiments': async ({ request }) => {
      const { number, said } = await bodyOf(request);
      if (played !== undefined)
        throw new LabError(
          `Experiment ${played} is being played, and only one is played at a time: wait for its end`,
          { exitCode: 2 },
        );
      played = String(number);
      try {
        return await inTurn(async () => playExperiment(await lab(), String(number), said));
      } finally {
        played = undefined;
      }
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // What is left of it is read and forgotten: a page whose body is cut off never sees the answer.
    if (bytes <= bodyLimit) chunks.push(chunk);
  }
  if (bytes > bodyLimit)
    throw new RefusedBody(413, `The request is larger than ${bodyLimit} bytes.`);
  const value = parsed(Buffer.concat(chunks).toString('utf8'));
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new RefusedBody(400, 'The body of the request is no JSON object.');
}

/** What a page has sent that no call takes. */
class RefusedBody extends Error {
  readonly status: 400 | 413;

  constructor(status: 400 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Of a path on this server; undefined for what is none, such as `//`. */
function addressOf(path: string): URL | undefined {
  return path.startsWith('/') && URL.canParse(path, 'http://board')
    ? new URL(path, 'http://board')
    : undefined;
}

const stream = { ...headers, 'content-type': 'text/event-stream' } as const;

/** The very bytes, as fast as the page takes them: a slow page is a slow reader of the sandbox, which waits for nobody. */
async function followSandbox(
  events: BoardOptions['events'],
  response: ServerResponse,
): Promise<unknown> {
  const over = new AbortController();
  response.once('close', () => over.abort());
  const feed = await events(over.signal);
  if (feed?.status === 429)
    return answerJson(response, 429, {
      error: 'Too many pages follow this sandbox. Close some of them.',
    });
  if (feed === undefined || !feed.ok || feed.body === null)
    return answerJson(response, 503, { error: 'The sandbox does not run.' });
  response.writeHead(200, stream);
  const body = Readable.fromWeb(feed.body as Parameters<typeof Readable.fromWeb>[0]);
  // A sandbox that ends, or a page that goes, ends the other side, too.
  body.once('error', () => response.end());
  body.pipe(response);
  return undefined;
}

/** A page that leaves so much unread has stopped reading. */
const mostUnreadBytes = 4 * 1024 * 1024;

/** Tells a page what the feed tells. One that does not read is let go, and nothing is kept for it: it asks again from the start. */
export async function followAws(
  feed: Pick<ReturnType<typeof createAwsFeed>, 'listen'>,
  response: ServerResponse,
): Promise<undefined> {
  const over = new AbortController();
  response.once('close', () => over.abort());
  response.writeHead(200, stream);
  await feed.listen(({ event, data }) => {
    if (response.writableLength > mostUnreadBytes) {
      over.abort();
      response.destroy();
      return;
    }
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }, over.signal);
  return undefined;
}
