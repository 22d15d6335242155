import type { Wish } from './wish.ts';

/** A setting that AWS takes from nobody, in AWS's words. */
export interface Refusal {
  /** The operation that refuses: `CreateQueue`. */
  readonly operation: string;
  readonly words: string;
}

interface Bound {
  readonly member: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Why AWS would refuse these settings, known before anything is built. A test holds every one of these sentences to the
 * answer that the settings really get.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export function refusalOf({ settings, concurrency, fifo }: Wish): Refusal | undefined {
  const { batchSize, windowSeconds, visibilityTimeoutSeconds, maxReceiveCount } = settings;
  if (visibilityTimeoutSeconds < 0 || visibilityTimeoutSeconds > 43_200) {
    return {
      operation: 'CreateQueue',
      words: 'Invalid value for the parameter VisibilityTimeout.',
    };
  }
  if (maxReceiveCount !== null && (maxReceiveCount < 1 || maxReceiveCount > 1000)) {
    return {
      operation: 'CreateQueue',
      words: `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`,
    };
  }
  const timeout = {
    member: 'timeout',
    value: settings.functionTimeoutSeconds,
    least: 1,
    most: 900,
  };
  const words = outside(timeout);
  if (words !== undefined) return { operation: 'CreateFunction', words };
  return refusedMapping(
    [
      { member: 'batchSize', value: batchSize, least: 1, most: 10_000 },
      { member: 'maximumBatchingWindowInSeconds', value: windowSeconds, least: 0, most: 300 },
      { member: 'scalingConfig.maximumConcurrency', value: concurrency ?? 2, least: 2, most: 1000 },
    ],
    { batchSize, windowSeconds, fifo },
  );
}

function refusedMapping(
  bounds: readonly Bound[],
  mapping: { readonly batchSize: number; readonly windowSeconds: number; readonly fifo: boolean },
): Refusal | undefined {
  const { batchSize, windowSeconds, fifo } = mapping;
  const operation = 'CreateEventSourceMapping';
  const [words] = bounds.flatMap((bound) => outside(bound) ?? []);
  if (words !== undefined) return { operation, words };
  if (fifo && (batchSize > 10 || windowSeconds > 0)) {
    return {
      operation,
      words: 'FIFO queues take a batch size of at most 10 and no batching window.',
    };
  }
  if (batchSize > 10 && windowSeconds === 0) {
    return {
      operation,
      words:
        'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    };
  }
  return undefined;
}

function outside({ member, value, least, most }: Bound): string | undefined {
  const rule =
    value < least
      ? `greater than or equal to ${least}`
      : value > most
        ? `less than or equal to ${most}`
        : undefined;
  return (
    rule &&
    `Value '${value}' at '${member}' failed to satisfy constraint: Member must have value ${rule}`
  );
}
