import { CreateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import type { Message } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { sandboxForTest } from '../../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../../testing/sandbox/sandbox-for-test.ts';
import { createFunction, createRole, logOf } from '../../../testing/sandbox/lambda.ts';

const region = 'eu-central-1';
const account = '111122223333';
const workQueue = 'work';
const deadLetterQueue = 'dead';

/** Handles what it gets, says so, and reports poison as failed. */
const worker = `
  export const handler = async ({ Records }) => ({
    batchItemFailures: Records.filter(({ messageId, body, attributes }) => {
      const poison = body.includes('FAIL');
      const count = Number(attributes.ApproximateReceiveCount);
      console.log(JSON.stringify({ messageId, body, count, poison }));
      return poison;
    }).map(({ messageId }) => ({ itemIdentifier: messageId })),
  });
`;

async function buildLab(lab: TestSandbox): Promise<void> {
  await lab.sqs.send(new CreateQueueCommand({ QueueName: deadLetterQueue }));
  await lab.sqs.send(
    new CreateQueueCommand({
      QueueName: workQueue,
      Attributes: {
        VisibilityTimeout: '30',
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: `arn:aws:sqs:${region}:${account}:${deadLetterQueue}`,
          maxReceiveCount: 3,
        }),
      },
    }),
  );
  const Role = await createRole(lab, {
    policies: ['arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole'],
  });
  await createFunction(lab, worker, { Role, Timeout: 5 });
  await lab.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'worker',
      EventSourceArn: `arn:aws:sqs:${region}:${account}:${workQueue}`,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    }),
  );
}

async function visibleIn(lab: TestSandbox, queue: string): Promise<string | undefined> {
  const { Attributes } = await lab.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['All'] }),
  );
  return Attributes?.['ApproximateNumberOfMessages'];
}

/** Long polls end whenever the lab clock jumps, so this asks again and again. */
async function receiveFirst(lab: TestSandbox, queue: string): Promise<Message> {
  for (;;) {
    const { Messages = [] } = await lab.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue,
        WaitTimeSeconds: 20,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    if (Messages[0] !== undefined) return Messages[0];
  }
}

interface Handled {
  readonly messageId: string;
  readonly body: string;
  readonly count: number;
  readonly timestamp: number;
}

async function handled(lab: TestSandbox): Promise<Handled[]> {
  const events = await logOf(lab);
  return events.flatMap(({ message, timestamp }) => {
    const json = /\{"messageId".*\}/.exec(message)?.[0];
    return json === undefined ? [] : [{ ...(JSON.parse(json) as Handled), timestamp }];
  });
}

test('two good messages are handled once, the poison three times 30 s apart, then it is dead-lettered', async () => {
  await using lab = await sandboxForTest();
  await buildLab(lab);
  const sent = await lab.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: workQueue,
      Entries: ['one', 'two', 'FAIL'].map((MessageBody) => ({ Id: MessageBody, MessageBody })),
    }),
  );
  const deadLetter = await receiveFirst(lab, deadLetterQueue);

  const all = await handled(lab);
  const of = (body: string) => all.filter((one) => one.body === body);
  expect(of('one').map(({ count }) => count)).toEqual([1]);
  expect(of('two').map(({ count }) => count)).toEqual([1]);
  expect(of('FAIL').map(({ count }) => count)).toEqual([1, 2, 3]);
  const [first = 0, second = 0, third = 0] = of('FAIL').map(({ timestamp }) => timestamp);
  // The lab clock flows while the function runs, so a little more than the visibility timeout.
  for (const gap of [second - first, third - second]) {
    expect(gap).toBeGreaterThanOrEqual(29_000);
    expect(gap).toBeLessThan(35_000);
  }
  expect(lab.clock.offsetMs).toBeGreaterThan(80_000);

  const poison = sent.Successful?.find(({ Id }) => Id === 'FAIL');
  expect(deadLetter.MessageId).toBe(poison?.MessageId);
  expect(deadLetter.Body).toBe('FAIL');
  expect(deadLetter.Attributes).toMatchObject({
    ApproximateReceiveCount: '4',
    DeadLetterQueueSourceArn: `arn:aws:sqs:${region}:${account}:${workQueue}`,
  });
  expect(await visibleIn(lab, workQueue)).toBe('0');
});
