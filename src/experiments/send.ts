import type { Ask } from './ask.ts';
import type { Copy } from './copies.ts';
import type { Side } from './experiment.ts';
import type { Sent } from './observed.ts';

/** One entry of SendMessageBatch. */
export interface Entry {
  /** `good-1`, `poison-1`: how the experiment calls the message. */
  readonly Id: string;
  readonly MessageBody: string;
  readonly [more: string]: unknown;
}

/** What to send beside the body, such as a MessageGroupId; or another body. */
export type EntryMore = (name: string) => Readonly<Record<string, unknown>>;

/**
 * SQS takes so many with one SendMessageBatch, and so many bytes in all.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
const mostEntries = 10;
const mostBytes = 1_048_576;

/** Good messages first, the poison last, in calls of what SQS takes: at most ten, and 1 MiB of bodies. */
export function entriesFor(
  { good, poison, bodies = {} }: Side['sends'],
  more: EntryMore = () => ({}),
): Entry[][] {
  const names = (kind: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${kind}-${i + 1}`);
  const entries = [...names('good', good), ...names('poison', poison)].map((name) => ({
    Id: name,
    MessageBody: bodies[name] ?? (name.startsWith('poison') ? `FAIL ${name}` : `order ${name}`),
    ...more(name),
  }));
  const calls: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.MessageBody);
    const call = calls.at(-1);
    if (call !== undefined && call.length < mostEntries && bytes + size <= mostBytes) {
      call.push(entry);
      bytes += size;
    } else {
      calls.push([entry]);
      bytes = size;
    }
  }
  return calls;
}

interface BatchAnswer {
  readonly Successful?: readonly { readonly Id: string; readonly MessageId: string }[];
  readonly Failed?: readonly { readonly Id: string; readonly Message?: string }[];
}

/**
 * Sends the messages of a side.
 * @returns what SQS took, by name
 * @throws Error when it took not all
 */
export async function sendAll(ask: Ask, copy: Copy, calls: Entry[][]): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const Entries of calls) {
    const input = { QueueUrl: copy.queueUrl, Entries };
    const answer = await ask<BatchAnswer>('sqs', 'SendMessageBatch', input);
    const [failed] = answer?.Failed ?? [];
    if (failed !== undefined)
      throw new Error(
        `SQS did not take "${failed.Id}" in ${copy.queueName}: ${failed.Message ?? ''}`,
      );
    sent.push(
      ...(answer?.Successful ?? []).map(({ Id, MessageId }) => ({
        name: Id,
        messageId: MessageId,
      })),
    );
  }
  return sent;
}
