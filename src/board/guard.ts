import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a request must have before the board reads, changes or runs anything for it. */
export interface Guarded {
  readonly key: string;
  /** Names under which a browser may reach the board, besides those of this machine: of a Codespace. */
  readonly hosts: readonly string[];
}

/** The names of this machine: a tunnel may lead from any port of another one. Whoever owns another name may let it lead here. */
const ownNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Why a request is refused, as status and sentence; undefined when it may be answered. A page of another origin sends
 * its own Origin, or none and a Host of its own; none of them knows the key, which stands in the fragment of the URL only.
 * @param needsKey false for the page itself, which holds no secret
 */
export function refusalOf(
  headers: IncomingHttpHeaders,
  { key, hosts }: Guarded,
  needsKey: boolean,
): { readonly status: 401 | 403; readonly reason: string } | undefined {
  const host = headers.host ?? '';
  if (!isOwnHost(host, hosts))
    return { status: 403, reason: 'The board answers under the names of this machine only.' };
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && !isOwnOrigin(origin, host, hosts))
    return { status: 403, reason: 'The board answers its own page only.' };
  if (needsKey && site !== undefined && site !== 'same-origin')
    return { status: 403, reason: 'The board answers its own page only.' };
  if (needsKey && !hasKey(headers.authorization, key))
    return {
      status: 401,
      reason:
        'The key of the board is missing or wrong. Open the URL that "npx lab board" printed.',
    };
  return undefined;
}

function isOwnHost(host: string, hosts: readonly string[]): boolean {
  const name = host.replace(/:\d{1,5}$/, '');
  return ownNames.has(name) || hosts.includes(host);
}

/** GitHub forwards to a port of this machine: the Host is a name of this machine then, the Origin that of the Codespace. */
function isOwnOrigin(origin: string, host: string, hosts: readonly string[]): boolean {
  if (origin === `http://${host}`) return true;
  return hosts.some((one) => origin === `https://${one}`);
}

function hasKey(header: string | undefined, key: string): boolean {
  const [given, wanted] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${key}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** The name under which a Codespace shows a port to its owner; none elsewhere. */
export function codespaceHosts(
  port: number,
  variables: Readonly<Record<string, string | undefined>>,
): string[] {
  const { CODESPACE_NAME: name, GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: domain } = variables;
  if (name === undefined || !/^[\w-]+$/.test(name)) return [];
  return [`${name}-${port}.${domain ?? 'app.github.dev'}`];
}
