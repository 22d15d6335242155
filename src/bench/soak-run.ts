import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  CloudWatchLogsClient,
  DeleteLogStreamCommand,
  ResourceNotFoundException,
  paginateDescribeLogStreams,
} from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { startProcess } from '../testing/sandbox/process.ts';
import type { SandboxProcess } from '../testing/sandbox/process.ts';
import { randomFrom } from '../testing/sandbox/random.ts';
import { buildPipeline, leftIn, logGroupName, pause, readOutcomes } from './pipeline.ts';
import { Books } from './soak-books.ts';
import type { Sample } from './soak-books.ts';

export interface SoakOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Between two kills; in calm times the function is updated as often. */
  readonly lifeSeconds: { readonly least: number; readonly most: number };
  readonly onSample: (sample: Sample, books: Books, left: number) => void;
}

export interface SoakResult {
  readonly books: Books;
  readonly samples: readonly Sample[];
  /** Messages that were still in a queue when draining was given up. */
  readonly left: number;
  /** After everything was drained and deleted: what of the store is not free for what comes next. */
  readonly storeInUseMb: number;
}

const faults = {
  duplicateDelivery: 0.02,
  splitBatches: 0.25,
  throttling: 0.02,
  serverErrors: 0.02,
  connectionResets: 0.02,
};
const poisonShare = 0.01;
const senders = 4;
/** The senders wait while more than this wait in the queue: the worker is to keep up. */
const mostWaiting = 2_000;
/** More than the function's timeout: an environment that was replaced has written its last line. */
const lastLinesMs = 6_000;
const sampleMs = 10_000;
const mebibyte = 1024 * 1024;

/**
 * Producer and worker at full speed under faults, with kills in the first two thirds of the time. In the
 * end everything is drained, and the books must balance.
 */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  await using folder = await temporaryFolder();
  const home = join(folder.path, 'home');
  const random = randomFrom(options.seed);
  const books = new Books();
  const samples: Sample[] = [];
  const start = performance.now();
  const passed = () => (performance.now() - start) / 1000;
  let sandbox = await startProcess(home);
  try {
    await buildPipeline(sandbox.admin, folder.path);
    while (passed() < options.seconds) {
      await sandbox.setFaults(faults);
      const { least, most } = options.lifeSeconds;
      const until = Math.min(passed() + least + random(most - least + 1), options.seconds);
      const calm = passed() > (options.seconds * 2) / 3;
      const life = new AbortController();
      const loops = [
        ...Array.from({ length: senders }, () => produce(sandbox, books, life.signal, random)),
        emptyDeadLetterQueue(sandbox, books, life.signal),
        sampleNow(sandbox, home, life.signal, (values, left) => {
          const sample = { ...values, seconds: passed(), calm };
          samples.push(sample);
          options.onSample(sample, books, left);
        }),
      ];
      while (passed() < until) await pause(50);
      const { now } = (await sandbox.status()).clock;
      if (calm) {
        life.abort();
        await replaceEnvironments(sandbox);
      } else {
        await sandbox.kill();
        books.kills += 1;
        life.abort();
      }
      await Promise.all(loops);
      if (!calm) sandbox = await startProcess(home);
      await readLogs(sandbox, books, now);
    }
    const left = await drain(sandbox, books);
    await readLogs(sandbox, books, Infinity);
    await sandbox.stop();
    return { books, samples, left, storeInUseMb: usedBytes(home) / mebibyte };
  } finally {
    await sandbox.kill();
  }
}

/** Sends batches, each once: what got no answer is counted, not sent again. */
async function produce(
  sandbox: SandboxProcess,
  books: Books,
  signal: AbortSignal,
  random: (below: number) => number,
): Promise<void> {
  const sqs = new SQSClient({ ...sandbox.admin, maxAttempts: 1 });
  for (let turn = 0; !signal.aborted; turn += 1) {
    if (turn % 10 === 0) await roomInQueue(sqs, signal);
    const Entries = Array.from({ length: 10 }, (_, index) => ({
      Id: String(index),
      MessageBody: random(10_000) < poisonShare * 10_000 ? 'FAIL' : `order ${turn}-${index}`,
    }));
    try {
      const command = new SendMessageBatchCommand({ QueueUrl: 'work', Entries });
      const { Successful = [] } = await sqs.send(command);
      for (const { MessageId = '' } of Successful) books.sent.add(MessageId);
    } catch {
      books.unanswered += Entries.length;
      await pause(20);
    }
  }
  sqs.destroy();
}

async function roomInQueue(sqs: SQSClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // No answer is one of the faults: asked again.
    const left = await leftIn(sqs, 'work').catch(() => Infinity);
    if (left <= mostWaiting) return;
    await pause(50);
  }
}

/** Whatever fails here is tried again in the next turn: the messages are still there. */
async function emptyDeadLetterQueue(
  sandbox: SandboxProcess,
  books: Books,
  signal: AbortSignal,
): Promise<void> {
  const sqs = new SQSClient(sandbox.admin);
  while (!signal.aborted) {
    await takeDeadLetters(sqs, books).catch(() => undefined);
    await pause(200);
  }
  sqs.destroy();
}

async function takeDeadLetters(sqs: SQSClient, books: Books): Promise<void> {
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: 'dead', MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return;
    for (const { MessageId = '' } of Messages) books.deadLettered.add(MessageId);
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
    }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: 'dead', Entries }));
  }
}

async function sampleNow(
  sandbox: SandboxProcess,
  home: string,
  signal: AbortSignal,
  onSample: (values: { residentMb: number; storeMb: number }, left: number) => void,
): Promise<void> {
  const sqs = new SQSClient(sandbox.admin);
  while (!signal.aborted) {
    try {
      const residentMb = (await sandbox.status()).memoryRss / mebibyte;
      const left = await leftIn(sqs, 'work');
      onSample({ residentMb, storeMb: storeBytes(home) / mebibyte }, left);
    } catch {
      // Killed in the middle of the question: the next life is asked.
    }
    for (let waited = 0; waited < sampleMs && !signal.aborted; waited += 100) await pause(100);
  }
  sqs.destroy();
}

function storeBytes(home: string): number {
  return ['store.db', 'store.db-wal'].reduce(
    (sum, name) => sum + (statSync(join(home, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function usedBytes(home: string): number {
  const database = new DatabaseSync(join(home, 'store.db'), { readOnly: true });
  const number = (pragma: string) => Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
  const used = number('page_size') * (number('page_count') - number('freelist_count'));
  database.close();
  return used;
}

/** An update of the function: the streams of the environments before it come to their end. */
async function replaceEnvironments(sandbox: SandboxProcess): Promise<void> {
  const lambda = new LambdaClient({ ...sandbox.admin, maxAttempts: 10 });
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: 'worker',
      Description: `environments since ${new Date().toISOString()}`,
    }),
  );
  lambda.destroy();
  await pause(lastLinesMs);
}

/**
 * Reads the streams made before a lab time at which their environments ended, and deletes them: a log
 * group keeps its events for ever, in the sandbox as on AWS, and ten minutes of them are a lot.
 */
async function readLogs(sandbox: SandboxProcess, books: Books, before: number): Promise<void> {
  const logs = new CloudWatchLogsClient({ ...sandbox.admin, maxAttempts: 10 });
  const names: string[] = [];
  for await (const page of paginateDescribeLogStreams({ client: logs }, { logGroupName })) {
    for (const { logStreamName = '', creationTime = 0 } of page.logStreams ?? []) {
      if (creationTime < before) names.push(logStreamName);
    }
  }
  for (const logStreamName of names) {
    for (const { messageId, outcome } of await readOutcomes(sandbox.admin, [logStreamName])) {
      if (outcome === 'OK') books.processed.add(messageId);
    }
    await logs
      .send(new DeleteLogStreamCommand({ logGroupName, logStreamName }))
      .catch((error: unknown) => {
        // The answer to an earlier try was lost on the way: the stream is gone, which is what we want.
        if (!(error instanceof ResourceNotFoundException)) throw error;
      });
  }
  logs.destroy();
}

/** @returns what is still there when nothing moves any more */
async function drain(sandbox: SandboxProcess, books: Books): Promise<number> {
  const sqs = new SQSClient({ ...sandbox.admin, maxAttempts: 10 });
  await sandbox.setFaults(Object.fromEntries(Object.keys(faults).map((name) => [name, 0])));
  let left = Infinity;
  for (let [best, since] = [left, performance.now()]; left > 0; await pause(100)) {
    await takeDeadLetters(sqs, books);
    left = (await leftIn(sqs, 'work')) + (await leftIn(sqs, 'dead'));
    if (left < best) [best, since] = [left, performance.now()];
    if (performance.now() - since > 120_000) break;
  }
  sqs.destroy();
  return left;
}
