import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyTooLargeError, drain, readBody } from '../gateway/body.ts';
import type { CallRecord } from './call-record.ts';
import { paces } from '../clock.ts';
import type { Pace } from '../clock.ts';
import { readFeed } from '../events/read-feed.ts';
import type { SkipLog } from './durable-clock.ts';
import { AwsError } from '../errors.ts';
import type { ControlHandler } from '../gateway/gateway.ts';
import type { Credentials } from '../iam/users.ts';
import { parseJsonObject } from '../gateway/protocols/json.ts';
import type { Faults, WireObject, World } from '../types.ts';
import { isWireObject } from '../wire.ts';

/** What the control paths need of the sandbox that they control. */
export interface Controlled {
  readonly world: World;
  readonly skips: SkipLog;
  readonly calls: CallRecord;
  /** What is known only to whoever started the sandbox (version, pid, port, idle stop). */
  readonly facts: () => WireObject;
  readonly issueUser: (name: string, policyDocument: string) => Credentials;
  readonly stop: () => void;
}

const bodyLimit = 1024 * 1024;

class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The paths under `/_sandbox/`: what AWS has not, and what only the owner of the home may do.
 * `hello` proves that we know the token without telling it, so that a client can tell this sandbox
 * from a stranger on the port before it sends the token itself.
 */
export function createControl(token: string, controlled: Controlled): ControlHandler {
  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    try {
      if (url.pathname === '/_sandbox/hello' && request.method === 'GET') {
        answer(response, 200, proof(token, url.searchParams.get('nonce')));
        return;
      }
      if (!isBearer(request.headers.authorization, token)) {
        throw new ControlError(401, 'The control token is missing or wrong.');
      }
      if (url.pathname === '/_sandbox/events' && request.method === 'GET') {
        if (readFeed(controlled.world, response)) return;
        throw new ControlError(429, 'Too many readers of the events.');
      }
      const body = request.method === 'POST' ? await jsonBodyOf(request) : {};
      const result = perform(`${request.method} ${url.pathname}`, url, body, controlled);
      answer(response, 200, JSON.stringify(result));
      if (url.pathname === '/_sandbox/stop') response.once('close', controlled.stop);
    } catch (error) {
      const status = statusOf(error);
      if (status === 500) console.error('sandbox: control failed:', error);
      const message = error instanceof Error ? error.message : String(error);
      answer(response, status, JSON.stringify({ error: message }));
    }
  };
}

function perform(call: string, url: URL, body: WireObject, controlled: Controlled): unknown {
  const { world, skips, calls } = controlled;
  switch (call) {
    case 'GET /_sandbox/status':
      return {
        ...controlled.facts(),
        accountId: world.accountId,
        clock: clockOf(controlled),
        faults: world.faults,
        memoryRss: process.memoryUsage.rss(),
      };
    case 'GET /_sandbox/skips':
      return { skips: skips.since(Number(url.searchParams.get('since') ?? 0) || 0) };
    case 'POST /_sandbox/advance':
      return advance(secondsOf(body) * 1000, carefulOf(body), controlled);
    case 'POST /_sandbox/pace':
      world.clock.setPace(paceOf(body));
      return { clock: clockOf(controlled) };
    case 'POST /_sandbox/step': {
      const step = world.clock.step();
      return typeof step === 'number' ? { movedMs: step } : { refused: step };
    }
    case 'POST /_sandbox/users':
      return controlled.issueUser(userNameOf(body), policyOf(body));
    case 'POST /_sandbox/faults':
      return { faults: Object.assign(world.faults, faultsOf(body, world.faults)) };
    case 'POST /_sandbox/calls':
      calls.record(wantedOf(body));
      return { recording: wantedOf(body) };
    case 'GET /_sandbox/calls':
      return calls.all;
    case 'POST /_sandbox/stop':
      return {};
    default:
      throw new ControlError(404, `There is no ${call}.`);
  }
}

function clockOf({ world: { clock }, skips }: Controlled): WireObject {
  return {
    now: clock.now(),
    offsetMs: clock.offsetMs,
    skipping: clock.skipping,
    pace: clock.pace,
    stopped: clock.stopped,
    lastSkip: skips.last,
    skippedTotalMs: skips.totalMs,
  };
}

/** By hand the clock goes anywhere; a program that asks to be careful is told what its skip would delete. */
function advance(milliseconds: number, careful: boolean, controlled: Controlled): WireObject {
  const { clock } = controlled.world;
  const harm = careful ? clock.harmOf(clock.now() + milliseconds) : undefined;
  if (harm === undefined) clock.advance(milliseconds, careful ? 'a wait of AWS' : 'moved by hand');
  return { clock: clockOf(controlled), ...(harm && { refused: harm.reason }) };
}

function carefulOf({ careful = false }: WireObject): boolean {
  if (typeof careful === 'boolean') return careful;
  throw new ControlError(400, 'careful must be true or false.');
}

function secondsOf({ seconds }: WireObject): number {
  // A year: more would only run every retention period out at once.
  if (typeof seconds !== 'number' || !(seconds > 0) || seconds > 366 * 86_400) {
    throw new ControlError(400, 'seconds must be a number above 0 and at most a year.');
  }
  return seconds;
}

function paceOf({ pace }: WireObject): Pace {
  const known = paces.find((one) => one === pace);
  if (known !== undefined) return known;
  throw new ControlError(400, `pace must be one of: ${paces.join(', ')}.`);
}

function wantedOf({ record }: WireObject): boolean {
  if (typeof record === 'boolean') return record;
  throw new ControlError(400, 'record must be true or false.');
}

function userNameOf({ name }: WireObject): string {
  if (typeof name === 'string' && /^[\w+=,.@-]{1,64}$/.test(name)) return name;
  throw new ControlError(400, 'name must be the name of an IAM user.');
}

function policyOf({ policy }: WireObject): string {
  if (typeof policy === 'string') return policy;
  if (isWireObject(policy)) return JSON.stringify(policy);
  throw new ControlError(400, 'policy must be a policy document.');
}

const shares: readonly string[] = [
  'connectionResets',
  'duplicateDelivery',
  'serverErrors',
  'splitBatches',
  'throttling',
] satisfies (keyof Faults)[];

function faultsOf(body: WireObject, known: Faults): WireObject {
  for (const [name, value] of Object.entries(body)) {
    if (!Object.hasOwn(known, name)) throw new ControlError(400, `There is no fault "${name}".`);
    const most = shares.includes(name) ? 1 : Number.MAX_SAFE_INTEGER;
    if (typeof value !== 'number' || !(value >= 0) || value > most) {
      throw new ControlError(400, `${name} must be a number from 0 to ${most}.`);
    }
  }
  return body;
}

function proof(token: string, nonce: string | null): string {
  if (nonce === null || !/^[\w-]{8,128}$/.test(nonce)) {
    throw new ControlError(400, 'nonce must be 8 to 128 letters and digits.');
  }
  return createHmac('sha256', token).update(nonce).digest('hex');
}

function isBearer(header: string | undefined, token: string): boolean {
  const [given, wanted] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function jsonBodyOf(request: IncomingMessage): Promise<WireObject> {
  try {
    return parseJsonObject(await readBody(request, bodyLimit));
  } catch (error) {
    if (error instanceof BodyTooLargeError) await drain(request, bodyLimit);
    throw error;
  }
}

function statusOf(error: unknown): number {
  if (error instanceof ControlError || error instanceof AwsError) return error.status;
  return error instanceof BodyTooLargeError ? 413 : 500;
}

function answer(response: ServerResponse, status: number, body: string): void {
  const type = body.startsWith('{') ? 'application/json' : 'text/plain';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
