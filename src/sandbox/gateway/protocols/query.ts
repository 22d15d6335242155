import { AwsError } from '../../errors.ts';
import { RawResult } from '../../types.ts';
import type { WireObject } from '../../types.ts';
import type { Protocol, WireAnswer } from './protocol.ts';

/**
 * AWS Query: a form-encoded `POST /` with `Action=…&Version=…`, answered in XML.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function queryProtocol(options: { readonly namespace: string }): Protocol {
  const root = (name: string, content: string): string =>
    `<${name} xmlns="${options.namespace}">${content}</${name}>`;

  return {
    operationOf: (_request, body) => formOf(body).get('Action') ?? undefined,

    decode: ({ body }) => inputOf(formOf(body)),

    encode(operation, result, requestId) {
      if (result instanceof RawResult) throw new Error('The Query protocol has no raw results');
      const content =
        result === undefined ? '' : element(`${operation}Result`, members(result), { raw: true });
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      return xml(200, root(`${operation}Response`, content + metadata));
    },

    encodeError(error, requestId) {
      const content = element(
        'Error',
        members({
          Type: error.status < 500 ? 'Sender' : 'Receiver',
          Code: error.code,
          Message: error.message,
          ...error.members,
        }),
        { raw: true },
      );
      return xml(
        error.status,
        root('ErrorResponse', `${content}<RequestId>${requestId}</RequestId>`),
      );
    },
  };
}

export function xml(status: number, body: string): WireAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

/** @throws AwsError `MalformedInput` when it has more parameters than any input */
export function formOf(body: Buffer): URLSearchParams {
  let parameters = 1;
  for (let at = body.indexOf('&'); at >= 0; at = body.indexOf('&', at + 1)) parameters += 1;
  if (parameters > mostParameters) {
    throw new AwsError('MalformedInput', 'The request has too many parameters.');
  }
  return new URLSearchParams(body.toString('utf8'));
}

/** More parts than any name of the lab's services has. */
const deepestName = 10;
const mostListMembers = 10_000;
const mostParameters = 20_000;

/**
 * `Tags.member.1.Key=a` becomes `{ Tags: [{ Key: 'a' }] }`; every value stays a string.
 * @throws AwsError `MalformedInput` for names that no input can have
 */
export function inputOf(form: URLSearchParams): WireObject {
  const tree: Tree = new Map();
  for (const [name, value] of form) {
    if (name !== 'Action' && name !== 'Version') insert(tree, name, value);
  }
  return plainObject(tree);
}

type Tree = Map<string, string | Tree>;

function insert(tree: Tree, name: string, value: string): void {
  const path = name.split('.');
  const last = path.pop() ?? '';
  if (path.length >= deepestName) throw malformed(name);
  let node = tree;
  for (const part of path) {
    const next = node.get(part) ?? new Map();
    if (!(next instanceof Map)) throw malformed(name);
    node.set(part, next);
    node = next;
  }
  if (node.has(last)) throw malformed(name);
  node.set(last, value);
}

function plainObject(tree: Tree): WireObject {
  return Object.fromEntries([...tree].map(([name, value]) => [name, plain(value)]));
}

function plain(node: string | Tree | undefined): unknown {
  if (!(node instanceof Map)) return node;
  const list = node.get('member');
  return list instanceof Map && node.size === 1 ? listOf(list) : plainObject(node);
}

/** Positions may have gaps, order is by number. */
function listOf(tree: Tree): unknown[] {
  if (tree.size > mostListMembers) throw malformed('member');
  const positions = [...tree.keys()];
  const wrong = positions.find((position) => !/^[1-9]\d{0,8}$/.test(position));
  if (wrong !== undefined) throw malformed(wrong);
  return positions
    .toSorted((a, b) => Number(a) - Number(b))
    .map((position) => plain(tree.get(position)));
}

export function malformed(name: string): AwsError {
  return new AwsError('MalformedInput', `Unexpected input parameter "${name.slice(0, 100)}"`);
}

function members(object: object): string {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => memberXml(name, value))
    .join('');
}

function memberXml(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    return element(name, value.map((item) => memberXml('member', item)).join(''), { raw: true });
  }
  if (typeof value === 'object' && value !== null) {
    return element(name, members(value), { raw: true });
  }
  return element(name, String(value));
}

export function element(name: string, content: string, { raw = false } = {}): string {
  return `<${name}>${raw ? content : escapeXml(content)}</${name}>`;
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters that XML 1.0 cannot carry become the replacement character. */
function escapeXml(text: string): string {
  return (
    text
      .replaceAll(/[&<>"']/g, (char) => entities[char] ?? char)
      .replaceAll('\r', '&#xD;')
      // oxlint-disable-next-line no-control-regex -- these are what must go
      .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
  );
}
