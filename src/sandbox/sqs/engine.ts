import { noMetrics } from '../types.ts';
import type { MetricsApi, World } from '../types.ts';
import { ApproximateCounts } from './counts.ts';
import { refreshGroup } from './fifo.ts';
import { InFlightLimit } from './in-flight-limit.ts';
import { Positions } from './positions.ts';
import { QueueMetrics } from './queue-metrics.ts';
import type { Queue } from './queues.ts';
import { Queues } from './queues.ts';
import { ReceiptHandles } from './receipt-handles.ts';
import { ReceiveAttempts } from './receive-attempts.ts';
import { Waiters } from './waiters.ts';

/** What the rules of sending, receiving and deleting work on. */
export class Engine {
  readonly world: World;
  readonly queues: Queues;
  readonly waiters: Waiters;
  readonly counts: ApproximateCounts;
  readonly positions: Positions;
  readonly handles: ReceiptHandles;
  readonly limit: InFlightLimit;
  readonly metrics: QueueMetrics;
  readonly attempts = new ReceiveAttempts();

  constructor(world: World, options: { inFlightLimit: number; metrics?: MetricsApi | undefined }) {
    this.world = world;
    this.queues = new Queues(world);
    this.waiters = new Waiters(world.clock);
    this.counts = new ApproximateCounts(world);
    this.positions = new Positions(world);
    this.handles = new ReceiptHandles(world.store);
    this.metrics = new QueueMetrics(world, options.metrics ?? noMetrics, () => this.queues.all());
    this.limit = new InFlightLimit((queue) => this.counts.exact(queue), options.inFlightLimit);
  }

  /** Lab time in whole milliseconds, as the tables keep it. */
  now(): number {
    return Math.floor(this.world.clock.now());
  }

  /** To be called before messages of the queue come, go or change their visibility. */
  keepBeforeChange(queue: Queue): void {
    this.counts.keepBeforeChange(queue);
    this.metrics.beforeChange(queue);
  }

  /**
   * To be called after messages of the queue came, went or changed their visibility.
   * @param groupId the message group concerned, in a FIFO queue
   */
  announceChange(queue: Queue, groupId: string | undefined): void {
    if (groupId !== undefined) refreshGroup(this.world.store, queue.id, groupId);
    this.waiters.wake(queue.arn);
    this.world.clock.consider();
  }
}
