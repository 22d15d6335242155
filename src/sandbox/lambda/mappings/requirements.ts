import { AwsError } from '../../errors.ts';
import { invalidParameter } from '../validation.ts';
import type { Mapping } from './mapping-store.ts';
import type { MappingParts } from './parts.ts';

export function requireFunction(
  parts: MappingParts,
  functionArn: string,
): NonNullable<ReturnType<MappingParts['functions']['find']>> {
  const found = parts.functions.find(functionArn);
  if (found === undefined) throw invalidParameter('Function does not exist');
  return found;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
export function requireFittingQueue(
  parts: MappingParts,
  queueArn: string,
  timeoutSeconds: number,
): void {
  const queue = parts.sqs.queue(queueArn);
  if (queue === undefined) {
    throw invalidParameter(
      'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
    );
  }
  requireLongerHidden(queue.visibilityTimeoutSeconds, timeoutSeconds);
}

/**
 * AWS checks both timeouts at every update. A mapping whose queue or function is gone can be switched off, or changed while it
 * is off: there is nothing to compare.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function requireFittingTimeouts(
  parts: MappingParts,
  queueArn: string,
  functionArn: string,
): void {
  const queue = parts.sqs.queue(queueArn);
  const target = parts.functions.find(functionArn);
  if (queue === undefined || target === undefined) return;
  requireLongerHidden(queue.visibilityTimeoutSeconds, target.timeoutSeconds);
}

function requireLongerHidden(visibilityTimeoutSeconds: number, timeoutSeconds: number): void {
  if (visibilityTimeoutSeconds >= timeoutSeconds) return;
  throw invalidParameter(
    `Queue visibility timeout: ${visibilityTimeoutSeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
  );
}

export function requireUnique(
  parts: MappingParts,
  { queueArn, functionArn, region }: Pick<Mapping, 'functionArn' | 'queueArn' | 'region'>,
): void {
  const existing = parts.mappings
    .list(region)
    .find((one) => one.queueArn === queueArn && one.functionArn === functionArn);
  if (existing === undefined) return;
  const name = functionArn.split(':').slice(6).join(':');
  throw new AwsError(
    'ResourceConflictException',
    `An event source mapping with SQS arn (" ${queueArn} ") and function (" ${name} ") already exists. Please update or delete the existing mapping with UUID ${existing.uuid}`,
    { status: 409 },
  );
}

export function requireSettled({ transition }: Mapping, verb: 'delete' | 'update'): void {
  if (transition === undefined) return;
  throw new AwsError(
    'ResourceInUseException',
    `Cannot ${verb} the event source mapping because it is in use.`,
    { messageKey: 'Message' },
  );
}
