import { signedByHand } from './raw-requests.ts';
import type { RawRequest } from './raw-requests.ts';
import type { TestSandbox } from './sandbox-for-test.ts';
import type { Route, ServiceName, WireObject } from '../../sandbox/types.ts';
import { isWireObject } from '../../sandbox/wire.ts';

/** One call as any program could write it: the members need not be of the right type. */
export interface WireCall {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: WireObject;
}

const versions = { iam: '2010-05-08', sts: '2011-06-15' } as const;
const targets = {
  cloudwatch: 'GraniteServiceVersion20100801',
  logs: 'Logs_20140328',
  sqs: 'AmazonSQS',
} as const;
const allowAll = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/**
 * A call in the protocol of its service, signed by `admin`. Nothing of it is checked here.
 * @param rewrite a last change to the body, for what no value of JavaScript can be written as
 */
export function signedCall(
  lab: TestSandbox,
  call: WireCall,
  routes: readonly Route[],
  rewrite = (body: string) => body,
): RawRequest {
  const credentials = lab.sandbox.issueUser('admin', JSON.stringify(allowAll));
  const { body, ...rest } = written(call, routes);
  return signedByHand(lab.endpoint, {
    service: call.service === 'cloudwatch' ? 'monitoring' : call.service,
    credentials,
    ...rest,
    body: rewrite(body),
  });
}

interface Written {
  readonly method?: string;
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function written(call: WireCall, routes: readonly Route[]): Written {
  const { service, operation, input } = call;
  if (service === 'lambda') return restJson(call, routes);
  if (service === 'cloudwatch' || service === 'logs' || service === 'sqs') {
    return {
      headers: { 'x-amz-target': `${targets[service]}.${operation}` },
      body: JSON.stringify(input),
    };
  }
  const form = new URLSearchParams([
    ['Action', operation],
    ['Version', versions[service]],
    ...formPairs('', input),
  ]);
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  return { headers, body: form.toString() };
}

/** `{ Tags: [{ Key: 'a' }] }` becomes `Tags.member.1.Key=a`. */
function formPairs(name: string, value: unknown): [string, string][] {
  const under = (key: string) => (name === '' ? key : `${name}.${key}`);
  if (Array.isArray(value)) {
    return value.length === 0
      ? [[name, '']]
      : value.flatMap((item, i) => formPairs(under(`member.${i + 1}`), item));
  }
  if (isWireObject(value)) {
    return Object.entries(value).flatMap(([key, item]) => formPairs(under(key), item));
  }
  if (value === null || value === undefined) return [];
  return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
}

const headerMembers: Readonly<Record<string, string>> = {
  InvocationType: 'x-amz-invocation-type',
  LogType: 'x-amz-log-type',
  ClientContext: 'x-amz-client-context',
};

/** Path, then headers of Invoke; GET and DELETE put the rest into the query, the others into the body. */
function restJson({ operation, input }: WireCall, routes: readonly Route[]): Written {
  const route = routes.find((candidate) => candidate.operation === operation);
  if (route === undefined) throw new Error(`No route for ${operation}`);
  const rest = new Map(Object.entries(input));
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_label, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return percentEncoded(String(value));
  });
  if (operation === 'Invoke') {
    const { Payload, ...others } = Object.fromEntries(rest);
    const headers = Object.entries(others).map(([name, value]) => [
      headerMembers[name] ?? name,
      String(value),
    ]);
    return { method: 'POST', path, headers: Object.fromEntries(headers), body: String(Payload) };
  }
  if (route.method === 'POST' || route.method === 'PUT') {
    return {
      method: route.method,
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(rest)),
    };
  }
  const query = [...rest]
    .flatMap(([name, value]) => {
      const parameter = name === 'TagKeys' ? 'tagKeys' : name;
      return [value].flat().map((one) => `${parameter}=${percentEncoded(String(one))}`);
    })
    .toSorted()
    .join('&');
  return {
    method: route.method,
    path: query === '' ? path : `${path}?${query}`,
    headers: {},
    body: '',
  };
}

/** RFC 3986, as Signature Version 4 wants it. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
