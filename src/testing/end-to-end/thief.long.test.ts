import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { thief } from '../sandbox/thief.ts';
import { temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout, Ended } from '../lab/checkout.ts';
import { canaryEnvironment, filesWithCanary } from '../lab/trap.ts';

// The whole lab with a worker that does its work, and looks for credentials wherever it runs.
let checkout: Checkout;
let ended: Ended;

beforeAll(async () => {
  checkout = await temporaryCheckout();
  const environment = await canaryEnvironment(checkout);
  const file = join(environment['HOME'] ?? '', '.aws', 'credentials');
  const path = join(checkout.root, 'src', 'handlers', 'worker.ts');
  const honest = await readFile(path, 'utf8');
  const worker = `${thief
    .replace('export const handler', 'const look')
    .replace(/file = [^,]*/, `file = ${JSON.stringify(file)}`)}
${honest.replace('export const handler', 'const honest')}
export const handler = async (event, context) => {
  const { stolen } = await look({});
  console.log(JSON.stringify(stolen));
  return honest(event, context);
};
`;
  await writeFile(path, worker);
  const cli = process.env['LAB_AWS_CLI'];
  ended = await checkout.lab(['run', '--keep'], {
    ...environment,
    ...(cli === undefined ? {} : { LAB_AWS_CLI: cli }),
  });
});

afterAll(() => checkout.remove());

test('the lab runs to its end, and the worker has looked around', async () => {
  expect(ended).toMatchObject({ code: 0 });
  // What it found is in its log, and so in the store of the sandbox.
  const folder = join(checkout.root, '.lab', 'sandbox');
  const stored = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name)).catch(() => Buffer.of())),
  );
  expect(Buffer.concat(stored).includes('"environment of a process":"')).toBe(true);
});

test('no process that ran it could read a credential of the learner', async () => {
  expect(await filesWithCanary(checkout)).toEqual([]);
  expect(ended.stdout + ended.stderr).not.toMatch(/canary\/secret|AKIACANARY/);
});
