import { RawResult } from '../../types.ts';
import type { WireObject } from '../../types.ts';
import { isWireObject } from '../../wire.ts';
import { element, formOf, inputOf, malformed, xml } from './query.ts';
import type { Protocol, WireRequest } from './protocol.ts';

/** Turns what stands under one name of the form into the member of the input. */
type Reader = (value: unknown, name: string) => unknown;

const text: Reader = (value) => value;
/** What is no integer stays text, and is refused like any other wrong type. */
const integer: Reader = (value) => (/^-?\d{1,15}$/.test(String(value)) ? Number(value) : value);

/** `Attribute.1.Name=DelaySeconds&Attribute.1.Value=5` becomes `{ DelaySeconds: '5' }`. */
const mapBy =
  (key: 'Key' | 'Name'): Reader =>
  (value, name) =>
    Object.fromEntries(
      listOf(value, name).map((entry) => {
        if (!isWireObject(entry) || typeof entry[key] !== 'string') throw malformed(name);
        return [entry[key], entry['Value']];
      }),
    );

/** Members that have another name, or another type, in a form than in JSON. */
const members: Readonly<Record<string, readonly [member: string, read: Reader]>> = {
  Attribute: ['Attributes', mapBy('Name')],
  AttributeName: ['AttributeNames', listOf],
  DelaySeconds: ['DelaySeconds', integer],
  // Only an empty list comes under this name.
  Entries: ['Entries', listOf],
  MaxNumberOfMessages: ['MaxNumberOfMessages', integer],
  MaxNumberOfMessagesPerSecond: ['MaxNumberOfMessagesPerSecond', integer],
  MaxResults: ['MaxResults', integer],
  MessageAttribute: ['MessageAttributes', mapBy('Name')],
  MessageAttributeName: ['MessageAttributeNames', listOf],
  MessageSystemAttribute: ['MessageSystemAttributes', mapBy('Name')],
  MessageSystemAttributeName: ['MessageSystemAttributeNames', listOf],
  Tag: ['Tags', mapBy('Key')],
  // As botocore writes it for TagQueue.
  Tags: ['Tags', mapBy('Key')],
  TagKey: ['TagKeys', listOf],
  VisibilityTimeout: ['VisibilityTimeout', integer],
  WaitTimeSeconds: ['WaitTimeSeconds', integer],
};

/** Lists of the answer, and the element that each of their members becomes. */
const lists: Readonly<Record<string, string>> = {
  Failed: 'BatchResultErrorEntry',
  Messages: 'Message',
  QueueUrls: 'QueueUrl',
  Results: 'ListMessageMoveTasksResultEntry',
  queueUrls: 'QueueUrl',
};
/** Maps of the answer: the element that each entry becomes, and the name of its key. */
const maps: Readonly<Record<string, readonly [element: string, key: string]>> = {
  Attributes: ['Attribute', 'Name'],
  MessageAttributes: ['MessageAttribute', 'Name'],
  Tags: ['Tag', 'Key'],
};

const namespace = 'http://queue.amazonaws.com/doc/2012-11-05/';

/**
 * How SDKs from before November 2023 speak to SQS (boto3 before 1.28.82): forms and XML, in which lists and maps
 * are flattened. The operations are the same as in JSON.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
 */
export const sqsQueryProtocol: Protocol = {
  operationOf: (_request, body) => formOf(body).get('Action') ?? undefined,

  decode(request, operation) {
    const form = Object.entries(inputOf(formOf(request.body)));
    const entries = `${operation}RequestEntry`;
    return {
      ...queueOfPath(request),
      ...Object.fromEntries(
        form.map(([name, value]) => {
          if (name === entries) return ['Entries', listOf(value, name).map(entryOf)];
          // The model writes this one small.
          const [member, read] = memberOf(name);
          return [
            operation === 'CreateQueue' && name === 'Tag' ? 'tags' : member,
            read(value, name),
          ];
        }),
      ),
    };
  },

  encode(operation, result, requestId) {
    if (result instanceof RawResult) throw new Error('The Query protocol has no raw results');
    const content =
      result === undefined
        ? ''
        : element(`${operation}Result`, membersXml(result, operation), { raw: true });
    return xml(200, root(`${operation}Response`, `${content}${metadata(requestId)}`));
  },

  encodeError(error, requestId) {
    const known = error.queryErrorCode ?? error.code;
    const code = known === 'UnknownOperationException' ? 'InvalidAction' : known;
    const old = code === 'AWS.SimpleQueueService.NonExistentQueue';
    const content = [
      element('Type', error.status < 500 ? 'Sender' : 'Receiver'),
      element('Code', code),
      element(
        'Message',
        old ? `${error.message.slice(0, -1)} for this wsdl version.` : error.message,
      ),
      '<Detail/>',
    ];
    const body = element('Error', content.join(''), { raw: true });
    return xml(error.status, root('ErrorResponse', `${body}<RequestId>${requestId}</RequestId>`));
  },
};

function memberOf(name: string): readonly [member: string, read: Reader] {
  return (Object.hasOwn(members, name) ? members[name] : undefined) ?? [name, text];
}

function entryOf(value: unknown): WireObject {
  if (!isWireObject(value)) throw malformed('RequestEntry');
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const [member, read] = memberOf(name);
      return [member, read(inner, name)];
    }),
  );
}

/** `Name.1=a&Name.2=b`; positions may have gaps, and an empty list is written `Name=`. */
function listOf(value: unknown, name: string): unknown[] {
  if (value === '') return [];
  if (!isWireObject(value)) throw malformed(name);
  const positions = Object.keys(value);
  if (!positions.every((position) => /^[1-9]\d{0,8}$/.test(position))) throw malformed(name);
  return positions.toSorted((a, b) => Number(a) - Number(b)).map((position) => value[position]);
}

/** A request may name its queue by the path that it is sent to alone. */
function queueOfPath({ path }: WireRequest): WireObject {
  return path === '/' ? {} : { QueueUrl: path };
}

function root(name: string, content: string): string {
  return `<${name} xmlns="${namespace}">${content}</${name}>`;
}

function metadata(requestId: string): string {
  return `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
}

function membersXml(object: object, operation: string): string {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => memberXml(name, value, operation))
    .join('');
}

function memberXml(name: string, value: unknown, operation: string): string {
  if (Array.isArray(value)) {
    const item = lists[name] ?? `${operation}ResultEntry`;
    return value.map((each) => memberXml(item, each, operation)).join('');
  }
  if (!isWireObject(value)) return element(name, String(value));
  const map = maps[name];
  if (map === undefined) return element(name, membersXml(value, operation), { raw: true });
  const [entry, key] = map;
  return Object.entries(value)
    .map(([each, inner]) =>
      element(entry, element(key, each) + memberXml('Value', inner, operation), { raw: true }),
    )
    .join('');
}
