import { describe, expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { monday } from '../../testing/sandbox/lambda.ts';
import { createServices } from '../services.ts';
import { Store } from '../store.ts';
import { signedCall } from '../../testing/sandbox/calls.ts';
import { sendRaw } from '../../testing/sandbox/raw-requests.ts';
import { inputsOf } from '../../testing/sandbox/valid-inputs.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { ServiceName, WireObject } from '../types.ts';
import { noFaults } from '../types.ts';

// The same "random" requests each time: a failure can be looked at again by its number.
const seed = 20261123;
const rounds = 4;
const requestsOfRound = 100;

/** Mulberry32: small, and the same everywhere. */
function randomFrom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const pieces = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '\\',
  '\\u0000',
  'null',
  '-',
  '1e999',
  '.member.1.',
  '&',
  '=',
  '%',
  '%00',
  '\uFFFF',
  '__proto__',
  'true',
  '99999999999999999999',
];

function mutated(text: string, random: (below: number) => number): string {
  let result = text;
  for (let change = random(4); change >= 0; change -= 1) {
    const [at, length] = [random(result.length + 1), random(12)];
    const [head, tail] = [result.slice(0, at), result.slice(at)];
    const kind = random(4);
    if (kind === 0) result = head + tail.slice(length);
    else if (kind === 1) result = head + (pieces[random(pieces.length)] ?? '') + tail;
    else if (kind === 2) result = head + tail.slice(0, length) + tail;
    else result = head + String.fromCharCode(random(128)) + tail.slice(1);
  }
  return result;
}

const routes = createServices({
  store: new Store(':memory:'),
  clock: new LabClock({ standingAt: monday }),
  accountId: '111122223333',
  faults: { ...noFaults },
}).all.flatMap((service) => service.routes ?? []);

/** A long poll would wait for a clock that stands. */
function withoutWaiting({ WaitTimeSeconds: _waits, ...input }: WireObject): WireObject {
  return input;
}

describe('well signed nonsense', () => {
  test.each<ServiceName>(['sqs', 'lambda', 'iam', 'logs', 'sts', 'cloudwatch'])(
    `for %s is refused or taken, ${rounds * requestsOfRound} times, and never breaks the sandbox`,
    async (service) => {
      const random = randomFrom(seed);
      const broken: string[] = [];
      for (let round = 0; round < rounds; round += 1) {
        // Anew, since some of the nonsense deletes what the rest is about.
        await using lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday }) });
        const inputs = Object.entries(await inputsOf[service](lab));
        for (let count = 0; count < requestsOfRound; count += 1) {
          const [operation, input] = inputs[random(inputs.length)] ?? ['', {}];
          const call = { service, operation, input: withoutWaiting(input) };
          let body = '';
          const request = signedCall(lab, call, routes, (text) => (body = mutated(text, random)));
          const answer = await sendRaw(lab.endpoint, request);
          if (answer.status >= 500) broken.push(`${round}/${count} ${operation} ${body}`);
        }
      }
      expect(broken).toEqual([]);
    },
  );
});

test(`unsigned changes to the bytes of a signed request are never taken for the request`, async () => {
  const random = randomFrom(seed);
  await using lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday }) });
  const call = { service: 'sqs', operation: 'CreateQueue', input: { QueueName: 'never' } } as const;
  const taken: string[] = [];
  for (let count = 0; count < 400; count += 1) {
    const { body, ...signed } = signedCall(lab, call, routes);
    const other = mutated(String(body), random);
    if (other === body) continue;
    const headers = { ...signed.headers, 'content-length': String(Buffer.byteLength(other)) };
    const answer = await sendRaw(lab.endpoint, { ...signed, headers, body: other });
    if (answer.status !== 403) taken.push(`${answer.status} ${other}`);
  }
  expect(taken).toEqual([]);
});
