import { constraintReader } from '../constraints/read.ts';
import type { Violation } from '../constraints/read.ts';
import { constraintTable } from '../constraints/table.ts';
import { textIn } from '../constraints/values.ts';
import type { AwsError } from '../errors.ts';
import type { WireObject } from '../types.ts';
import { invalidValue, missingParameter, wrongType } from './errors.ts';

const token = {
  min: 1,
  max: 128,
  // Letters, digits and punctuation of ASCII.
  pattern: '[!-~]+',
};
const tokenText = 'can only include alphanumeric and punctuation characters. 1 to 128 in length.';
const groupId = { ...token, reason: `MessageGroupId ${tokenText}` };
const deduplicationId = { ...token, reason: `MessageDeduplicationId ${tokenText}` };
const visibility = {
  min: 0,
  max: 43_200,
  reason: 'VisibilityTimeout must be between 0 and 43200.',
};
const delay = { min: 0, max: 900, reason: 'DelaySeconds must be >= 0 and <= 900.' };
const results = { min: 1, max: 1000, reason: 'Must be an integer between 1 and 1000.' };

/**
 * The model of SQS has types and required members, and says the rest in prose. Here it is as rules, each with the
 * reason that SQS gives; those of receives are recorded (LocalStack's snapshots of SQS), those of DelaySeconds are
 * Ballerina's tests against AWS, the others are documented, and have words of ours.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
 */
const beyondModel = {
  'ReceiveMessageRequest.MaxNumberOfMessages': {
    min: 1,
    max: 10,
    reason: 'Must be between 1 and 10, if provided.',
  },
  'ReceiveMessageRequest.WaitTimeSeconds': {
    min: 0,
    max: 20,
    reason: 'Must be >= 0 and <= 20, if provided.',
  },
  'ReceiveMessageRequest.VisibilityTimeout': visibility,
  'ChangeMessageVisibilityRequest.VisibilityTimeout': visibility,
  'ChangeMessageVisibilityBatchRequestEntry.VisibilityTimeout': visibility,
  'SendMessageRequest.DelaySeconds': delay,
  'SendMessageRequest.MessageDeduplicationId': deduplicationId,
  'SendMessageRequest.MessageGroupId': groupId,
  'SendMessageBatchRequestEntry.DelaySeconds': delay,
  'SendMessageBatchRequestEntry.MessageDeduplicationId': deduplicationId,
  'SendMessageBatchRequestEntry.MessageGroupId': groupId,
  'ListQueuesRequest.MaxResults': results,
  'ListDeadLetterSourceQueuesRequest.MaxResults': results,
  'ListMessageMoveTasksRequest.MaxResults': {
    min: 1,
    max: 10,
    reason: 'Must be between 1 and 10, if provided.',
  },
  'StartMessageMoveTaskRequest.MaxNumberOfMessagesPerSecond': {
    min: 1,
    max: 500,
    reason: 'Must be between 1 and 500, if provided.',
  },
} as const;

const read = constraintReader(constraintTable.services.sqs, {
  protocol: 'json',
  // Recorded: an empty MessageBody is answered MissingParameter.
  emptyIsMissing: true,
  corrections: {
    ...beyondModel,
    // Recorded: a receive ignores names that it does not know, and queue attributes are refused in words of their own.
    MessageSystemAttributeName: { enum: undefined },
    QueueAttributeName: { enum: undefined },
    // Message attributes too are refused in words of their own, which say the attribute's name.
    MessageAttributeValue: { required: [] },
    MessageSystemAttributeNameForSends: { enum: undefined },
    MessageSystemAttributeValue: { required: [] },
    // Recorded: a batch without entries has an error of its own.
    ChangeMessageVisibilityBatchRequest: { required: ['QueueUrl'] },
    DeleteMessageBatchRequest: { required: ['QueueUrl'] },
    SendMessageBatchRequest: { required: ['QueueUrl'] },
    // Without it the entry asks for nothing. The single operation requires it.
    ChangeMessageVisibilityBatchRequestEntry: {
      required: ['Id', 'ReceiptHandle', 'VisibilityTimeout'],
    },
  },
});

/**
 * Entries of a batch are asked one by one afterwards, since each can fail alone; only what cannot be read at all
 * refuses the whole batch.
 * @throws AwsError for the first thing that the model or SQS itself forbids in this input
 */
export function requireAllowed(operation: string, input: WireObject): void {
  const violations = read.input(operation, input);
  const first =
    violations.find(isUnreadable) ?? violations.find(({ path }) => path[0] !== 'Entries');
  if (first !== undefined) throw errorOf(first);
}

/** @param shape of the entry, in the model's words */
export function requireAllowedEntry(shape: string, entry: WireObject): void {
  const [first] = read.structure(shape, entry);
  if (first !== undefined) throw errorOf(first);
}

/**
 * The member that says what an operation is about: IAM is asked about that before the input is checked.
 * @throws AwsError `MissingParameter` when absent or empty
 */
export function requiredName(
  operation: string,
  input: WireObject,
  member: 'QueueName' | 'QueueUrl' | 'SourceArn' | 'TaskHandle',
): string {
  const [first] = read.member(operation, input, member);
  if (first !== undefined) throw errorOf(first);
  return textIn(input, member) ?? '';
}

/** Of another type, or null in a list or a map. */
function isUnreadable({ rule, value }: Violation): boolean {
  return rule === 'type' || value === null;
}

function errorOf(violation: Violation): AwsError {
  const { path, rule, shape, type, value } = violation;
  const member = path.findLast((part) => typeof part === 'string') ?? '';
  if (isUnreadable(violation)) return wrongType(member, type);
  if (rule === 'required') return missingParameter(member);
  const { reason } = beyondModel[shape as keyof typeof beyondModel];
  return invalidValue(member, value, reason);
}
