/**
 * The sandbox's part of `npm run bench`: its SQS beside that of a well-known peer, and messages through
 * mapping and worker. By itself: `node src/bench/bench-sandbox.ts [ROUNDS]`.
 */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { runChild, temporaryFolder } from '../testing/lab/checkout.ts';
import { startProcess } from '../testing/sandbox/process.ts';
import type { ClientConfiguration } from '../testing/sandbox/process.ts';
import { timePipeline } from './pipeline.ts';

/** @see https://www.npmjs.com/package/fauxqs */
const peer = 'fauxqs@2.4.1';
const messagesPerRound = 2_000;
/** Requests under way at once, as many as the client has connections. */
const concurrency = 50;

const operations = ['send', 'receive', 'delete'] as const;
type Rates = Record<(typeof operations)[number], number>;

interface Contender extends AsyncDisposable {
  readonly client: SQSClient;
}

/** Both servers durable, each in a process of its own, behind the same client; rounds take turns. */
export async function benchQueues(rounds: number): Promise<void> {
  await using folder = await temporaryFolder();
  await using ours = await startOurs(join(folder.path, 'home'));
  const startedPeer = await startPeer(folder.path).catch((error: unknown) => String(error));
  if (typeof startedPeer === 'string') {
    console.log(`queues: no comparison, ${peer} could not be installed or started: ${startedPeer}`);
    return;
  }
  await using theirs = startedPeer;
  await measure(ours.client, 'warm');
  await measure(theirs.client, 'warm');
  console.log(
    `queues: ${messagesPerRound} messages a round, one a request, ${concurrency} requests at once; a second:`,
  );
  const ratios: Rates[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const name = `round-${round}`;
    const ourTurnFirst = round % 2 === 1;
    const before = ourTurnFirst ? await measure(ours.client, name) : undefined;
    const them = await measure(theirs.client, name);
    const us = before ?? (await measure(ours.client, name));
    ratios.push({
      send: us.send / them.send,
      receive: us.receive / them.receive,
      delete: us.delete / them.delete,
    });
    const shown = operations.map(
      (each) =>
        `${each} ${us[each].toFixed(0)} / ${them[each].toFixed(0)} = ${(us[each] / them[each]).toFixed(2)}`,
    );
    console.log(`round ${round}   sandbox / ${peer}: ${shown.join('   ')}`);
  }
  const medians = operations.map(
    (each) => `${each} ${median(ratios.map((ratio) => ratio[each])).toFixed(2)}`,
  );
  console.log(`median ratio: ${medians.join('   ')}   target: 1.00 at least\n`);
}

/** Time per message should stay level from 100 to 10,000. */
export async function benchPipeline(
  sizes: readonly number[] = [100, 1_000, 10_000],
): Promise<void> {
  console.log('messages through mapping and worker, from the first send to the empty queue:');
  for (const size of sizes) {
    await using folder = await temporaryFolder();
    await using sandbox = await startProcess(join(folder.path, 'home'));
    const { wholeMs, handled, left } = await timePipeline(sandbox.admin, size, folder.path);
    console.log(
      `${String(size).padStart(6)} messages   ${(wholeMs / 1000).toFixed(2)} s   ${(wholeMs / size).toFixed(2)} ms each   ${size - handled} lost   ${left} stuck`,
    );
  }
}

async function startOurs(home: string): Promise<Contender> {
  const sandbox = await startProcess(home);
  const client = clientFor(sandbox.admin);
  return { client, [Symbol.asyncDispose]: () => sandbox.stop() };
}

/** Installed for the bench alone, with all its state in SQLite, its log off. */
async function startPeer(folder: string): Promise<Contender> {
  const prefix = join(folder, 'peer');
  await mkdir(prefix);
  const { code, stderr } = await runChild(
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', prefix, peer],
    { cwd: prefix, environment: inherited() },
  );
  if (code !== 0) throw new Error(stderr.trim().split('\n').at(-1));
  const program = `
    import { startFauxqs } from 'fauxqs';
    const server = await startFauxqs({ port: 0, dataDir: './data', logger: false });
    process.send(server.port);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: prefix,
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('exit', (status) => reject(new Error(`it ended with ${status}`)));
  });
  const client = clientFor({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      child.removeAllListeners('exit').once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  return { client, [Symbol.asyncDispose]: stop };
}

function clientFor(configuration: ClientConfiguration): SQSClient {
  return new SQSClient({
    ...configuration,
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: concurrency } },
  });
}

/** Operations a second, each for all messages of a fresh queue. */
async function measure(client: SQSClient, name: string): Promise<Rates> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `bench-${name}` }));
  const MessageBody = 'x'.repeat(256);
  const send = await rate(() => client.send(new SendMessageCommand({ QueueUrl, MessageBody })));
  const handles: (string | undefined)[] = [];
  const receive = await rate(async () => {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    handles.push(...Messages.map(({ ReceiptHandle }) => ReceiptHandle));
  });
  if (handles.length < messagesPerRound) throw new Error(`only ${handles.length} were received`);
  const remove = await rate((index) =>
    client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handles[index] })),
  );
  return { send, receive, delete: remove };
}

async function rate(request: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const worker = async () => {
    while (next < messagesPerRound) await request(next++);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  return messagesPerRound / ((performance.now() - start) / 1000);
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

if (import.meta.main) {
  await benchQueues(Number(process.argv[2] ?? 5));
  await benchPipeline();
}
