import type { Access, CallContext, Operation, WireObject } from '../types.ts';
import { parseQueueArn } from './arn.ts';
import type { Engine } from './engine.ts';
import { invalidParameter, invalidValue, resourceNotFound } from './errors.ts';
import { optionalInteger, optionalString, requiredString } from './input.ts';
import type { MoveTasks } from './move-tasks.ts';
import type { Queue } from './queues.ts';
import { readTaskHandle, shownTask } from './task-row.ts';

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html */
const takeRights = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

export function moveTaskOperations(engine: Engine, tasks: MoveTasks): Record<string, Operation> {
  return {
    StartMessageMoveTask: {
      access(input) {
        const source = requiredArn(input, 'SourceArn');
        const destination = optionalArn(input, 'DestinationArn');
        // Without a destination the messages go to where they came from: to any of these.
        const targets = destination === undefined ? engine.queues.sourcesOf(source) : [destination];
        return [
          ...accessTo(source, ['sqs:StartMessageMoveTask', ...takeRights]),
          ...targets.flatMap((target) => accessTo(target, ['sqs:SendMessage'])),
        ];
      },
      run(input, context) {
        const source = findSource(engine, requiredArn(input, 'SourceArn'), context);
        if (engine.queues.sourcesOf(source.arn, '', 1).length === 0) {
          throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
        }
        const destinationArn = optionalArn(input, 'DestinationArn');
        if (destinationArn !== undefined) checkDestination(engine, source, destinationArn);
        const messagesPerSecond = optionalInteger(input, 'MaxNumberOfMessagesPerSecond');
        checkRange('MaxNumberOfMessagesPerSecond', messagesPerSecond, 500);
        return { TaskHandle: tasks.start(source, { destinationArn, messagesPerSecond }) };
      },
    },

    CancelMessageMoveTask: {
      access: (input) =>
        accessTo(readTaskHandle(requiredString(input, 'TaskHandle')).sourceArn, [
          'sqs:CancelMessageMoveTask',
          ...takeRights,
        ]),
      run: (input) => ({
        ApproximateNumberOfMessagesMoved: tasks.cancel(requiredString(input, 'TaskHandle')),
      }),
    },

    ListMessageMoveTasks: {
      access: (input) =>
        accessTo(requiredArn(input, 'SourceArn'), [
          'sqs:ListMessageMoveTasks',
          'sqs:GetQueueAttributes',
        ]),
      run(input, context) {
        const source = findSource(engine, requiredArn(input, 'SourceArn'), context);
        const limit = optionalInteger(input, 'MaxResults');
        checkRange('MaxResults', limit, 10);
        return { Results: tasks.list(source.arn, limit ?? 1).map(shownTask) };
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

function checkRange(parameter: string, value: number | undefined, max: number): void {
  if (value !== undefined && (value < 1 || value > max)) {
    throw invalidValue(parameter, value, `Must be between 1 and ${max}, if provided.`);
  }
}

function requiredArn(input: WireObject, member: string): string {
  return checkArn(requiredString(input, member), member);
}

function optionalArn(input: WireObject, member: string): string | undefined {
  const arn = optionalString(input, member);
  return arn === undefined ? undefined : checkArn(arn, member);
}

function checkArn(arn: string, member: string): string {
  if (parseQueueArn(arn) !== undefined) return arn;
  throw invalidParameter(
    `You must use this format to specify the ${member}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
  );
}
