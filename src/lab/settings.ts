import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError, readingReasonOf } from './errors.ts';

/** The checkout: every path of the kit starts here. */
export const root = join(import.meta.dirname, '..', '..');

/** What the kit makes for itself (sandbox store, CLI, profiles); never committed. */
export const labHome = join(root, '.lab');

/** Whether a text can stand before the name of every resource. */
export function isPrefix(text: string): boolean {
  return /^[a-z0-9-]{0,16}$/.test(text);
}

/**
 * LAB_PREFIX, or none.
 * @throws LabError (exit code 2) when it cannot stand before a resource name
 */
export function ownPrefix(): string {
  const prefix = process.env['LAB_PREFIX'] ?? '';
  if (isPrefix(prefix)) return prefix;
  throw new LabError(`LAB_PREFIX "${prefix}" cannot be used in resource names`, {
    hint: 'Use at most 16 of a-z, 0-9 and "-", for example LAB_PREFIX=ada-',
    exitCode: 2,
  });
}

/**
 * Step 03 gives LAB_BOUNDARY to the role as it is: what is no policy would be refused by AWS in words about something else.
 * @throws LabError (exit code 2) when it names something that is no ARN of a policy
 */
export function checkBoundary(): void {
  const arn = process.env['LAB_BOUNDARY'] ?? '';
  if (arn === '' || /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/.test(arn)) return;
  throw new LabError(`LAB_BOUNDARY "${arn}" is not the ARN of an IAM policy`, {
    hint: 'Use the ARN that your instructor gave you, such as arn:aws:iam::111122223333:policy/ada-lab01-boundary, or leave LAB_BOUNDARY out.',
    exitCode: 2,
  });
}

/** A JSON file of `infra/`: the numbers of the lab have their one home there. */
function infraJson(name: string): unknown {
  const path = join(root, 'infra', name);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    throw new LabError(`Cannot read infra/${name}: ${readingReasonOf(cause)}`, {
      hint: `Restore it: git checkout -- infra/${name}`,
      cause,
    });
  }
}

const sourceQueue = infraJson('source-queue-attributes.json') as {
  readonly VisibilityTimeout: string;
  readonly RedrivePolicy: string;
};
const redrivePolicy = JSON.parse(sourceQueue.RedrivePolicy) as { readonly maxReceiveCount: string };
const deadLetterQueue = infraJson('dead-letter-queue-attributes.json') as {
  readonly MessageRetentionPeriod: string;
};
const functionSettings = infraJson('create-function.json') as {
  readonly Runtime: string;
  readonly Handler: string;
  readonly Timeout: number;
  readonly MemorySize: number;
};
const mappingSettings = infraJson('create-event-source-mapping.json') as {
  readonly BatchSize: number;
  readonly MaximumBatchingWindowInSeconds: number;
};

const visibilityTimeoutSeconds = Number(sourceQueue.VisibilityTimeout);
const maxReceiveCount = Number(redrivePolicy.maxReceiveCount);

/** What is the same in every lab, above all its numbers. */
export const settings = {
  runtime: functionSettings.Runtime,
  handler: functionSettings.Handler,
  functionTimeoutSeconds: functionSettings.Timeout,
  memoryMb: functionSettings.MemorySize,
  /** Six times the function timeout, so that a throttled batch can be retried while still hidden. */
  visibilityTimeoutSeconds,
  /** AWS advises 5 or more with Lambda; 3 keeps the wait at about 90 s. */
  maxReceiveCount,
  /** `1, 2, 3`: the receive counts of a message that is never handled. */
  receiveCounts: Array.from({ length: maxReceiveCount }, (_, i) => i + 1).join(', '),
  /** From the first receive of a poison message to the receive that moves it. */
  retriesSeconds: visibilityTimeoutSeconds * maxReceiveCount,
  batchSize: mappingSettings.BatchSize,
  batchingWindowSeconds: mappingSettings.MaximumBatchingWindowInSeconds,
  /** Longer than the source queue's: the clock of a standard queue's message is not reset by the move. */
  deadLetterRetentionSeconds: Number(deadLetterQueue.MessageRetentionPeriod),
  deadLetterRetention: `${Number(deadLetterQueue.MessageRetentionPeriod) / 86_400} days`,
  basicExecutionPolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
  zipFile: 'lab01-worker.zip',
} as const;

/**
 * Names and numbers of a lab. Every resource is found by its name: there is no state file.
 * @param prefix LAB_PREFIX of the lab's owner
 */
export function namesOf(prefix: string) {
  return {
    ...settings,
    prefix,
    queueName: `${prefix}lab01-worker-queue`,
    deadLetterQueueName: `${prefix}lab01-worker-dlq`,
    functionName: `${prefix}lab01-sqs-worker`,
    roleName: `${prefix}lab01-sqs-worker-role`,
    policyName: `${prefix}lab01-sqs-worker-policy`,
    logGroupName: `/aws/lambda/${prefix}lab01-sqs-worker`,
  } as const;
}

export type LabNames = ReturnType<typeof namesOf>;
