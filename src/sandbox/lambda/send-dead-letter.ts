import type { FunctionParts } from './parts.ts';
import type { FunctionConfig, Invocation, InvocationResult } from './function-types.ts';
import { invalidParameter, notInSandbox } from './validation.ts';

/** So much of an error's text goes along with a dead letter. */
const longestErrorText = 1024;

/**
 * The role must be allowed to send to the queue that events end in which the function failed to handle.
 * @throws AwsError `InvalidParameterValueException`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function requireDeadLetterTarget(
  parts: FunctionParts,
  given: Pick<FunctionConfig, 'deadLetterTargetArn' | 'name' | 'roleArn'>,
): void {
  const { deadLetterTargetArn: target } = given;
  if (target === undefined || target === '') return;
  if (target.startsWith('arn:aws:sns:')) {
    throw notInSandbox('An SNS topic as the target of DeadLetterConfig', 'Name an SQS queue.');
  }
  if (!target.startsWith('arn:aws:sqs:')) {
    throw invalidParameter(
      `DeadLetterConfig names ${target}, which is neither an SQS queue nor an SNS topic.`,
    );
  }
  if (maySendTo(parts, given, target)) return;
  throw invalidParameter(
    'The provided execution role does not have permissions to call SendMessage on SQS',
  );
}

/** Why an event ends in the dead-letter queue: the status of the invocation, and its error. */
export interface Failure {
  readonly code: number;
  readonly text: string;
}

/**
 * Sends what the function failed to handle to its dead-letter queue. When that fails, the event is lost,
 * as on AWS, which counts it in the metric DeadLetterErrors.
 * @returns false when it could not be sent
 */
export function sendDeadLetter(
  parts: Pick<FunctionParts, 'iam' | 'sqs'>,
  config: FunctionConfig,
  failed: { readonly invocation: Invocation; readonly why: Failure },
): boolean {
  const { deadLetterTargetArn: queueArn } = config;
  if (queueArn === undefined) return true;
  const { requestId, payload } = failed.invocation;
  return sendAsFunction(parts, config, {
    queueArn,
    body: payload.toString('utf8'),
    attributes: {
      RequestID: { DataType: 'String', StringValue: requestId },
      ErrorCode: { DataType: 'Number', StringValue: String(failed.why.code) },
      ErrorMessage: { DataType: 'String', StringValue: failed.why.text },
    },
  });
}

/**
 * Sends with the permissions of the execution role.
 * @returns false when the role may not, or no standard queue is there
 */
export function sendAsFunction(
  parts: Pick<FunctionParts, 'iam' | 'sqs'>,
  config: FunctionConfig,
  message: Omit<Parameters<FunctionParts['sqs']['send']>[0], 'sender'>,
): boolean {
  const sender = parts.iam.assumeRole(config.roleArn, 'lambda.amazonaws.com', config.name);
  if (sender === undefined || !maySendTo(parts, config, message.queueArn)) return false;
  return parts.sqs.send({ ...message, sender });
}

export function maySendTo(
  { iam }: Pick<FunctionParts, 'iam'>,
  { roleArn, name }: Pick<FunctionConfig, 'name' | 'roleArn'>,
  queueArn: string,
): boolean {
  const session = iam.assumeRole(roleArn, 'lambda.amazonaws.com', name);
  if (session === undefined) return false;
  return iam.decide(session, { action: 'sqs:SendMessage', resource: queueArn }).allowed;
}

/** What a dead letter says of an error of the function; SQS takes no empty attribute. */
export function functionFailure({ payload }: InvocationResult): Failure {
  const text = payload.toString('utf8');
  const error = JSON.parse(text) as { errorMessage?: unknown } | null;
  const message = error?.errorMessage;
  const shown = typeof message === 'string' && message !== '' ? message : text;
  const cut = Buffer.from(shown).subarray(0, longestErrorText).toString('utf8');
  return { code: 200, text: cut.replace(/\uFFFD$/, '') };
}
