import { LabError } from '../lab/errors.ts';
import { waitFor } from '../lab/aws/wait.ts';
import type { Lab } from '../lab/lab.ts';
import { beginsAnew } from './gone-copy.ts';
import { asking } from './ask.ts';
import type { Copy } from './copies.ts';

interface Task {
  readonly Status?: string;
  readonly ApproximateNumberOfMessagesMoved?: number;
  readonly FailureReason?: string;
}

/**
 * Waits until the last redrive of a copy's dead-letter queue has ended. A redrive takes real time, in the sandbox too.
 * @returns how many messages it has moved, as AWS counts them
 * @throws LabError when it failed, or there was none
 */
export async function untilRedriven(
  lab: Lab,
  { deadLetterQueueUrl, deadLetterQueueName }: Copy,
): Promise<number> {
  const ask = await asking(lab);
  const answer = await ask<{ Attributes?: { QueueArn?: string } }>('sqs', 'GetQueueAttributes', {
    QueueUrl: deadLetterQueueUrl,
    AttributeNames: ['QueueArn'],
  });
  const input = { SourceArn: answer?.Attributes?.QueueArn ?? '' };
  return waitFor(lab, {
    what: `the redrive of ${deadLetterQueueName} to end`,
    clock: 'a redrive moves so many messages a second as it was told',
    limitSeconds: 300,
    again: beginsAnew,
    quiet: true,
    probe: async () => {
      const list = await ask<{ Results?: Task[] }>('sqs', 'ListMessageMoveTasks', input);
      const [task] = list?.Results ?? [];
      if (task?.Status === 'RUNNING') return undefined;
      if (task?.Status === 'COMPLETED') return task.ApproximateNumberOfMessagesMoved ?? 0;
      throw new LabError(
        `The redrive of ${deadLetterQueueName} is ${task?.Status ?? 'not there'}: ${task?.FailureReason ?? 'AWS says no reason'}`,
        { hint: `aws sqs list-message-move-tasks --source-arn ${input.SourceArn}` },
      );
    },
  });
}
