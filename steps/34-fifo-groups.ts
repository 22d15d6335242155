/**
 * Experiment 34: a poison message in a FIFO queue, and one id sent three times.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'groups' | 'twice'>(import.meta);
const { $, poll, wait, settle, sent, keep, measure } = experiment;

// The poison is the first of group a. Group b has nothing to do with it.
const groups = await $`aws sqs send-message-batch \
  --queue-url "$GROUPS_QUEUE_URL" \
  --entries '[
    {"Id":"poison-1","MessageBody":"FAIL-please-retry-me","MessageGroupId":"a","MessageDeduplicationId":"a1"},
    {"Id":"good-1","MessageBody":"hello-1","MessageGroupId":"a","MessageDeduplicationId":"a2"},
    {"Id":"good-2","MessageBody":"hello-2","MessageGroupId":"b","MessageDeduplicationId":"b1"}]'`;

// The same deduplication id at once, and once more after five minutes.
const first = await $`aws sqs send-message --queue-url "$TWICE_QUEUE_URL" \
  --message-body hello-1 --message-group-id a --message-deduplication-id order-1`;
const again = await $`aws sqs send-message --queue-url "$TWICE_QUEUE_URL" \
  --message-body hello-1 --message-group-id a --message-deduplication-id order-1`;

await poll();
await settle(['groups']);

await wait('deduplication interval', 300);
const later = await $`aws sqs send-message --queue-url "$TWICE_QUEUE_URL" \
  --message-body hello-1 --message-group-id a --message-deduplication-id order-1`;

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
  { name: 'good-2', messageId: idOf(later) },
]);
keep('twice', 'again', idOf(first) === idOf(again) ? 'the same id' : 'a new id');
keep('twice', 'later', idOf(first) === idOf(later) ? 'the same id' : 'a new id');
// What stays is counted: the counts lag.
await wait('the counts of a queue lag by up to a minute', 60);
await measure();
