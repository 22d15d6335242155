import { parseQueueArn } from './arn.ts';
import { invalidValue } from './errors.ts';
import { isWireObject } from '../wire.ts';

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  /** 1 to 1,000 */
  readonly maxReceiveCount: number;
}

export interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'byQueue' | 'denyAll';
  readonly sourceQueueArns?: readonly string[];
}

/** What the redrive policy of a queue is checked against. */
export interface RedriveTarget {
  readonly fifo: boolean;
  readonly allows: (sourceArn: string) => boolean;
}

/** Reads the text of a RedrivePolicy attribute; says nothing about its target yet. */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const refuse = (reason: string) => invalidValue('RedrivePolicy', text, reason);
  const policy = parseJson(text);
  if (!isWireObject(policy)) throw refuse('Redrive policy is not a valid JSON map.');
  for (const attribute of ['deadLetterTargetArn', 'maxReceiveCount']) {
    if (policy[attribute] === undefined) {
      throw refuse(`Redrive policy does not contain mandatory attribute: ${attribute}.`);
    }
  }
  const target = policy['deadLetterTargetArn'];
  if (typeof target !== 'string' || parseQueueArn(target) === undefined) {
    throw refuse('Invalid value for deadLetterTargetArn.');
  }
  // AWS takes "3" as well as 3, and shows a number.
  const count = policy['maxReceiveCount'];
  const valid = typeof count === 'number' || (typeof count === 'string' && /^\d+$/.test(count));
  const maxReceiveCount = valid ? Number(count) : Number.NaN;
  if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1 || maxReceiveCount > 1000) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${String(count)}, valid values are from 1 to 1000 both inclusive.`,
    );
  }
  return { deadLetterTargetArn: target, maxReceiveCount };
}

/**
 * @param source the queue that gets the policy
 * @param find looks the target up; undefined when there is no such queue
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export function checkRedriveTarget(
  text: string,
  source: { readonly arn: string; readonly fifo: boolean },
  find: (arn: string) => RedriveTarget | undefined,
): void {
  const { deadLetterTargetArn } = parseRedrivePolicy(text);
  const refuse = (reason: string) => invalidValue('RedrivePolicy', text, reason);
  const sameRegion =
    parseQueueArn(deadLetterTargetArn)?.region === parseQueueArn(source.arn)?.region;
  const target = sameRegion ? find(deadLetterTargetArn) : undefined;
  if (target === undefined) throw refuse('Dead letter target does not exist.');
  if (target.fifo !== source.fifo) {
    throw refuse('Dead-letter queue must be same type of queue as the source.');
  }
  // AWS's own words for this refusal are not known.
  if (!target.allows(source.arn)) {
    throw refuse(
      'The redrive allow policy of the dead-letter queue does not allow this source queue.',
    );
  }
}

/** Reads the text of a RedriveAllowPolicy attribute. */
export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const policy = parseJson(text);
  if (isWireObject(policy)) {
    const { redrivePermission, sourceQueueArns } = policy;
    if (redrivePermission === 'allowAll' || redrivePermission === 'denyAll') {
      if (sourceQueueArns === undefined) return { redrivePermission };
    } else if (redrivePermission === 'byQueue' && isArnList(sourceQueueArns)) {
      return { redrivePermission, sourceQueueArns };
    }
  }
  throw invalidValue(
    'RedriveAllowPolicy',
    text,
    "Amazon SQS can't create the redrive allow policy, as it's in an unsupported format.",
  );
}

export function allowsRedriveFrom(policyText: string | undefined, sourceArn: string): boolean {
  if (policyText === undefined) return true;
  const policy = parseRedriveAllowPolicy(policyText);
  if (policy.redrivePermission === 'byQueue') {
    return policy.sourceQueueArns?.includes(sourceArn) ?? false;
  }
  return policy.redrivePermission === 'allowAll';
}

function isArnList(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= 10 &&
    value.every((item) => typeof item === 'string' && parseQueueArn(item) !== undefined)
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
