import { describe, expect, test } from 'vitest';
import { codespaceHosts, refusalOf } from './guard.ts';

const key = 'the-key';
const authorization = `Bearer ${key}`;
const refused = (headers: Record<string, string>, hosts: readonly string[] = [], needsKey = true) =>
  refusalOf(headers, { key, hosts }, needsKey)?.status;

describe('who is answered', () => {
  test.each(['127.0.0.1:4900', 'localhost:4900', '[::1]:4900', 'localhost:9000'])(
    'the page itself, at %s, with the key',
    (host) => {
      expect(refused({ host, authorization })).toBeUndefined();
      const origin = `http://${host}`;
      expect(
        refused({ host, origin, authorization, 'sec-fetch-site': 'same-origin' }),
      ).toBeUndefined();
    },
  );

  test('the page in a Codespace, under its own name only', () => {
    const hosts = codespaceHosts(4900, { CODESPACE_NAME: 'ada-1' });
    expect(hosts).toEqual(['ada-1-4900.app.github.dev']);
    const origin = 'https://ada-1-4900.app.github.dev';
    expect(refused({ host: 'localhost:4900', origin, authorization }, hosts)).toBeUndefined();
    expect(
      refused({ host: 'ada-1-4900.app.github.dev', origin, authorization }, hosts),
    ).toBeUndefined();
    const other = 'https://eve-1-4900.app.github.dev';
    expect(refused({ host: 'localhost:4900', origin: other, authorization }, hosts)).toBe(403);
    expect(codespaceHosts(4900, {})).toEqual([]);
    expect(codespaceHosts(4900, { CODESPACE_NAME: 'a/../b' })).toEqual([]);
  });
});

describe('who is not', () => {
  test.each([
    'evil.example:4900',
    'evil.example',
    '127.0.0.1.evil.example:4900',
    'localhost.evil.example',
    '127.0.0.1:4900@evil.example',
    '10.0.0.1:4900',
    '',
  ])('a name that is none of this machine, "%s", whoever lets it lead here', (host) => {
    expect(refused({ host, authorization })).toBe(403);
    expect(refused({ host }, [], false)).toBe(403);
  });

  test.each([
    'http://evil.example',
    'null',
    'http://localhost:3000',
    'https://127.0.0.1:4900',
    'http://127.0.0.1:4900.evil.example',
  ])('a page of the origin %s, even with the key', (origin) => {
    expect(refused({ host: '127.0.0.1:4900', origin, authorization })).toBe(403);
  });

  test.each(['cross-site', 'same-site', 'none'])('a call that comes %s', (site) => {
    expect(refused({ host: 'localhost:4900', authorization, 'sec-fetch-site': site })).toBe(403);
  });

  test.each<[string, Record<string, string>]>([
    ['no key', {}],
    ['a wrong key', { authorization: 'Bearer the-kez' }],
    ['a longer key', { authorization: `${authorization}y` }],
    ['the bare key', { authorization: key }],
  ])('%s', (_, headers) => {
    expect(refused({ host: 'localhost:4900', ...headers })).toBe(401);
  });
});
