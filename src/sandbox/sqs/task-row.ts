import type { WireObject } from '../types.ts';
import { invalidParameter } from './errors.ts';
import { isWireObject } from '../wire.ts';

/** A message move task as stored. */
export interface TaskRow {
  readonly task_id: string;
  readonly source_arn: string;
  readonly destination_arn: string | null;
  readonly messages_per_second: number | null;
  /** RUNNING, COMPLETED, CANCELLING, CANCELLED or FAILED */
  readonly status: string;
  readonly started_at: number;
  readonly last_position: number;
  readonly to_move: number;
  readonly moved: number;
  readonly failure_reason: string | null;
}

export function taskHandle(taskId: string, sourceArn: string): string {
  return Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64');
}

export function readTaskHandle(handle: string): { taskId: string; sourceArn: string } {
  try {
    const value: unknown = JSON.parse(Buffer.from(handle, 'base64').toString());
    if (isWireObject(value)) {
      const { taskId, sourceArn } = value;
      if (typeof taskId === 'string' && typeof sourceArn === 'string') return { taskId, sourceArn };
    }
  } catch {
    // Falls through: it was no handle.
  }
  throw invalidParameter('Value for parameter TaskHandle is invalid.');
}

/** One entry of ListMessageMoveTasks. */
export function shownTask(task: TaskRow): WireObject {
  return {
    ...(task.status === 'RUNNING' && { TaskHandle: taskHandle(task.task_id, task.source_arn) }),
    Status: task.status,
    SourceArn: task.source_arn,
    ...(task.destination_arn !== null && { DestinationArn: task.destination_arn }),
    ...(task.messages_per_second !== null && {
      MaxNumberOfMessagesPerSecond: task.messages_per_second,
    }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.to_move,
    ...(task.failure_reason !== null && { FailureReason: task.failure_reason }),
    StartedTimestamp: task.started_at,
  };
}
