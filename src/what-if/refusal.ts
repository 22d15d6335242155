import type { Question } from './question.ts';

/** A setting that AWS takes from nobody. */
export interface Refusal {
  /** The operation that refuses: `CreateQueue`. */
  readonly operation: string;
  /** AWS's own, as they were recorded; or the rule of the documentation. */
  readonly words: string;
  /** The page that says so, where AWS's own words are not known. */
  readonly documented?: string;
}

interface Bound {
  readonly member: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Why AWS would refuse these settings, known before anything is built. A test holds each to the answer that the settings
 * really get: the same words, where they are AWS's own.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export function refusalOf({ settings, concurrency, fifo }: Question): Refusal | undefined {
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
  if (words !== undefined) return { operation: 'CreateFunction', words, documented: functionPage };
  return refusedMapping(
    [
      { member: 'batchSize', value: batchSize, least: 1, most: 10_000 },
      { member: 'maximumBatchingWindowInSeconds', value: windowSeconds, least: 0, most: 300 },
      { member: 'scalingConfig.maximumConcurrency', value: concurrency ?? 2, least: 2, most: 1000 },
    ],
    { batchSize, windowSeconds, fifo },
  );
}

const api = 'https://docs.aws.amazon.com/lambda/latest/api';
const functionPage = `${api}/API_CreateFunction.html`;
const mappingPage = `${api}/API_CreateEventSourceMapping.html`;

function refusedMapping(
  bounds: readonly Bound[],
  mapping: { readonly batchSize: number; readonly windowSeconds: number; readonly fifo: boolean },
): Refusal | undefined {
  const { batchSize, windowSeconds, fifo } = mapping;
  const operation = 'CreateEventSourceMapping';
  const [words] = bounds.flatMap((bound) => outside(bound) ?? []);
  if (words !== undefined) return { operation, words, documented: mappingPage };
  // https://github.com/aws/aws-lambda-dotnet/pull/1758, 2024-06-12
  if (fifo && windowSeconds > 0)
    return { operation, words: 'Batching window is not supported for FIFO queues' };
  if (fifo && batchSize > 10)
    return {
      operation,
      words: `for a FIFO queue batchSize is at most 10, and not ${batchSize}`,
      documented: mappingPage,
    };
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
  if (value >= least && value <= most) return undefined;
  return `${member} is from ${least} to ${most}, and not ${value}`;
}

/** For the screen: it says whether AWS's own words follow, or a rule of its documentation. */
export function refusalText({ operation, words, documented }: Refusal): string {
  return documented === undefined
    ? `AWS refuses this. ${operation}: ${words}`
    : `AWS's documentation does not allow this. ${operation}: ${words} (${documented})`;
}
