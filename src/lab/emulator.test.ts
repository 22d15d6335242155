import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { emulatorAccount, emulatorEndpoint } from './emulator.ts';
import { LabError } from './errors.ts';
import { plainOptions } from './options.ts';
import { targetOf } from './session.ts';

describe('emulatorEndpoint()', () => {
  test.each([
    ['http://127.0.0.1:4566', 'http://127.0.0.1:4566'],
    ['http://localhost:4566/', 'http://127.0.0.1:4566'],
    ['http://[::1]:4566', 'http://[::1]:4566'],
    ['http://127.0.0.1', 'http://127.0.0.1:80'],
  ])('takes %s', (text, endpoint) => {
    expect(emulatorEndpoint(text)).toBe(endpoint);
  });

  test.each([
    'https://127.0.0.1:4566',
    'http://sqs.eu-central-1.amazonaws.com',
    'http://127.0.0.1.example.com:4566',
    'http://192.168.0.7:4566',
    'http://0.0.0.0:4566',
    'http://user:secret@127.0.0.1:4566',
    'http://127.0.0.1:4566/path',
    'http://127.0.0.1:4566/?to=elsewhere',
    '127.0.0.1:4566',
    'no address',
  ])('refuses %s: only plain HTTP on loopback cannot lead to AWS', (text) => {
    const refuse = () => emulatorEndpoint(text);
    expect(refuse).toThrow(LabError);
    expect(refuse).toThrow(`--endpoint "${text}" is not the address of an emulator`);
  });
});

/** An emulator that answers every request so. */
async function listening(status: number, body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('emulatorAccount()', () => {
  const identity = (account: string) =>
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

  test('is what STS of the emulator says', async () => {
    const endpoint = await listening(200, identity('123456789012'));
    expect(await emulatorAccount(endpoint, 'us-east-1')).toBe('123456789012');
  });

  test('is the usual one of emulators where there is no STS', async () => {
    const endpoint = await listening(404, 'no such service');
    expect(await emulatorAccount(endpoint, 'us-east-1')).toBe('000000000000');
  });

  test('where nobody listens, that is said, with the address', async () => {
    const endpoint = await listening(200, '');
    const { port } = new URL(endpoint);
    const silent = `http://127.0.0.1:${port === '1' ? 2 : 1}`;
    await expect(emulatorAccount(silent, 'us-east-1')).rejects.toThrow(
      `No emulator answers at ${silent}`,
    );
  });
});

describe('--endpoint', () => {
  const emulator = { ...plainOptions, endpoint: 'http://127.0.0.1:4566' };

  test('is a target of its own', () => {
    expect(targetOf(emulator)).toBe('emulator');
  });

  test.each([
    [{ profile: 'ada' }, '--profile'],
    [{ as: 'admin' }, '--as'],
    [{ realTime: true }, '--real-time'],
    [{ realistic: true }, '--realistic'],
    [{ profile: 'ada', realistic: true }, '--profile, --realistic'],
  ])('contradicts %j', (more, named) => {
    expect(() => targetOf({ ...emulator, ...more })).toThrow(
      `--endpoint and ${named} contradict each other`,
    );
  });
});
