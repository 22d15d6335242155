/**
 * Experiment 34: a poison message in a FIFO queue, and ids that are sent again.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'groups' | 'twice'>(import.meta);
const { $, poll, wait, settle, sent, keep, measure } = experiment;

// Two deduplication ids. The first comes again at once, and later than five minutes; the second shortly before that.
const first = await $`aws sqs send-message --queue-url "$TWICE_QUEUE_URL" \
  --message-body hello-1 --message-group-id a --message-deduplication-id order-1`;
const again = await $`aws sqs send-message --queue-url "$TWICE_QUEUE_URL" \
  --message-body hello-1 --message-group-id a --message-deduplication-id order-1`;
const second = await $`aws sqs send-message --queue-url "$TWICE_QUEUE_URL" \
  --message-body hello-2 --message-group-id a --message-deduplication-id order-2`;

// Two ids, because AWS does not say whether a duplicate starts its five minutes anew.
await wait('most of the deduplication interval, which is 300 s', 270);
const before = await $`aws sqs send-message --queue-url "$TWICE_QUEUE_URL" \
  --message-body hello-2 --message-group-id a --message-deduplication-id order-2`;
await wait('the rest of the deduplication interval', 35);
const later = await $`aws sqs send-message --queue-url "$TWICE_QUEUE_URL" \
  --message-body hello-1 --message-group-id a --message-deduplication-id order-1`;

// The poison is the first of group a. Group b has nothing to do with it.
const groups = await $`aws sqs send-message-batch \
  --queue-url "$GROUPS_QUEUE_URL" \
  --entries '[
    {"Id":"poison-1","MessageBody":"FAIL-please-retry-me","MessageGroupId":"a","MessageDeduplicationId":"a1"},
    {"Id":"good-1","MessageBody":"hello-1","MessageGroupId":"a","MessageDeduplicationId":"a2"},
    {"Id":"good-2","MessageBody":"hello-2","MessageGroupId":"b","MessageDeduplicationId":"b1"}]'`;

await poll();
await settle(['groups']);

const idOf = ({ stdout }: { readonly stdout: string }) =>
  (JSON.parse(stdout || '{}') as { readonly MessageId?: string }).MessageId ?? '';
const batch = JSON.parse(groups.stdout || '{}') as {
  readonly Successful?: readonly { readonly Id: string; readonly MessageId: string }[];
};
sent(
  'groups',
  (batch.Successful ?? []).map(({ Id, MessageId }) => ({ name: Id, messageId: MessageId })),
);
sent('twice', [
  { name: 'good-1', messageId: idOf(first) },
  { name: 'good-2', messageId: idOf(second) },
  { name: 'good-3', messageId: idOf(later) },
]);
const same = (one: typeof first, other: typeof first) =>
  idOf(one) === idOf(other) ? 'the same id' : 'a new id';
keep('twice', 'again', same(first, again));
keep('twice', 'before', same(second, before));
keep('twice', 'later', same(first, later));
// What stays is counted: the counts lag.
await wait('the counts of a queue lag by up to a minute', 60);
await measure();
