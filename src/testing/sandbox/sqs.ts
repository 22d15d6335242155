import type {
  Message,
  ReceiveMessageCommandInput,
  SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { LabClock } from '../../sandbox/clock.ts';
import { sandboxForTest } from './sandbox-for-test.ts';
import type { TestOptions } from './sandbox-for-test.ts';

export const testStart = Date.parse('2026-11-23T08:00:00Z');

/** A sandbox whose clock stands still, with short names for what most SQS tests do. */
export async function sqsForTest(options: TestOptions = {}) {
  const clock = options.clock ?? new LabClock({ standingAt: testStart });
  const lab = await sandboxForTest({ ...options, clock });
  const { sqs } = lab;

  const attributes = async (queueUrl: string, names: readonly string[] = ['All']) => {
    const answer = await sqs.send(
      // The SDK's type knows the names of today; unknown ones are tested too.
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: names as ['All'] }),
    );
    return answer.Attributes as Record<string, string> | undefined;
  };

  return {
    lab,
    sqs,
    clock,
    attributes,

    /** @returns the queue URL */
    async create(name: string, attributes: Record<string, string> = {}): Promise<string> {
      const answer = await sqs.send(
        new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
      );
      return answer.QueueUrl ?? '';
    },

    async set(queueUrl: string, attributes: Record<string, string>): Promise<void> {
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: attributes }));
    },

    send: (queueUrl: string, body: string, more: Partial<SendMessageCommandInput> = {}) =>
      sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, ...more })),

    async receive(
      queueUrl: string,
      more: Partial<ReceiveMessageCommandInput> = {},
    ): Promise<Message[]> {
      const answer = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MessageSystemAttributeNames: ['All'],
          MaxNumberOfMessages: 10,
          ...more,
        }),
      );
      return answer.Messages ?? [];
    },

    async remove(queueUrl: string, message: Message | undefined): Promise<void> {
      await sqs.send(
        new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message?.ReceiptHandle }),
      );
    },

    async hide(queueUrl: string, message: Message | undefined, seconds: number): Promise<void> {
      await sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: message?.ReceiptHandle,
          VisibilityTimeout: seconds,
        }),
      );
    },

    /** `[visible, in flight, delayed]` */
    async counts(queueUrl: string): Promise<readonly number[]> {
      const shown = (await attributes(queueUrl)) ?? {};
      return ['', 'NotVisible', 'Delayed'].map((kind) =>
        Number(shown[`ApproximateNumberOfMessages${kind}`]),
      );
    },

    /** Lab time goes on. */
    pass(seconds: number): void {
      clock.advance(seconds * 1000, 'the test waits');
    },

    [Symbol.asyncDispose]: () => lab.close(),
  };
}

export function bodies(messages: readonly Message[]): (string | undefined)[] {
  return messages.map((message) => message.Body);
}

export function arnOf(queueUrl: string): string {
  return `arn:aws:sqs:eu-central-1:111122223333:${queueUrl.split('/').at(-1)}`;
}

/** How a request is refused: modelled shape, the code that the CLI shows, HTTP status, message. */
export async function refusal(
  request: Promise<unknown>,
): Promise<{ shape: string; code: string; status: number; message: string }> {
  try {
    await request;
  } catch (error) {
    const { __type, name, message, Code, $metadata } = error as Error & {
      __type?: string;
      Code?: string;
      $metadata?: { httpStatusCode?: number };
    };
    const shape = __type?.split('#').at(-1) ?? name;
    return { shape, code: Code ?? name, status: $metadata?.httpStatusCode ?? 0, message };
  }
  throw new Error('The request was not refused');
}
