import { AwsError } from '../errors.ts';
import { parsePolicy } from '../iam/policy-document.ts';
import { invalidAttributeName, invalidAttributeValue, invalidParameter } from './errors.ts';
import { parseRedriveAllowPolicy, parseRedrivePolicy } from './redrive-policy.ts';

/** Attributes of a queue by AWS name, every value the text that GetQueueAttributes shows. */
export type QueueAttributes = Readonly<Record<string, string>>;

const ranges: Readonly<Record<string, { min: number; max: number }>> = {
  VisibilityTimeout: { min: 0, max: 43_200 },
  MessageRetentionPeriod: { min: 60, max: 1_209_600 },
  DelaySeconds: { min: 0, max: 900 },
  MaximumMessageSize: { min: 1024, max: 1_048_576 },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20 },
  KmsDataKeyReusePeriodSeconds: { min: 60, max: 86_400 },
};

/** Their case does not matter: `True` is shown as `true`. */
const booleans = ['ContentBasedDeduplication', 'FifoQueue', 'SqsManagedSseEnabled'];

const choices: Readonly<Record<string, readonly string[]>> = {
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

/** Unset until somebody sets them, and unset again by an empty value. */
const removable = ['KmsMasterKeyId', 'Policy', 'RedriveAllowPolicy', 'RedrivePolicy'];
const onlyForFifo = ['DeduplicationScope', 'FifoThroughputLimit'];
const unknownToStandard = ['ContentBasedDeduplication', 'FifoQueue'];

const settable = new Set([
  ...Object.keys(ranges),
  ...Object.keys(choices),
  ...booleans,
  ...removable,
]);
/** Read-only ones, and `All`. */
const readable = new Set([
  ...settable,
  'All',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
]);

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const defaults: QueueAttributes = {
  VisibilityTimeout: '30',
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
};
const fifoDefaults: QueueAttributes = {
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
};

/** Whether a request to create a queue asks for a FIFO queue. */
export function asksForFifo({ FifoQueue = '' }: QueueAttributes): boolean {
  return FifoQueue.toLowerCase() === 'true';
}

/** The attributes of a new queue; `given` as `normalizeAttributes` returned them. */
export function newQueueAttributes(fifo: boolean, given: QueueAttributes): QueueAttributes {
  return mergeAttributes({ ...defaults, ...(fifo ? fifoDefaults : {}) }, given);
}

/** Checks each attribute by itself and writes its value as AWS shows it; an empty value removes. */
export function normalizeAttributes(fifo: boolean, given: QueueAttributes): QueueAttributes {
  const entries = Object.entries(given);
  for (const [name] of entries) refuseUnknown(fifo, name);
  return Object.fromEntries(entries.map(([name, value]) => [name, normalize(name, value)]));
}

/** Lays new values over old ones, with the rules that tie attributes together. */
export function mergeAttributes(current: QueueAttributes, given: QueueAttributes): QueueAttributes {
  const merged: Record<string, string> = { ...current, ...given };
  for (const name of removable) if (merged[name] === '') delete merged[name];
  if (merged['KmsMasterKeyId'] !== undefined) {
    if (given['SqsManagedSseEnabled'] === 'true') {
      throw invalidAttributeName(
        'You can use one type of server-side encryption (SSE) at one time. ' +
          'You can either enable KMS SSE or SQS SSE.',
      );
    }
    // Stays false when the key is taken away again.
    merged['SqsManagedSseEnabled'] = 'false';
    merged['KmsDataKeyReusePeriodSeconds'] ??= '300';
  }
  if (
    merged['FifoThroughputLimit'] === 'perMessageGroupId' &&
    merged['DeduplicationScope'] !== 'messageGroup'
  ) {
    throw invalidParameter(
      'The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.',
    );
  }
  return merged;
}

/** Which attributes a request asks for; unknown names are refused. */
export function askedAttributes(names: readonly string[]): (name: string) => boolean {
  for (const name of names) {
    if (!readable.has(name)) throw invalidAttributeName(`Unknown Attribute ${name}.`);
  }
  const asked = new Set(names);
  return (name) => asked.has('All') || asked.has(name);
}

/** What GetQueueAttributes shows of the stored attributes. */
export function shownAttributes(attributes: QueueAttributes): QueueAttributes {
  const { KmsDataKeyReusePeriodSeconds: reuse, ...rest } = attributes;
  const encrypted = attributes['KmsMasterKeyId'] !== undefined;
  return encrypted && reuse !== undefined ? { ...rest, KmsDataKeyReusePeriodSeconds: reuse } : rest;
}

function refuseUnknown(fifo: boolean, name: string): void {
  if (!fifo && onlyForFifo.includes(name)) {
    throw invalidAttributeName(`You can specify the ${name} only when FifoQueue is set to true.`);
  }
  if (!settable.has(name) || (!fifo && unknownToStandard.includes(name))) {
    throw invalidAttributeName(`Unknown Attribute ${name}.`);
  }
}

function normalize(name: string, value: string): string {
  if (value === '' && removable.includes(name)) return value;
  const range = ranges[name];
  if (range !== undefined) {
    const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= range.min && number <= range.max)) throw invalidAttributeValue(name);
    return String(number);
  }
  const choice = choices[name];
  if (choice !== undefined) {
    if (!choice.includes(value)) throw invalidAttributeValue(name);
    return value;
  }
  if (booleans.includes(name)) return booleanText(name, value);
  switch (name) {
    case 'RedrivePolicy':
      return JSON.stringify(parseRedrivePolicy(value));
    case 'RedriveAllowPolicy':
      return JSON.stringify(parseRedriveAllowPolicy(value));
    case 'Policy':
      checkPolicy(value);
      return value;
    default:
      return value;
  }
}

function booleanText(name: string, value: string): string {
  const text = value.toLowerCase();
  if (name === 'FifoQueue' && text !== 'true') {
    throw invalidAttributeValue(name, 'Modifying queue type is not supported.');
  }
  if (text !== 'true' && text !== 'false') throw invalidAttributeValue(name);
  return text;
}

/** Refused when it is put, so that the evaluation never has to guess. */
function checkPolicy(text: string): void {
  try {
    parsePolicy(text, 'resource');
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidAttributeValue('Policy', error.message);
  }
}
