import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { redriveMessage } from './move-to-dead-letter-queue.ts';
import { expireMessages } from './expire-messages.ts';
import type { Engine } from './engine.ts';
import { invalidParameter, resourceNotFound } from './errors.ts';
import type { Queue } from './queues.ts';
import { selectToMove } from './select-messages.ts';
import type { TaskRow } from './task-row.ts';
import { readTaskHandle, taskHandle } from './task-row.ts';

/** Without a rate of its own, a task moves so many at a time and lets others work in between. */
const movesAtOnce = 100;
const mostActive = 100;
/** ListMessageMoveTasks shows no more. */
const keptForEachSource = 10;

/**
 * Redrive: message move tasks, which run by themselves and go on after a restart.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
export class MoveTasks {
  readonly #engine: Engine;
  readonly #running = new Set<string>();
  #closed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    const rows = engine.world.store
      .sql("SELECT task_id FROM sqs_move_tasks WHERE status IN ('RUNNING', 'CANCELLING')")
      .all();
    for (const row of rows) this.#start(String(row['task_id']));
  }

  get active(): boolean {
    return this.#running.size > 0;
  }

  /** @returns the TaskHandle */
  start(
    source: Queue,
    options: { destinationArn: string | undefined; messagesPerSecond: number | undefined },
  ): string {
    const { store } = this.#engine.world;
    const busy = store
      .sql(
        `SELECT COUNT(*) AS all_active, COALESCE(SUM(source_arn = ?), 0) AS here
         FROM sqs_move_tasks WHERE status IN ('RUNNING', 'CANCELLING')`,
      )
      .get(source.arn);
    if (Number(busy?.['here']) > 0) {
      throw invalidParameter(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    if (Number(busy?.['all_active']) >= mostActive) {
      throw invalidParameter(`There are already ${mostActive} active tasks in this account.`);
    }
    const taskId = randomUUID();
    expireMessages(this.#engine, source);
    store
      .sql(
        `INSERT INTO sqs_move_tasks (task_id, source_arn, destination_arn, messages_per_second,
           status, started_at, last_position, to_move) VALUES (?, ?, ?, ?, 'RUNNING', ?, ?, ?)`,
      )
      .run(
        taskId,
        source.arn,
        options.destinationArn ?? null,
        options.messagesPerSecond ?? null,
        this.#engine.now(),
        this.#engine.positions.last,
        this.#engine.counts.exact(source).visible,
      );
    this.#start(taskId);
    return taskHandle(taskId, source.arn);
  }

  /** @returns how many messages were moved before; what was moved stays moved */
  cancel(handle: string): number {
    const { taskId, sourceArn } = readTaskHandle(handle);
    if (this.#engine.queues.find(sourceArn) === undefined) {
      throw resourceNotFound(
        "The resource that you specified for the SourceArn parameter doesn't exist.",
      );
    }
    const task = this.#find(taskId);
    if (task === undefined) throw resourceNotFound('Task does not exist.');
    if (task.status !== 'RUNNING') throw invalidParameter('Only active tasks can be cancelled.');
    this.#update(taskId, { status: 'CANCELLING' });
    return task.moved;
  }

  /** Newest first. */
  list(sourceArn: string, limit: number): TaskRow[] {
    return this.#engine.world.store
      .sql('SELECT * FROM sqs_move_tasks WHERE source_arn = ? ORDER BY number DESC LIMIT ?')
      .all(sourceArn, limit) as unknown as TaskRow[];
  }

  /** Stops working; what is not done yet is taken up at the next start. */
  close(): void {
    this.#closed = true;
  }

  #start(taskId: string): void {
    this.#running.add(taskId);
    this.#run(taskId)
      .catch((error: unknown) => {
        // A store that was closed under a running task is no failure: the task goes on next time.
        if (this.#closed || /not open/.test(String(error))) return;
        // A full disk, perhaps: the task goes on when there is space again.
        console.error('sandbox: a message move task cannot move:', error);
        const { clock } = this.#engine.world;
        void clock.sleepUntil(clock.now() + 1000).then(() => this.#start(taskId));
      })
      .finally(() => {
        this.#running.delete(taskId);
        this.#engine.world.clock.consider();
      })
      .catch(console.error);
  }

  async #run(taskId: string): Promise<void> {
    for (;;) {
      await setImmediate();
      if (this.#closed) return;
      const task = this.#find(taskId);
      if (task === undefined) return;
      const end = task.status === 'CANCELLING' ? { status: 'CANCELLED' } : this.#moveSome(task);
      if (end !== undefined) {
        this.#update(taskId, end);
        this.#forgetOld(task.source_arn);
        return;
      }
      if (task.messages_per_second !== null) {
        const { clock } = this.#engine.world;
        await clock.sleepUntil(clock.now() + 1000 / task.messages_per_second);
      }
    }
  }

  /** @returns how the task ended, or undefined when there may be more to move */
  #moveSome(task: TaskRow): { status: string; reason?: string } | undefined {
    const count = task.messages_per_second === null ? movesAtOnce : 1;
    return this.#engine.world.store.transaction(() => {
      for (let moved = 0; moved < count; moved += 1) {
        const end = this.#moveOne(task);
        if (end !== undefined) return end;
      }
      return undefined;
    });
  }

  #moveOne(task: TaskRow): { status: string; reason?: string } | undefined {
    const { queues, world } = this.#engine;
    const queueIsGone = { status: 'FAILED', reason: 'AWS.SimpleQueueService.NonExistentQueue' };
    const from = queues.find(task.source_arn);
    if (from === undefined) return queueIsGone;
    expireMessages(this.#engine, from);
    const row = selectToMove(world.store, from, task.last_position, this.#engine.now());
    if (row === undefined) return { status: 'COMPLETED' };
    const destination = task.destination_arn ?? row.dead_letter_source;
    if (destination === null) {
      return { status: 'FAILED', reason: 'CouldNotDetermineMessageSource' };
    }
    const to = queues.find(destination);
    if (to === undefined) return queueIsGone;
    redriveMessage(this.#engine, row, { from, to });
    world.store
      .sql('UPDATE sqs_move_tasks SET moved = moved + 1 WHERE task_id = ?')
      .run(task.task_id);
    return undefined;
  }

  #find(taskId: string): TaskRow | undefined {
    return this.#engine.world.store
      .sql('SELECT * FROM sqs_move_tasks WHERE task_id = ?')
      .get(taskId) as unknown as TaskRow | undefined;
  }

  #update(taskId: string, { status, reason }: { status: string; reason?: string }): void {
    this.#engine.world.store
      .sql('UPDATE sqs_move_tasks SET status = ?, failure_reason = ? WHERE task_id = ?')
      .run(status, reason ?? null, taskId);
  }

  #forgetOld(sourceArn: string): void {
    this.#engine.world.store
      .sql(
        `DELETE FROM sqs_move_tasks WHERE source_arn = ? AND number NOT IN
           (SELECT number FROM sqs_move_tasks WHERE source_arn = ? ORDER BY number DESC LIMIT ?)`,
      )
      .run(sourceArn, sourceArn, keptForEachSource);
  }
}
