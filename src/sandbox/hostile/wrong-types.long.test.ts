import { describe, expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { monday } from '../../testing/sandbox/lambda.ts';
import { createServices } from '../services.ts';
import { Store } from '../store.ts';
import { signedCall } from '../../testing/sandbox/calls.ts';
import { sendRaw } from '../../testing/sandbox/raw-requests.ts';
import type { RawAnswer } from '../../testing/sandbox/raw-requests.ts';
import { inputsOf } from '../../testing/sandbox/valid-inputs.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { Route, Service, ServiceName, WireObject } from '../types.ts';
import { noFaults } from '../types.ts';
import { isWireObject } from '../wire.ts';

const services = allServices();
const routes: readonly Route[] = services.flatMap((service) => service.routes ?? []);
const operations = services.flatMap(({ name, operations }) =>
  Object.keys(operations).map((operation) => [name, operation] as const),
);

function allServices(): readonly Service[] {
  const store = new Store(':memory:');
  const clock = new LabClock({ standingAt: monday });
  const world = { store, clock, accountId: '111122223333', faults: { ...noFaults } };
  return createServices(world).all;
}

/** Stands for a list in a list in a list, 20,000 times: more than a recursive function can walk. */
const deep = 'deeply nested';
const dug = (body: string) =>
  body.replaceAll(JSON.stringify(deep), `${'['.repeat(20_000)}${']'.repeat(20_000)}`);

/** What an honest client never puts there. */
const hostileValues: readonly unknown[] = [
  true,
  -1,
  1.5,
  1e300,
  'x',
  '',
  '\u0000',
  '\uD800',
  '../../etc/passwd',
  "' OR 1=1; DROP TABLE sqs_queues; --",
  '__proto__',
  'x'.repeat(100_000),
  [],
  [null, 1, 'x', []],
  null,
  {},
  { constructor: { prototype: 1 }, ['__proto__']: 'x' },
  { toString: 1, valueOf: 1, toJSON: 1, length: 2 },
  deep,
];

type Path = readonly (number | string)[];

/** Every member of an input, those inside of others too. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  const entries: [number | string, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : isWireObject(value)
      ? Object.entries(value)
      : [];
  const below = entries.flatMap(([key, item]) => pathsIn(item, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], value);
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const inner = replaced(valueAt(value, [key]), rest, by);
  if (Array.isArray(value)) return value.with(Number(key), inner);
  return { ...(value as WireObject), [key]: inner };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

/** Where clients of the service look for code and message. */
function errorIn(
  service: ServiceName,
  { headers, body }: RawAnswer,
): { code?: string | undefined; message?: string | undefined } {
  if (service === 'iam' || service === 'sts') {
    return {
      code: /<Code>([^<]+)<\/Code>/.exec(body)?.[1],
      message: /<Message>([^<]+)<\/Message>/s.exec(body)?.[1],
    };
  }
  const parsed = JSON.parse(body) as Record<string, string | undefined>;
  return {
    code: service === 'lambda' ? String(headers['x-amzn-errortype']) : parsed['__type'],
    message: parsed['message'] ?? parsed['Message'],
  };
}

describe('hostile values for each member of each operation', () => {
  test.each(operations)('%s %s refuses them in its form', async (service, operation) => {
    await using lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday }) });
    const valid = (await inputsOf[service](lab))[operation];
    if (valid === undefined) throw new Error(`No valid input for ${operation}`);
    const call = async (input: unknown) => {
      const wire = { service, operation, input: input as WireObject };
      return await sendRaw(lab.endpoint, signedCall(lab, wire, routes, dug));
    };
    const problems: string[] = [];
    for (const path of pathsIn(valid)) {
      for (const value of hostileValues) {
        const was = kindOf(valueAt(valid, path));
        if (!canBeWritten(service, operation, { path, value, was })) continue;
        const answer = await call(replaced(valid, path, value));
        // Changes that take their time do so, for the next call to find everything settled.
        if (service === 'lambda') lab.clock.advance(5000, 'until changes have settled');
        const problem = problemWith(service, answer, {
          wrongType: value !== null && kindOf(value) !== was,
        });
        const what = `${path.join('.')} = ${JSON.stringify(value).slice(0, 60)}`;
        if (problem !== undefined) problems.push(`${what}: ${problem}: ${answer.body}`);
      }
    }
    expect(problems).toEqual([]);
  });
});

function problemWith(
  service: ServiceName,
  answer: RawAnswer,
  { wrongType }: { wrongType: boolean },
): string | undefined {
  if (answer.status >= 500) return 'the sandbox failed';
  if (answer.status < 400) return wrongType ? 'taken, though of another type' : undefined;
  const { code = '', message = '' } = errorIn(service, answer);
  return /^[\w.#]+$/.test(code) && message !== '' ? undefined : 'not an error as AWS writes it';
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** In paths, query strings and headers everything is text, and in forms everything that is no list or map. */
function canBeWritten(
  service: ServiceName,
  operation: string,
  { path, value, was }: { path: Path; value: unknown; was: string },
): boolean {
  if (service === 'iam' || service === 'sts') {
    // Forms write the empty list as an empty text, and the empty structure not at all.
    return typeof value === 'object' ? Object.keys(value ?? {}).length > 0 : isText(value);
  }
  if (service !== 'lambda') return true;
  const route = routes.find((candidate) => candidate.operation === operation);
  const inBody =
    (route?.method === 'POST' || route?.method === 'PUT') &&
    operation !== 'Invoke' &&
    !route.path.includes(`{${String(path[0])}}`);
  if (inBody) return true;
  if (typeof value !== 'string' || was !== 'string') return false;
  // Node refuses longer heads by itself, and writes nothing but this into a header.
  return value.length < 8000 && (operation !== 'Invoke' || /^[ -~]*$/.test(value));
}

describe('the inputs that the tests above start from', () => {
  test.each(operations)('%s %s takes its own', async (service, operation) => {
    await using lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday }) });
    const input = (await inputsOf[service](lab))[operation] ?? {};
    const call = { service, operation, input };
    const answer = await sendRaw(lab.endpoint, signedCall(lab, call, routes));
    // No function has a policy here, so none can be shown.
    const taken = (status: number) => status < 300 || (operation === 'GetPolicy' && status === 404);
    expect(answer).toMatchObject({ status: expect.toSatisfy(taken) });
  });
});
