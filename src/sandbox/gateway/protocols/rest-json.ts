import { AwsError } from '../../errors.ts';
import { RawResult } from '../../types.ts';
import type { Route, WireObject } from '../../types.ts';
import { jsonBody, parseJsonObject } from './json.ts';
import type { Protocol } from './protocol.ts';

/** Headers that are members of an input (Lambda Invoke). */
const headerMembers = {
  'x-amz-invocation-type': 'InvocationType',
  'x-amz-log-type': 'LogType',
  'x-amz-client-context': 'ClientContext',
} as const;

/** Operations whose body is one blob: it becomes the member `Payload`, a Buffer. */
const blobOperations = new Set(['Invoke']);

/** Query strings that may come several times, and the list that they make. */
const listMembers: ReadonlyMap<string, string> = new Map([['tagKeys', 'TagKeys']]);

interface CompiledRoute extends Route {
  readonly segments: readonly string[];
}

/**
 * AWS REST JSON: method and path name the operation; path, query string, some headers and the JSON
 * body are the input.
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export function restJsonProtocol(routes: readonly Route[]): Protocol {
  const compiled = routes.map((route) => ({
    ...route,
    segments: segmentsOf(route.path),
  }));

  return {
    operationOf: ({ method, path }) => findRoute(compiled, method, path)?.operation,

    decode(request, operation) {
      const route = findRoute(compiled, request.method, request.path);
      const body = blobOperations.has(operation)
        ? { Payload: request.body }
        : parseJsonObject(request.body);
      return {
        ...body,
        ...headersOf(request.headers),
        ...queryOf(request.query),
        ...(route === undefined ? {} : labelsOf(route, request.path)),
      };
    },

    encode(_operation, result) {
      const raw = result instanceof RawResult ? result : new RawResult(result ? 200 : 204, result);
      return {
        status: raw.status,
        headers: { 'content-type': 'application/json', ...raw.headers },
        body: jsonBody(raw.body),
      };
    },

    encodeError: (error) => ({
      status: error.status,
      headers: { 'content-type': 'application/json', 'x-amzn-ErrorType': error.code },
      body: JSON.stringify({
        Type: error.status < 500 ? 'User' : 'Server',
        [error.messageKey]: error.message,
        ...error.members,
      }),
    }),
  };
}

function findRoute(
  routes: readonly CompiledRoute[],
  method: string,
  path: string,
): CompiledRoute | undefined {
  const segments = segmentsOf(path);
  return routes.find(
    (route) =>
      route.method === method &&
      route.segments.length === segments.length &&
      route.segments.every((part, i) => part.startsWith('{') || part === segments[i]),
  );
}

/** Older models end some paths with a slash. */
function segmentsOf(path: string): string[] {
  return path.replace(/\/$/, '').split('/');
}

function labelsOf(route: CompiledRoute, path: string): WireObject {
  const segments = segmentsOf(path);
  return Object.fromEntries(
    route.segments.flatMap((part, i) =>
      part.startsWith('{') ? [[part.slice(1, -1), decode(segments[i] ?? '')]] : [],
    ),
  );
}

function queryOf(query: string): WireObject {
  const input: WireObject = {};
  const parameters = new URLSearchParams(query);
  for (const name of new Set(parameters.keys())) {
    const list = listMembers.get(name);
    input[list ?? name] = list === undefined ? parameters.get(name) : parameters.getAll(name);
  }
  return input;
}

function headersOf(headers: Readonly<Record<string, string | string[] | undefined>>): WireObject {
  return Object.fromEntries(
    Object.entries(headerMembers).flatMap(([header, member]) =>
      headers[header] === undefined ? [] : [[member, String(headers[header])]],
    ),
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new AwsError('SerializationException', 'The path is not valid percent-encoding.', {
      cause,
    });
  }
}
