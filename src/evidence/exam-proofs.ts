/**
 * What a learner's own run says about the rules of docs/exam-notes.md. Each sentence is made of measured values
 * alone; where one is missing there is no sentence.
 */
import { secondsBetween } from '../lab/aws/deliveries.ts';
import { pick, pickList, printedJson } from '../judging/printed.ts';
import type { Measured } from './measured.ts';

export interface ExamProof {
  /** `G04`, as in the heading. */
  readonly rule: string;
  /** The rest of the heading. */
  readonly title: string;
  /** The check that measures it, or the last one when it takes several. */
  readonly check: number;
  /** Proofs whose pictures show it. */
  readonly proofs: readonly number[];
  readonly says: (measured: Measured) => string | undefined;
}

/** A sentence with measured values in it; undefined as soon as one was not measured. */
function say(texts: TemplateStringsArray, ...values: readonly unknown[]): string | undefined {
  if (values.some((value) => value === undefined || value === null)) return undefined;
  return texts.map((text, i) => text + (i < values.length ? asCode(values[i]) : '')).join('');
}

function asCode(value: unknown): string {
  const list = Array.isArray(value) ? value : [value];
  const parts = list.map((item) =>
    (typeof item === 'string' ? item : JSON.stringify(item)).replaceAll(/<!--|-->|[`\s]+/g, ' '),
  );
  return parts.length === 0 ? 'none' : parts.map((part) => `\`${part}\``).join(', ');
}

const source = ({ printed }: Measured, name: string) => printed(2, 'Attributes', name);
const deadLetterQueue = ({ printed }: Measured, name: string) => printed(1, 'Attributes', name);
const mapping = ({ printed }: Measured, name: string) =>
  printed(12, 'EventSourceMappings', 0, name);
const redrivePolicy = (measured: Measured, name: string) =>
  pick(printedJson(String(source(measured, 'RedrivePolicy'))), name);
const answer = ({ fact }: Measured) => pick(fact('what src/handlers/worker.ts answers'), 'answer');

/** Undefined for "none", so that a sentence is only made of what there is. */
const some = <T>(list: readonly T[]): readonly T[] | undefined =>
  list.length === 0 ? undefined : list;

const poison = ({ deliveries }: Measured) => some(deliveries.poison);
const good = ({ deliveries }: Measured) => some(deliveries.good);
const goodIds = (measured: Measured) =>
  good(measured) && new Set(good(measured)?.map(({ messageId }) => messageId)).size;
const largestBatch = ({ deliveries }: Measured) => {
  const sizes = [...deliveries.good, ...deliveries.poison].flatMap(
    ({ batchSize }) => batchSize ?? [],
  );
  return sizes.length === 0 ? undefined : Math.max(...sizes);
};
const gaps = (measured: Measured) => {
  const receives = poison(measured);
  return receives === undefined ? undefined : secondsBetween(receives).map((gap) => `${gap} s`);
};

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);

export const examProofs: readonly ExamProof[] = [
  {
    rule: 'G01',
    title: 'At-least-once means idempotent',
    check: 9,
    proofs: [14],
    says: (m) =>
      say`${good(m)?.length} deliveries of ${goodIds(m)} good messages, and ${poison(m)?.length} of the poison: each one may come again, and the log tells by message id.`,
  },
  {
    rule: 'G02',
    title: 'Visibility timeout shorter than the work',
    check: 7,
    proofs: [2, 7, 12],
    says: (m) =>
      say`visibility timeout ${source(m, 'VisibilityTimeout')} s, function timeout ${m.printed(7, 'Timeout')} s, and with these Lambda took the mapping ${mapping(m, 'UUID')}.`,
  },
  {
    rule: 'G03',
    title: 'The 6x rule, plus the window',
    check: 7,
    proofs: [2, 7, 12],
    says: (m) => {
      const [hidden, timeout] = [source(m, 'VisibilityTimeout'), m.printed(7, 'Timeout')];
      const times = timeout === undefined ? undefined : Number(hidden) / Number(timeout);
      return say`visibility timeout ${hidden} s is ${times} × the function timeout of ${timeout} s, with a batching window of ${mapping(m, 'MaximumBatchingWindowInSeconds')} s.`;
    },
  },
  {
    rule: 'G04',
    title: 'What maxReceiveCount counts',
    check: 9,
    proofs: [2, 14],
    says: (m) =>
      say`maxReceiveCount ${redrivePolicy(m, 'maxReceiveCount')}, and the poison was delivered with the receive counts ${poison(m)?.map(({ receiveCount }) => receiveCount)}.`,
  },
  {
    rule: 'G05',
    title: 'The move happens on a receive, not on a timer',
    check: 10,
    proofs: [15],
    says: ({ run }) => {
      const message = run?.messages.find(({ end }) => end === 'dead-letter queue');
      const last = message?.receives.at(-1)?.at;
      if (last === undefined || message?.predictedMoveAt === undefined) return undefined;
      const seen = message.seenInDeadLetterQueueAt;
      return say`after the last receive one visibility timeout of ${seconds(message.predictedMoveAt - last)} s was to pass; the message was seen in the dead-letter queue ${seen === undefined ? undefined : seconds(seen - last)} s after it. That fits the rule, and proves no more.`;
    },
  },
  {
    rule: 'G06',
    title: 'One bad record fails the whole batch',
    check: 9,
    proofs: [14],
    says: (m) =>
      say`the poison came in a batch of ${poison(m)?.[0]?.batchSize}; the ${goodIds(m)} good messages were delivered ${good(m)?.length} times in all.`,
  },
  {
    rule: 'G07',
    title: 'ReportBatchItemFailures is a switch on the mapping',
    check: 9,
    proofs: [13, 14],
    says: (m) =>
      say`the mapping has ${m.printed(13, 'FunctionResponseTypes')}; after the first batch of ${poison(m)?.[0]?.batchSize} the poison came back alone, in batches of ${poison(
        m,
      )
        ?.slice(1)
        .map(({ batchSize }) => batchSize)}.`,
  },
  {
    rule: 'G08',
    title: 'Exact response shapes',
    check: 5,
    proofs: [11],
    says: (m) => say`given a good and a poison record, the worker answered ${answer(m)}.`,
  },
  {
    rule: 'G09',
    title: 'Returning failures is not an error',
    check: 9,
    proofs: [11, 14],
    says: (m) =>
      say`the poison failed ${poison(m)?.length} times, and given one the worker throws nothing: it answers ${answer(m)}.`,
  },
  {
    rule: 'G11',
    title: 'forEach with async returns before the work ends',
    check: 5,
    proofs: [11],
    says: (m) =>
      say`when the worker returned, its list held ${some(pickList(answer(m), 'batchItemFailures'))?.length} of 1 failed records.`,
  },
  {
    rule: 'G12',
    title: 'The DLQ belongs to the queue, not to the function',
    check: 10,
    proofs: [2, 7, 15],
    says: (m) =>
      say`the source queue's redrive policy names ${redrivePolicy(m, 'deadLetterTargetArn')}, the function has DeadLetterConfig ${m.printed(7, 'FunctionName') && (m.printed(7, 'DeadLetterConfig', 'TargetArn') ?? 'none')}, and the message ${pick(m.deadLetter, 'MessageId')} arrived.`,
  },
  {
    rule: 'G14',
    title: 'What a valid DLQ is',
    check: 2,
    proofs: [1, 2],
    says: (m) =>
      say`${source(m, 'QueueArn')} and ${deadLetterQueue(m, 'QueueArn')}: FIFO ${source(m, 'FifoQueue') ?? 'false'} and ${deadLetterQueue(m, 'FifoQueue') ?? 'false'}.`,
  },
  {
    rule: 'G15',
    title: 'DLQ retention keeps the old clock',
    check: 10,
    proofs: [1, 2, 15],
    says: (m) => {
      const sentAt = poison(m)?.[0]?.sentAt;
      const inQueue = pick(m.deadLetter, 'Attributes', 'SentTimestamp');
      const moved =
        sentAt === undefined || inQueue === undefined ? undefined : Number(inQueue) - sentAt;
      return say`the source queue keeps ${source(m, 'MessageRetentionPeriod')} s, the dead-letter queue ${deadLetterQueue(m, 'MessageRetentionPeriod')} s; the move changed the time of sending by ${moved} ms.`;
    },
  },
  {
    rule: 'G16',
    title: 'Which identifiers survive',
    check: 10,
    proofs: [14, 15],
    says: (m) =>
      say`message id ${poison(m)?.[0]?.messageId} in the log, ${pick(m.deadLetter, 'MessageId')} in the dead-letter queue, where its receive count went on to ${pick(m.deadLetter, 'Attributes', 'ApproximateReceiveCount')}.`,
  },
  {
    rule: 'G17',
    title: 'Short and long polling',
    check: 2,
    proofs: [2],
    says: (m) =>
      say`ReceiveMessageWaitTimeSeconds of the queue is ${source(m, 'ReceiveMessageWaitTimeSeconds')}: who asks for no wait time polls short.`,
  },
  {
    rule: 'G18',
    title: 'Batch size, window, 6 MB',
    check: 9,
    proofs: [12, 14],
    says: (m) =>
      say`batch size ${mapping(m, 'BatchSize')}, window ${mapping(m, 'MaximumBatchingWindowInSeconds')} s; the largest batch of the run had ${largestBatch(m)} records.`,
  },
  {
    rule: 'G22',
    title: 'Filters delete',
    check: 9,
    proofs: [12, 14],
    says: (m) =>
      say`filters of the mapping: ${mapping(m, 'UUID') && pickList(mapping(m, 'FilterCriteria'), 'Filters')}; ${goodIds(m)} good messages and the poison reached the worker.`,
  },
  {
    rule: 'G24',
    title: 'RedrivePolicy and RedriveAllowPolicy',
    check: 2,
    proofs: [1, 2],
    says: (m) =>
      say`the source queue has ${source(m, 'RedrivePolicy')}; the dead-letter queue has RedrivePolicy ${deadLetterQueue(m, 'RedrivePolicy') ?? 'none'} and RedriveAllowPolicy ${deadLetterQueue(m, 'QueueArn') && (deadLetterQueue(m, 'RedriveAllowPolicy') ?? 'none')}.`,
  },
  {
    rule: 'G25',
    title: 'Pull model: execution role, no AddPermission',
    check: 4,
    proofs: [4, 10],
    says: (m) =>
      say`IAM decides for the execution role: ${some(
        pickList(m.printed(10, 'EvaluationResults')).map(
          (result) =>
            `${String(pick(result, 'EvalActionName'))} ${String(pick(result, 'EvalDecision'))}`,
        ),
      )}.`,
  },
  {
    rule: 'G26',
    title: 'What the managed policy really grants',
    check: 4,
    proofs: [3, 4, 9],
    says: (m) => {
      const [statement] = pickList(m.printed(4, 'PolicyDocument', 'Statement'));
      const attached = pickList(m.printed(3, 1, 'AttachedPolicies'));
      const [logs] = pickList(m.printed(9, 1, 'PolicyVersion', 'Document', 'Statement'));
      return say`attached are ${some(attached.map((policy) => pick(policy, 'PolicyName')))}, with the resource ${pick(logs, 'Resource')}; the inline policy allows ${pick(statement, 'Action')} on ${pick(statement, 'Resource')}.`;
    },
  },
  {
    rule: 'G27',
    title: 'PassRole and the trust policy are two other permissions',
    check: 4,
    proofs: [4, 5],
    says: (m) => {
      const [trust] = pickList(m.printed(5, 'Role', 'AssumeRolePolicyDocument', 'Statement'));
      return say`the trust policy lets ${pick(trust, 'Principal')} do ${pick(trust, 'Action')}; the permission policy is another document, ${m.printed(4, 'PolicyName')}.`;
    },
  },
  {
    rule: 'G28',
    title: 'KMS on queues',
    check: 2,
    proofs: [1, 2],
    says: (m) =>
      say`SqsManagedSseEnabled is ${source(m, 'SqsManagedSseEnabled')} on the source queue and ${deadLetterQueue(m, 'SqsManagedSseEnabled')} on the dead-letter queue, though the lab never asked for it.`,
  },
  {
    rule: 'G29',
    title: 'Lambda deletes for you; a swallowed error is success',
    check: 10,
    proofs: [11, 14],
    says: ({ run }) => {
      const deleted = run?.messages.filter(({ end }) => end === 'deleted');
      return say`of ${run?.messages.length} messages ${deleted?.length} were handled and are gone from the queue; the worker never deletes.`;
    },
  },
  {
    rule: 'G30',
    title: 'Backoff with ChangeMessageVisibility',
    check: 9,
    proofs: [2, 14],
    says: (m) =>
      say`with a constant visibility timeout of ${source(m, 'VisibilityTimeout')} s the gaps were ${gaps(m)}.`,
  },
  {
    rule: 'G32',
    title: '1 MiB, not 256 KB',
    check: 2,
    proofs: [2],
    says: (m) =>
      say`MaximumMessageSize of the queue, which the lab leaves at its default, is ${source(m, 'MaximumMessageSize')} bytes.`,
  },
  {
    rule: 'G33',
    title: 'Which metric to alarm on',
    check: 10,
    proofs: [15],
    says: (m) =>
      say`the look into the dead-letter queue showed ${some(pickList(m.printed(15, 'Messages')))?.length} visible messages; the one of this run was moved there from ${pick(m.deadLetter, 'Attributes', 'DeadLetterQueueSourceArn')}.`,
  },
  {
    rule: 'G34',
    title: 'An idle mapping still costs requests',
    check: 11,
    proofs: [],
    says: ({ evidence }) => {
      const gone = evidence
        .flatMap(({ expectations }) => expectations)
        .find(({ id, expected }) => id === 'mapping' && expected === 'gone')?.actual;
      return say`after the clean-up the event source mapping is ${gone}.`;
    },
  },
];
