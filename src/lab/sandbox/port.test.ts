import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { startProcess } from '../../testing/sandbox/process.ts';
import { LabError } from '../errors.ts';
import { temporaryFolder } from '../../testing/lab/checkout.ts';
import { chosenPort, isFree, whoIsOn } from './port.ts';

afterEach(() => vi.unstubAllEnvs());

test.each(['80', '1023', '6000', '10080', '65536', 'abc', '4801.5', '-1', ' '])(
  'LAB_PORT=%j is refused with one sentence',
  (port) => {
    vi.stubEnv('LAB_PORT', port);
    expect(() => chosenPort()).toThrow(LabError);
    expect(() => chosenPort()).toThrow(`The sandbox cannot use LAB_PORT "${port}"`);
  },
);

test.each([
  ['4877', 4877],
  ['', undefined],
])('LAB_PORT=%j is %j', (port, chosen) => {
  vi.stubEnv('LAB_PORT', port);
  expect(chosenPort()).toBe(chosen);
});

test('the sandbox of another checkout is told apart from another program', async () => {
  await using folder = await temporaryFolder();
  await using sandbox = await startProcess(folder.path);
  const other = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  try {
    const { port } = sandbox;
    expect(await whoIsOn(port)).toBe('the sandbox of another checkout');
    expect(await whoIsOn((other.address() as AddressInfo).port)).toBe('another program');
    expect(await isFree(port)).toBe(false);
  } finally {
    other.close();
  }
});
