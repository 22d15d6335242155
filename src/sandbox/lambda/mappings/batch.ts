import type { BatchEnded } from '../../events/events.ts';
import type { Defect, InvokeOutcome, ReceivedMessage } from '../../types.ts';
import { readBatchAnswer } from './batch-answer.ts';
import { eventOf } from './event-record.ts';
import { roleMay } from './execution-role.ts';
import type { LabWaits } from './lab-waits.ts';
import type { CountEvents } from './mapping-metrics.ts';
import type { Mapping } from './mapping-store.ts';
import type { MappingParts } from './parts.ts';

export interface BatchEntry {
  readonly message: ReceivedMessage;
  /** As JSON, ready for the event. */
  readonly record: string;
}

export interface Batch {
  readonly mapping: Mapping;
  readonly entries: readonly BatchEntry[];
  /** Lab time at which the first of its messages becomes visible again. */
  readonly visibleAgainAt: number;
  readonly waits: LabWaits;
  /** No more invocations: the mapping was switched off. */
  readonly stopped: AbortSignal;
  /** The sandbox ends: nothing may be touched any more. */
  readonly closed: AbortSignal;
  readonly onInvoke: (running: boolean) => void;
  readonly onThrottled: () => void;
  readonly countEvents: CountEvents;
  /** Batches that the mapping may have in work at once. */
  readonly limit: () => number;
}

/** `items-failed`: the function did its part and said which messages it could not handle. */
export type BatchResult = 'done' | 'failed' | 'items-failed';

/** Pauses between tries of a throttled invocation: doubled each time, from the first to the last. */
const firstPauseMs = 1000;
const longestPauseMs = 30_000;

/**
 * Hands one batch to the function and deletes what it handled. What failed is left alone: it becomes
 * visible again when its visibility timeout ends.
 */
export async function workBatch(parts: MappingParts, batch: Batch): Promise<BatchResult> {
  const { entries, countEvents } = batch;
  const number = tellBegin(parts, batch);
  const outcome = await invokeUntilTaken(parts, batch);
  if (batch.closed.aborted) return 'failed';
  const completed = outcome?.kind === 'completed';
  if (completed) countEvents('InvokedEventCount', entries.length);
  const done = completed ? handledMessages(parts, batch, outcome) : undefined;
  tellEnd(parts, batch, number, { outcome, done });
  countEvents('FailedInvokeEventCount', entries.length - (done ?? []).length);
  if (hasDefect(parts, 'failed-batches-visible-at-once')) releaseOthers(parts, batch, done ?? []);
  if (done === undefined) return 'failed';
  if (await deleteMessages(parts, batch.mapping, done)) {
    countEvents('DeletedEventCount', done.length);
  }
  return done.length === batch.entries.length ? 'done' : 'items-failed';
}

/**
 * Without the permission to delete, messages come back as if they had failed.
 * @returns whether they are deleted
 */
export async function deleteMessages(
  parts: MappingParts,
  { functionArn, queueArn }: Mapping,
  messages: readonly ReceivedMessage[],
): Promise<boolean> {
  if (messages.length === 0) return true;
  if (!roleMay(parts, functionArn, queueArn, ['DeleteMessage'])) return false;
  const handles = messages.map(({ receiptHandle }) => receiptHandle);
  await parts.world.store.grouped(() => parts.sqs.delete(queueArn, handles));
  return true;
}

/**
 * A throttled invocation is tried again until the messages are about to become visible again, and
 * then given up: their receive has counted.
 */
async function invokeUntilTaken(
  { functions, world: { clock } }: MappingParts,
  batch: Batch,
): Promise<InvokeOutcome | undefined> {
  const payload = eventOf(batch.entries.map(({ record }) => record));
  let pauseMs = firstPauseMs;
  while (!batch.closed.aborted) {
    batch.onInvoke(true);
    const outcome = await functions
      .invoke({ functionArn: batch.mapping.functionArn, payload, signal: batch.closed })
      .finally(() => batch.onInvoke(false));
    if (outcome.kind !== 'throttled' || batch.closed.aborted) return outcome;
    batch.onThrottled();
    const again = clock.now() + pauseMs;
    if (again >= batch.visibleAgainAt) return outcome;
    await batch.waits.until(again, batch.stopped);
    if (batch.stopped.aborted) return outcome;
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  }
  return undefined;
}

/** @returns undefined when the whole batch failed */
function handledMessages(
  parts: MappingParts,
  { mapping, entries }: Batch,
  outcome: Extract<InvokeOutcome, { kind: 'completed' }>,
): ReceivedMessage[] | undefined {
  const messages = entries.map(({ message }) => message);
  const ofFailed = hasDefect(parts, 'failed-batches-deleted') ? messages : undefined;
  if (outcome.functionError !== undefined) return ofFailed;
  const { reportsItemFailures } = mapping.settings;
  if (!reportsItemFailures || hasDefect(parts, 'item-failures-ignored')) return messages;
  const ids = new Set(messages.map(({ messageId }) => messageId));
  const answer = readBatchAnswer(outcome.payload, ids);
  if (answer === 'all-failed') return ofFailed;
  return messages.filter(({ messageId }) => !answer.failedIds.has(messageId));
}

function hasDefect({ world }: MappingParts, defect: Defect): boolean {
  return world.defects?.has(defect) ?? false;
}

function releaseOthers(
  { sqs }: MappingParts,
  { mapping, entries }: Batch,
  done: readonly ReceivedMessage[],
): void {
  const failed = entries.map(({ message }) => message).filter((message) => !done.includes(message));
  sqs.release(
    mapping.queueArn,
    failed.map(({ receiptHandle }) => receiptHandle),
  );
}

/** Of an answer, to readers of the feed. */
const mostToldBytes = 256;

let batches = 0;

/** @returns the number of the batch; 0 when nobody reads */
function tellBegin({ world: { store } }: MappingParts, batch: Batch): number {
  if (!store.watched) return 0;
  batches += 1;
  const { mapping, entries } = batch;
  store.tell({
    kind: 'batch began',
    mapping: mapping.uuid,
    queue: mapping.queueArn,
    functionArn: mapping.functionArn,
    batch: batches,
    ids: entries.map(({ message }) => message.messageId),
    limit: batch.limit(),
  });
  return batches;
}

function tellEnd(
  { world: { store } }: MappingParts,
  { mapping, entries }: Batch,
  number: number,
  end: { outcome: InvokeOutcome | undefined; done: readonly ReceivedMessage[] | undefined },
): void {
  if (!store.watched) return;
  const { outcome, done = [] } = end;
  const ids = entries.map(({ message }) => message.messageId);
  const handled = new Set(done.map(({ messageId }) => messageId));
  store.tell({
    kind: 'batch ended',
    mapping: mapping.uuid,
    queue: mapping.queueArn,
    batch: number,
    ids,
    failedIds: ids.filter((id) => !handled.has(id)),
    ...(outcome?.kind === 'completed' && { requestId: outcome.requestId }),
    ...inWords(outcome),
  });
}

function inWords(outcome: InvokeOutcome | undefined): Pick<BatchEnded, 'answer' | 'outcome'> {
  if (outcome === undefined) return { outcome: 'not run', answer: '' };
  if (outcome.kind === 'not-found') return { outcome: 'not run', answer: 'no such function' };
  if (outcome.kind === 'throttled') return { outcome: 'throttled', answer: outcome.reason };
  const answer = outcome.payload.subarray(0, mostToldBytes).toString();
  return { outcome: outcome.functionError === undefined ? 'answered' : 'error', answer };
}
