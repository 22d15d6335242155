import { join } from 'node:path';
import { LabError } from './errors.ts';
import { currentLearner } from './learner.ts';

/** The checkout: every path of the kit starts here. */
export const root = join(import.meta.dirname, '..', '..');

/** The checkout of whoever's lab is judged; undefined when it is not on this machine. */
export function checkout(): string | undefined {
  const learner = currentLearner();
  return learner === undefined ? root : learner.checkout;
}

/** What the kit makes for itself (sandbox store, CLI, profiles); never committed. */
export const labHome = join(root, '.lab');

const ownPrefix = checkedPrefix(process.env['LAB_PREFIX'] ?? '');

/** Whether a text can stand before the name of every resource. */
export function isPrefix(text: string): boolean {
  return /^[a-z0-9-]{0,16}$/.test(text);
}

/** @throws LabError (exit code 2) when the text cannot stand before a resource name */
function checkedPrefix(prefix: string): string {
  if (isPrefix(prefix)) return prefix;
  throw new LabError(`LAB_PREFIX "${prefix}" cannot be used in resource names`, {
    hint: 'Use at most 16 of a-z, 0-9 and "-", for example LAB_PREFIX=ada-',
    exitCode: 2,
  });
}

/** Names and numbers of the lab. Every resource is found by its name: there is no state file. */
export const lab = {
  get prefix(): string {
    return currentLearner()?.prefix ?? ownPrefix;
  },
  get queueName(): string {
    return `${this.prefix}lab01-worker-queue`;
  },
  get deadLetterQueueName(): string {
    return `${this.prefix}lab01-worker-dlq`;
  },
  get functionName(): string {
    return `${this.prefix}lab01-sqs-worker`;
  },
  get roleName(): string {
    return `${this.prefix}lab01-sqs-worker-role`;
  },
  get policyName(): string {
    return `${this.prefix}lab01-sqs-worker-policy`;
  },
  get logGroupName(): string {
    return `/aws/lambda/${this.prefix}lab01-sqs-worker`;
  },
  basicExecutionPolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
  zipFile: 'lab01-worker.zip',
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  functionTimeoutSeconds: 5,
  memoryMb: 128,
  /** Six times the function timeout, so that a throttled batch can be retried while still hidden. */
  visibilityTimeoutSeconds: 30,
  /** AWS advises 5 or more with Lambda; 3 keeps the wait at about 90 s. */
  maxReceiveCount: 3,
  batchSize: 10,
  batchingWindowSeconds: 0,
  /** Longer than the source queue's: the clock of a standard queue's message is not reset by the move. */
  deadLetterRetentionSeconds: 14 * 24 * 60 * 60,
} as const;
