import { createHash } from 'node:crypto';
import type { ReceivedMessage, WireObject } from '../types.ts';
import { allowedText } from './allowed-text.ts';
import { invalidAttributeText, invalidParameter, invalidValue, wrongType } from './errors.ts';
import { structureMapIn, textIn } from '../constraints/values.ts';

/** User attributes of a message as sent; BinaryValue stays base64 as on the wire. */
export type MessageAttributes = ReceivedMessage['messageAttributes'];
type MessageAttribute = MessageAttributes[string];

const mostAttributes = 10;
/** Java's way to write a number; JavaScript knows more, such as `0x10`. */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads and checks `MessageAttributes`.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function readMessageAttributes(input: WireObject): MessageAttributes {
  const entries = Object.entries(structureMapIn(input, 'MessageAttributes'));
  if (entries.length > mostAttributes) {
    throw invalidParameter(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${mostAttributes}].`,
    );
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, readAttribute(name, value)]));
}

/** AWSTraceHeader is the only system attribute that a sender can set. */
export function readTraceHeader(input: WireObject): string | undefined {
  let header: string | undefined;
  for (const [name, value] of Object.entries(structureMapIn(input, 'MessageSystemAttributes'))) {
    if (name !== 'AWSTraceHeader') {
      throw invalidParameter(`Message system attribute name '${name}' is invalid.`);
    }
    const text = textIn(value, 'StringValue');
    if (textIn(value, 'DataType') !== 'String' || text === undefined) {
      throw invalidParameter(
        "The message system attribute 'AWSTraceHeader' must be of type 'String'.",
      );
    }
    header = text;
  }
  return header;
}

/** Names, types and values count towards the size of a message. */
export function attributeBytes(attributes: MessageAttributes): number {
  let bytes = 0;
  for (const [name, attribute] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType);
    bytes += valueBytes(attribute).length;
  }
  return bytes;
}

/**
 * The MD5 that SDKs compare with their own.
 * @returns undefined without attributes
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).toSorted();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    hash.update(Buffer.from([attribute.BinaryValue === undefined ? 1 : 2]));
    add(valueBytes(attribute));
  }
  return hash.digest('hex');
}

/** `MessageAttributeNames` of a receive: `All`, `*`, `.*`, `prefix.*` and plain names. */
export function selectAttributes(
  attributes: MessageAttributes,
  wanted: readonly string[],
): MessageAttributes {
  const isWanted = (name: string) =>
    wanted.some((pattern) => {
      if (['All', '*', '.*'].includes(pattern)) return true;
      if (pattern.endsWith('.*')) return name.startsWith(pattern.slice(0, -2));
      return name === pattern;
    });
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
}

function readAttribute(name: string, value: WireObject): MessageAttribute {
  checkName(name);
  const dataType = textIn(value, 'DataType') ?? '';
  const [, kind] = /^(String|Number|Binary)(?:\..+)?$/s.exec(dataType) ?? [];
  if (kind === undefined || dataType.length > 256) {
    throw invalidParameter(
      `The type of message (user) attribute '${name}' is invalid. ` +
        'You must use only the following supported type prefixes: Binary, Number, String.',
    );
  }
  const member = kind === 'Binary' ? 'BinaryValue' : 'StringValue';
  const text = textIn(value, member) ?? '';
  if (text === '') {
    throw invalidParameter(
      `Message (user) attribute '${name}' must contain a non-empty value of type '${kind}'.`,
    );
  }
  if (kind === 'Binary') {
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw wrongType('BinaryValue', 'blob');
    return { DataType: dataType, BinaryValue: text };
  }
  if (!allowedText.test(text)) throw invalidAttributeText(name);
  if (kind === 'Number' && !decimal.test(text)) {
    throw invalidParameter(
      `Can't cast the value of message (user) attribute '${name}' to a number.`,
    );
  }
  return { DataType: dataType, StringValue: text };
}

function checkName(name: string): void {
  // Letters of any alphabet: AWS takes "attr.1øßä".
  const wellFormed = /^[\p{L}\p{Nd}_.-]{1,256}$/u.test(name);
  const dots = name.startsWith('.') || name.endsWith('.') || name.includes('..');
  if (!wellFormed || dots || /^(aws|amazon)\./i.test(name)) {
    throw invalidValue(
      'MessageAttributeName',
      name,
      'The attribute name can contain letters, digits, underscores, hyphens and single periods, ' +
        'must not start or end with a period nor start with AWS. or Amazon., and is 1 to 256 in length.',
    );
  }
}

function valueBytes(attribute: MessageAttribute): Buffer {
  return attribute.BinaryValue === undefined
    ? Buffer.from(attribute.StringValue ?? '')
    : Buffer.from(attribute.BinaryValue, 'base64');
}
