import type { Access, CallContext, Operation, WireObject } from '../types.ts';
import { parseQueueArn } from './arn.ts';
import type { Engine } from './engine.ts';
import { invalidParameter, invalidValue, resourceNotFound } from './errors.ts';
import { numberIn, textIn } from '../constraints/values.ts';
import { requireAllowed, requiredName } from './input.ts';
import type { MoveTasks } from './move-tasks.ts';
import type { Queue } from './queues.ts';
import { readTaskHandle, shownTask } from './task-row.ts';

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html */
const takeActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** StartMessageMoveTask, CancelMessageMoveTask and ListMessageMoveTasks. */
export function messageMoveTaskOperations(
  engine: Engine,
  tasks: MoveTasks,
): Record<string, Operation> {
  return {
    StartMessageMoveTask: {
      access(input) {
        const source = sourceArnIn('StartMessageMoveTask', input);
        const destination = destinationArnIn(input);
        // Without a destination the messages go to where they came from: to any of these.
        const targets = destination === undefined ? engine.queues.sourcesOf(source) : [destination];
        return [
          ...accessTo(source, ['sqs:StartMessageMoveTask', ...takeActions]),
          ...targets.flatMap((target) => accessTo(target, ['sqs:SendMessage'])),
        ];
      },
      run(input, context) {
        requireAllowed('StartMessageMoveTask', input);
        const sourceArn = sourceArnIn('StartMessageMoveTask', input);
        const source = findSource(engine, sourceArn, context);
        if (engine.queues.sourcesOf(source.arn, '', 1).length === 0) {
          throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
        }
        const destinationArn = destinationArnIn(input);
        if (destinationArn !== undefined) checkDestination(engine, source, destinationArn);
        const messagesPerSecond = numberIn(input, 'MaxNumberOfMessagesPerSecond');
        return { TaskHandle: tasks.start(source, { destinationArn, messagesPerSecond }) };
      },
    },

    CancelMessageMoveTask: {
      access: (input) =>
        accessTo(readTaskHandle(taskHandleIn(input)).sourceArn, [
          'sqs:CancelMessageMoveTask',
          ...takeActions,
        ]),
      run: (input) => ({
        ApproximateNumberOfMessagesMoved: tasks.cancel(taskHandleIn(input)),
      }),
    },

    ListMessageMoveTasks: {
      access: (input) =>
        accessTo(sourceArnIn('ListMessageMoveTasks', input), [
          'sqs:ListMessageMoveTasks',
          'sqs:GetQueueAttributes',
        ]),
      run(input, context) {
        requireAllowed('ListMessageMoveTasks', input);
        const sourceArn = sourceArnIn('ListMessageMoveTasks', input);
        const source = findSource(engine, sourceArn, context);
        return {
          Results: tasks.list(source.arn, numberIn(input, 'MaxResults') ?? 1).map(shownTask),
        };
      },
    },
  };
}

function accessTo(resource: string, actions: readonly string[]): Access[] {
  return actions.map((action) => ({ action, resource }));
}

function findSource(engine: Engine, arn: string, context: CallContext): Queue {
  const here = parseQueueArn(arn)?.region === context.region;
  const queue = here ? engine.queues.find(arn) : undefined;
  if (queue === undefined) {
    throw resourceNotFound(
      "The resource that you specified for the SourceArn parameter doesn't exist.",
    );
  }
  return queue;
}

function checkDestination(engine: Engine, source: Queue, arn: string): void {
  const destination = engine.queues.find(arn);
  if (destination === undefined) {
    throw resourceNotFound(
      "The resource that you specified for the DestinationArn parameter doesn't exist.",
    );
  }
  if (destination.arn === source.arn || destination.fifo !== source.fifo) {
    throw invalidValue(
      'DestinationArn',
      arn,
      'The destination must be another queue of the same type as the source.',
    );
  }
}

function sourceArnIn(operation: string, input: WireObject): string {
  return checkArn(requiredName(operation, input, 'SourceArn'), 'SourceArn');
}

function destinationArnIn(input: WireObject): string | undefined {
  const arn = textIn(input, 'DestinationArn');
  return arn === undefined ? undefined : checkArn(arn, 'DestinationArn');
}

function taskHandleIn(input: WireObject): string {
  return requiredName('CancelMessageMoveTask', input, 'TaskHandle');
}

function checkArn(arn: string, member: string): string {
  if (parseQueueArn(arn) !== undefined) return arn;
  throw invalidParameter(
    `You must use this format to specify the ${member}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
  );
}
