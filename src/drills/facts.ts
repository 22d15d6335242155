import type { FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { SimulatePrincipalPolicyCommandOutput } from '@aws-sdk/client-iam';
import type { ReceiveMessageCommandOutput } from '@aws-sdk/client-sqs';
import { labNow } from '../lab/aws/clocks.ts';
import { deliveryOf, observeQueue, queueArn, questions } from '../lab/aws/observe.ts';
import type { Delivery } from '../lab/aws/observe.ts';
import { policyDocument } from '../lab/aws/policy-document.ts';
import { principalsOf } from '../lab/aws/policy-effect.ts';
import { foreignStatements } from '../lab/aws/queue-policies.ts';
import { executionRoleArn, observeRole } from '../lab/aws/role.ts';
import type { Lab } from '../lab/lab.ts';

/** The orders whose fate is told. */
export interface Traffic {
  /** Message ids, by what they are. */
  readonly good: readonly string[];
  readonly poison: readonly string[];
  /** Lab clock, epoch milliseconds. */
  readonly sentAt: number;
  /** What AWS said to the sender, as the CLI prints it. */
  readonly refused?: string;
}

/** What AWS shows to somebody on call. Nothing of it changes anything, but for one more receive in the dead-letter queue. */
export interface Facts {
  readonly traffic: Traffic;
  /** Lab clock, epoch milliseconds. */
  readonly now: number;
  /** Undefined: there is no such queue. */
  readonly source: Counts | undefined;
  readonly deadLetters: Counts | undefined;
  /** Which of the orders are in the dead-letter queue. */
  readonly dead: ReadonlySet<string>;
  /** What the function logged since the orders were sent. */
  readonly lines: readonly string[];
  /** The deliveries of the orders that the log shows. */
  readonly deliveries: readonly Delivery[];
  /** What the worker may do and no worker needs: `sqs:DeleteQueue on lab01-worker-queue`. */
  readonly excess: readonly string[];
  /** Who besides the Lambda service may act as the worker. */
  readonly actors: readonly string[];
  /** The queues to which others may send. */
  readonly open: readonly string[];
}

export interface Counts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** Looks at everything that a symptom may be made of. */
export async function observeFacts(lab: Lab, traffic: Traffic): Promise<Facts> {
  const now = await labNow(lab);
  const [source, deadLetters, lines, access] = await Promise.all([
    observeQueue(lab.look, lab.queueName),
    observeQueue(lab.look, lab.deadLetterQueueName),
    logSince(lab, traffic.sentAt),
    accessFacts(lab),
  ]);
  const sent = new Set([...traffic.good, ...traffic.poison]);
  const { accountId } = await lab.place();
  const isOpen = (queue: typeof source) =>
    foreignStatements(queue?.attributes['Policy'], accountId).some((text) =>
      text.startsWith('Allow'),
    );
  return {
    traffic,
    now,
    source: countsOf(source),
    deadLetters: countsOf(deadLetters),
    dead: sent.size === 0 ? new Set() : await deadAmong(lab, deadLetters?.url, sent),
    lines: lines.map(({ message }) => message),
    deliveries: lines
      .flatMap(({ message, timestamp }) => deliveryOf(message, timestamp))
      .filter(({ messageId }) => sent.has(messageId)),
    ...access,
    open: [
      ...(isOpen(source) ? [lab.queueName] : []),
      ...(isOpen(deadLetters) ? [lab.deadLetterQueueName] : []),
    ],
  };
}

function countsOf(queue: Awaited<ReturnType<typeof observeQueue>>): Counts | undefined {
  if (queue === undefined) return undefined;
  const count = (kind: string) =>
    Number(queue.attributes[`ApproximateNumberOfMessages${kind}`] ?? 0);
  return { visible: count(''), inFlight: count('NotVisible'), delayed: count('Delayed') };
}

/** Clocks of the log and of the queue may differ a little. */
const toleranceMs = 2000;

async function logSince(lab: Lab, from: number) {
  const events: { readonly message: string; readonly timestamp: number }[] = [];
  let nextToken: string | undefined;
  do {
    const { output } = await lab.look.ask<FilterLogEventsCommandOutput>({
      service: 'logs',
      operation: 'FilterLogEvents',
      input: {
        logGroupName: lab.logGroupName,
        startTime: from - toleranceMs,
        ...(nextToken === undefined ? {} : { nextToken }),
      },
    });
    for (const { message = '', timestamp = 0 } of output?.events ?? [])
      events.push({ message, timestamp });
    nextToken = output?.nextToken;
  } while (nextToken !== undefined);
  return events.toSorted((a, b) => a.timestamp - b.timestamp);
}

/** Peeks until every order is found or the queue shows nothing new: one receive returns ten at most, and not always all. */
async function deadAmong(
  lab: Lab,
  url: string | undefined,
  sent: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (url === undefined) return found;
  for (let looks = 0; looks < 2; looks += 1) {
    const { output } = await lab.look.ask<ReceiveMessageCommandOutput>(questions.peek(url));
    const messages = output?.Messages ?? [];
    for (const { MessageId = '' } of messages) if (sent.has(MessageId)) found.add(MessageId);
    if (found.size === sent.size || messages.length === 0) break;
  }
  return found;
}

/** What a reviewer asks IAM about the worker. */
async function accessFacts(lab: Lab): Promise<Pick<Facts, 'actors' | 'excess'>> {
  const role = await observeRole(lab.look);
  if (role === undefined) return { actors: [], excess: [] };
  const statements = policyDocument(role.AssumeRolePolicyDocument);
  const actors = statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) => principalsOf(statement))
    .filter((principal) => !/\.amazonaws\.com$/.test(principal));
  const questionsOfReviewer = [
    ['sqs:DeleteQueue', lab.queueName],
    ['sqs:SendMessage', lab.queueName],
    ['sqs:ReceiveMessage', lab.deadLetterQueueName],
  ] as const;
  const excess: string[] = [];
  for (const [action, queue] of questionsOfReviewer) {
    const { output } = await lab.look.ask<SimulatePrincipalPolicyCommandOutput>({
      service: 'iam',
      operation: 'SimulatePrincipalPolicy',
      input: {
        PolicySourceArn: await executionRoleArn(lab.look),
        ActionNames: [action],
        ResourceArns: [await queueArn(lab, queue)],
      },
    });
    if (output?.EvaluationResults?.[0]?.EvalDecision === 'allowed')
      excess.push(`${action} on ${queue}`);
  }
  return { actors, excess };
}
