import { AwsError } from '../errors.ts';

/**
 * SQS errors. The first name is the modelled shape (`__type`), the second the legacy code that the
 * CLI and batch entries show.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
function sqsError(shape: string, shownCode: string, message: string, status = 400): AwsError {
  return new AwsError(shape, message, { status, queryErrorCode: shownCode });
}

export const queueDoesNotExist = () =>
  sqsError(
    'QueueDoesNotExist',
    'AWS.SimpleQueueService.NonExistentQueue',
    'The specified queue does not exist.',
  );

export const queueAlreadyExists = (attribute: string) =>
  sqsError(
    'QueueNameExists',
    'QueueAlreadyExists',
    `A queue already exists with the same name and a different value for attribute ${attribute}`,
  );

export const queueDeletedRecently = () =>
  sqsError(
    'QueueDeletedRecently',
    'AWS.SimpleQueueService.QueueDeletedRecently',
    'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
  );

export const purgeQueueInProgress = (queueName: string) =>
  sqsError(
    'PurgeQueueInProgress',
    'AWS.SimpleQueueService.PurgeQueueInProgress',
    `Only one PurgeQueue operation on ${queueName} is allowed every 60 seconds.`,
    403,
  );

export const receiptHandleIsInvalid = (handle: string) =>
  sqsError(
    'ReceiptHandleIsInvalid',
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
    404,
  );

export const overLimit = (message: string) => sqsError('OverLimit', 'OverLimit', message, 403);

export const resourceNotFound = (message: string) =>
  sqsError('ResourceNotFoundException', 'ResourceNotFoundException', message, 404);

export const missingParameter = (parameter: string) =>
  sqsError(
    'MissingRequiredParameterException',
    'MissingParameter',
    `The request must contain the parameter ${parameter}.`,
  );

export const invalidParameter = (message: string) =>
  sqsError('InvalidParameterValueException', 'InvalidParameterValue', message);

export const missingDeduplicationId = () =>
  invalidParameter(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );

/** The usual form of InvalidParameterValue. */
export const invalidValue = (parameter: string, value: unknown, reason: string) =>
  invalidParameter(
    `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );

/** A parameter that only the other queue type (FIFO or standard) knows. */
export const notForThisQueueType = (parameter: string, value: unknown) =>
  invalidValue(
    parameter,
    value,
    'The request include parameter that is not valid for this queue type.',
  );

export const invalidAttributeName = (message: string) =>
  sqsError('InvalidAttributeName', 'InvalidAttributeName', message);

export const invalidAttributeValue = (attribute: string, reason?: string) =>
  sqsError(
    'InvalidAttributeValue',
    'InvalidAttributeValue',
    `Invalid value for the parameter ${attribute}.${reason === undefined ? '' : ` Reason: ${reason}`}`,
  );

const validCharacters =
  'Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.';

export const invalidMessageContents = () =>
  sqsError(
    'InvalidMessageContents',
    'InvalidMessageContents',
    `Invalid characters found. ${validCharacters}`,
  );

/** Another code than for a body; AWS's own words are not known. */
export const invalidAttributeText = (name: string) =>
  invalidParameter(
    `Message (user) attribute '${name}' contains invalid characters. ${validCharacters}`,
  );

export const emptyBatchRequest = (entryType: string) =>
  sqsError(
    'EmptyBatchRequest',
    'AWS.SimpleQueueService.EmptyBatchRequest',
    `There should be at least one ${entryType} in the request.`,
  );

export const tooManyEntries = (count: number) =>
  sqsError(
    'TooManyEntriesInBatchRequest',
    'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
    `Maximum number of entries per request are 10. You have sent ${count}.`,
  );

export const invalidBatchEntryId = () =>
  sqsError(
    'InvalidBatchEntryId',
    'AWS.SimpleQueueService.InvalidBatchEntryId',
    'A batch entry id can only contain alphanumeric characters, hyphens and underscores. ' +
      'It can be at most 80 letters long.',
  );

export const batchEntryIdsNotDistinct = (id: string) =>
  sqsError(
    'BatchEntryIdsNotDistinct',
    'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
    `Id ${id} repeated.`,
  );

export const batchRequestTooLong = (bytes: number) =>
  sqsError(
    'BatchRequestTooLong',
    'AWS.SimpleQueueService.BatchRequestTooLong',
    `Batch requests cannot be longer than 1048576 bytes. You have sent ${bytes} bytes.`,
  );

/** @param type in the model's words: `integer` */
export const wrongType = (parameter: string, type: string) =>
  sqsError(
    'SerializationException',
    'SerializationException',
    `The value of ${parameter} can not be converted to ${type === 'integer' ? 'an' : 'a'} ${type.charAt(0).toUpperCase()}${type.slice(1)}`,
  );
