import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Message } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LabClock } from './clock.ts';
import { connect, counts, mappingLab, send } from '../testing/sandbox/mappings.ts';
import { zipOf } from '../testing/sandbox/lambda.ts';
import { startProcess } from '../testing/sandbox/process.ts';
import type { SandboxProcess } from '../testing/sandbox/process.ts';
import { randomFrom } from '../testing/sandbox/random.ts';
import { sandboxForTest } from '../testing/sandbox/sandbox-for-test.ts';

const hiddenSeconds = 36_000;

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sandbox-durable-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function clientOf(sandbox: SandboxProcess): SQSClient {
  return new SQSClient({ ...sandbox.admin, maxAttempts: 1 });
}

/** What the sandbox said, and what it was asked without an answer. */
interface Ledger {
  /** Message id to body, for each send that was acknowledged. */
  readonly sent: Map<string, string>;
  readonly hidden: Set<string>;
  readonly deleted: Set<string>;
  /** Deletes and receives without an answer may have been done or not. */
  readonly perhapsDeleted: Set<string>;
}

/** Sends, receives and deletes at once until the sandbox is killed under it. */
async function load(sandbox: SandboxProcess, ledger: Ledger, label: string): Promise<void> {
  const sqs = clientOf(sandbox);
  const over = new AbortController();
  const untilDead = async (request: (turn: number) => Promise<void>): Promise<void> => {
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      await request(turn).catch(() => over.abort());
    }
  };
  const sending = (sender: number) => async (turn: number) => {
    const body = `${label}, sender ${sender}, message ${turn}`;
    const { MessageId = '' } = await sqs.send(
      new SendMessageCommand({ QueueUrl: 'work', MessageBody: body }),
    );
    ledger.sent.set(MessageId, body);
  };
  const working = async () => {
    for (const { MessageId = '', ReceiptHandle } of await receive(sqs)) {
      ledger.hidden.add(MessageId);
      if (MessageId < '8') continue;
      ledger.perhapsDeleted.add(MessageId);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: 'work', ReceiptHandle }));
      ledger.deleted.add(MessageId);
    }
  };
  await Promise.all([...[1, 2, 3, 4, 5, 6].map((n) => untilDead(sending(n))), untilDead(working)]);
  sqs.destroy();
}

async function receive(sqs: SQSClient): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: 'work',
      MaxNumberOfMessages: 10,
      VisibilityTimeout: hiddenSeconds,
    }),
  );
  return Messages;
}

async function receiveAll(sqs: SQSClient): Promise<Message[]> {
  const all: Message[] = [];
  for (;;) {
    const some = await receive(sqs);
    if (some.length === 0) return all;
    all.push(...some);
  }
}

describe('kill -9', () => {
  const seed = Number(process.env['SEED'] ?? 20_261_123);

  test(`at any instant under load loses and doubles nothing that was acknowledged (SEED=${seed})`, async () => {
    const random = randomFrom(seed);
    const ledger: Ledger = {
      sent: new Map(),
      hidden: new Set(),
      deleted: new Set(),
      perhapsDeleted: new Set(),
    };
    let offsetMs = 0;
    for (let round = 1; round <= 6; round += 1) {
      const sandbox = await startProcess(home);
      const sqs = clientOf(sandbox);
      await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
      expect((await sandbox.status()).clock.offsetMs).toBeGreaterThanOrEqual(offsetMs);
      await sandbox.advance(60);
      ({ offsetMs } = (await sandbox.status()).clock);

      // What was received before the kill stays hidden after it.
      const visible = (await receiveAll(sqs)).map(({ MessageId = '' }) => MessageId);
      expect(visible.filter((id) => ledger.hidden.has(id))).toEqual([]);
      for (const id of visible) ledger.hidden.add(id);
      sqs.destroy();

      const dying = load(sandbox, ledger, `round ${round}`);
      // The kill comes when there is something to lose, however fast the machine is.
      const sends = ledger.sent.size + 20 + random(60);
      const deletes = ledger.deleted.size + 2;
      const loaded = () => ledger.sent.size >= sends && ledger.deleted.size >= deletes;
      await expect.poll(loaded, { interval: 1 }).toBe(true);
      await sandbox.kill();
      await dying;
    }

    await using sandbox = await startProcess(home);
    const sqs = clientOf(sandbox);
    await sandbox.advance(hiddenSeconds);
    const found = await receiveAll(sqs);
    const ids = found.map(({ MessageId = '' }) => MessageId);
    expect(new Set(ids).size, 'each is there once').toBe(ids.length);
    const there = new Map(found.map(({ MessageId = '', Body = '' }) => [MessageId, Body]));
    const lost = [...ledger.sent].filter(
      ([id, body]) => !ledger.perhapsDeleted.has(id) && there.get(id) !== body,
    );
    expect(lost).toEqual([]);
    expect(ids.filter((id) => ledger.deleted.has(id))).toEqual([]);
    // The test is one only when there was something to lose.
    expect(ledger.sent.size).toBeGreaterThan(100);
    expect(ledger.deleted.size).toBeGreaterThan(10);
    sqs.destroy();
  });

  test('in the middle of a batch: function and mapping come back, and the batch is tried again', async () => {
    const first = await startProcess(home);
    await buildWorker(first);
    const sqs = clientOf(first);
    const Entries = ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: 'work', Entries }));
    await expect.poll(() => logOf(first)).toHaveLength(3);
    await first.kill();
    sqs.destroy();

    await using second = await startProcess(home);
    const lambda = new LambdaClient(second.admin);
    const { State } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'worker' }),
    );
    expect(State).toBe('Active');
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
    expect(EventSourceMappings.map((mapping) => mapping.State)).toEqual(['Enabled']);
    const iam = new IAMClient(second.admin);
    expect((await iam.send(new GetRoleCommand({ RoleName: 'worker-role' }))).Role).toBeDefined();
    await expect.poll(() => logOf(second)).toHaveLength(6);
    const tries = (await logOf(second)).toSorted();
    expect(tries).toEqual(['a 1', 'a 2', 'b 1', 'b 2', 'c 1', 'c 2']);
    const again = clientOf(second);
    await expect.poll(() => leftIn(again)).toBe(0);
    for (const client of [lambda, iam, again]) client.destroy();
  });
});

/** Never ends a message's first try; the second one succeeds at once. */
const worker = `
  export const handler = async ({ Records }) => {
    for (const { body, attributes } of Records) {
      console.log(body + ' ' + attributes.ApproximateReceiveCount);
    }
    if (Records[0].attributes.ApproximateReceiveCount === '1') {
      await new Promise((resolve) => setTimeout(resolve, 1e9));
    }
  };`;

async function buildWorker(sandbox: SandboxProcess): Promise<void> {
  const [sqs, iam, lambda] = [
    clientOf(sandbox),
    new IAMClient(sandbox.admin),
    new LambdaClient(sandbox.admin),
  ];
  const Attributes = { VisibilityTimeout: '60' };
  await sqs.send(new CreateQueueCommand({ QueueName: 'work', Attributes }));
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ];
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'worker-role',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    }),
  );
  await iam.send(
    new AttachRolePolicyCommand({
      RoleName: 'worker-role',
      PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole',
    }),
  );
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'worker',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: Role?.Arn,
      Timeout: 60,
      Code: { ZipFile: await zipOf({ 'index.mjs': worker }) },
    }),
  );
  const EventSourceArn = FunctionArn?.replace(':lambda:', ':sqs:').replace(
    'function:worker',
    'work',
  );
  await lambda.send(
    new CreateEventSourceMappingCommand({ FunctionName: 'worker', EventSourceArn }),
  );
  for (const client of [sqs, iam, lambda]) client.destroy();
}

/** What the worker has logged so far. */
async function logOf(sandbox: SandboxProcess): Promise<string[]> {
  const logs = new CloudWatchLogsClient(sandbox.admin);
  const { events = [] } = await logs
    .send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/worker' }))
    .finally(() => logs.destroy());
  return events.flatMap(({ message = '' }) => /\b[abc] \d/.exec(message)?.[0] ?? []);
}

async function leftIn(sqs: SQSClient): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: 'work', AttributeNames: ['All'] }),
  );
  return (
    Number(Attributes?.['ApproximateNumberOfMessages']) +
    Number(Attributes?.['ApproximateNumberOfMessagesNotVisible'])
  );
}

describe('a full disk', () => {
  test('refuses writes with an error of AWS, makes nothing by halves, and is over when there is space', async () => {
    await using lab = await sandboxForTest({ storeFile: join(home, 'store.db') });
    const { store } = lab.sandbox.world;
    const sendThree = (bytes: number) =>
      lab.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: 'work',
          Entries: ['1', '2', '3'].map((Id) => ({ Id, MessageBody: Id.repeat(bytes) })),
        }),
      );
    const counted = async () => {
      const { Attributes } = await lab.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: 'work', AttributeNames: ['All'] }),
      );
      return Attributes?.['ApproximateNumberOfMessages'];
    };
    await lab.sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
    await sendThree(10);
    store.migrate('PRAGMA max_page_count = 1');
    const errors = vi.spyOn(console, 'error').mockReturnValue();
    await expect(sendThree(100_000)).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
    expect(errors).toHaveBeenCalled();
    errors.mockRestore();
    expect(await counted()).toBe('3');
    const { Messages = [] } = await lab.sqs.send(new ReceiveMessageCommand({ QueueUrl: 'work' }));
    expect(Messages).toHaveLength(1);

    store.migrate('PRAGMA max_page_count = 1073741823');
    await sendThree(100_000);
    expect(await counted()).toBe('5');
  });

  test('stops no mapping for good', async () => {
    await using lab = await mappingLab();
    await connect(lab);
    const errors = vi.spyOn(console, 'error').mockReturnValue();
    lab.world.store.migrate(
      `CREATE TRIGGER full BEFORE UPDATE ON sqs_messages
       BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`,
    );
    await send(lab, 'one');
    expect(errors).toHaveBeenCalledWith(expect.stringContaining('cannot poll'), expect.anything());
    errors.mockRestore();
    lab.world.store.migrate('DROP TRIGGER full');
    lab.clock.advance(1000, 'until the mapping looks again');
    await lab.fake.invoked(1);
    expect(await counts(lab)).toEqual([0, 0]);
  });

  test('takes a jump of the clock back, and the clock tries again', async () => {
    const jumps: number[] = [];
    const clock = new LabClock({
      onSkip: ({ from, to }) => {
        jumps.push(to - from);
        if (jumps.length === 1) throw new Error('database or disk is full');
      },
    });
    const errors = vi.spyOn(console, 'error').mockReturnValue();
    const later = clock.now() + 3_600_000;
    clock.addVoter(() => ({ busy: false, next: later }));
    clock.consider();
    await clock.sleepUntil(later);
    expect(jumps).toHaveLength(2);
    expect(errors).toHaveBeenCalledOnce();
    errors.mockRestore();
    clock.stop();
  });
});
