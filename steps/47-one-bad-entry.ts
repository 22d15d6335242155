/**
 * Experiment 47: a batch call with one entry that SQS cannot take.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'mixed'>(import.meta);
const { $, wait, keep, sent, measure } = experiment;

// A delay may be 900 s at most. Everything else about the second entry is right.
const { stdout, code } = await $`aws sqs send-message-batch \
  --queue-url "$MIXED_QUEUE_URL" \
  --entries '[{"Id":"good-1","MessageBody":"hello-1"},{"Id":"good-2","MessageBody":"hello-2","DelaySeconds":901}]'`;

const answer = JSON.parse(stdout || '{}') as {
  readonly Successful?: readonly { readonly Id: string; readonly MessageId: string }[];
  readonly Failed?: readonly { readonly Code: string; readonly SenderFault: boolean }[];
};
const taken = answer.Successful ?? [];
sent(
  'mixed',
  taken.map(({ Id, MessageId }) => ({ name: Id, messageId: MessageId })),
);
keep('mixed', 'error', code ?? 'none');
keep('mixed', 'successful', taken.length);
keep('mixed', 'failed', answer.Failed?.length ?? 0);
keep('mixed', 'fault', answer.Failed?.[0]?.SenderFault === true ? 'the sender' : 'SQS');

// What stays is counted: the counts lag.
await wait('the counts of a queue lag by up to a minute', 60);
await measure();
