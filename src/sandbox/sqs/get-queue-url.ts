import { textIn } from '../constraints/values.ts';
import type { Operation } from '../types.ts';
import { arnFromName, queueUrl } from './arn.ts';
import type { Engine } from './engine.ts';
import { queueDoesNotExist } from './errors.ts';
import { requireAllowed, requiredName } from './input.ts';

export function getQueueUrlOperation(engine: Engine): Record<string, Operation> {
  return {
    GetQueueUrl: {
      access(input, context) {
        const resource = arnFromName(requiredName('GetQueueUrl', input, 'QueueName'), context);
        return [{ action: 'sqs:GetQueueUrl', resource }];
      },
      run(input, context, [access]) {
        requireAllowed('GetQueueUrl', input);
        const owner = textIn(input, 'QueueOwnerAWSAccountId') ?? context.accountId;
        if (owner !== context.accountId) throw queueDoesNotExist();
        const queue = engine.queues.get(access?.resource ?? '');
        return { QueueUrl: queueUrl(queue.arn, context.endpoint) };
      },
    },
  };
}
