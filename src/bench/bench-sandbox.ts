/**
 * The sandbox's part of `npm run bench`: its SQS beside that of a well-known peer, and messages through
 * mapping and worker. By itself: `node src/bench/bench-sandbox.ts [ROUNDS]`.
 */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Message } from '@aws-sdk/client-sqs';
import { runChild, temporaryFolder } from '../testing/lab/checkout.ts';
import { startProcess } from '../testing/sandbox/process.ts';
import type { ClientConfiguration } from '../testing/sandbox/process.ts';
import { timePipeline } from './pipeline.ts';

/** @see https://www.npmjs.com/package/fauxqs */
const peer = 'fauxqs@2.4.1';
/** In short turns, so that whatever else the machine does meanwhile meets both. */
const messagesPerTurn = 400;
const batchSize = 10;
/** Requests under way at once, as many as the client has connections. */
const concurrency = 50;

const singles = ['send', 'receive', 'delete'] as const;
const batches = ['send of ten', 'receive of ten', 'delete of ten'] as const;
const operations = [...singles, ...batches];
export type Operation = (typeof operations)[number];

interface Contender extends AsyncDisposable {
  readonly client: SQSClient;
}

/** One of the two servers, and what its queue has given out. */
export interface Player {
  readonly client: SQSClient;
  readonly QueueUrl: string | undefined;
  received: (readonly Message[])[];
}

/**
 * Both servers durable, each in a process of its own, behind the same client; they take turns at each operation.
 * @param rounds of which each has one turn of each server at each operation
 */
export async function benchQueues(rounds: number): Promise<void> {
  await using folder = await temporaryFolder();
  await using ours = await startOurs(join(folder.path, 'home'));
  const startedPeer = await startPeer(folder.path).catch((error: unknown) => String(error));
  if (typeof startedPeer === 'string') {
    console.log(`queues: no comparison, ${peer} could not be installed or started: ${startedPeer}`);
    return;
  }
  await using theirs = startedPeer;
  await using idle = await startServer([join(import.meta.dirname, 'idle-server.mjs')], folder.path);
  const us = await playerOf(ours);
  const them = await playerOf(theirs);
  const idler = await playerOf(idle);
  await turnsOf(us, them, idler);
  console.log(
    `queues: ${rounds} rounds of ${messagesPerTurn} messages, ${concurrency} requests at once; messages a second, medians:`,
  );
  const rates = new Map<Operation, Round[]>();
  for (let round = 0; round < rounds; round += 1) {
    const players = round % 2 === 0 ? [us, them, idler] : [idler, them, us];
    for (const [operation, turn] of await turnsOf(...players)) {
      const [first = 0, other = 0, last = 0] = turn;
      const [own, idleRate] = round % 2 === 0 ? [first, last] : [last, first];
      const one = { us: own, them: other, idle: idleRate };
      rates.set(operation, [...(rates.get(operation) ?? []), one]);
    }
  }
  for (const [operation, measured] of rates) console.log(rateLine(operation, measured));
  console.log(
    '"idle server" does nothing but answer: no server is faster behind this client. Where its ratio is below the target, the client is the limit.\n',
  );
}

/** Messages a second of one round. */
interface Round {
  readonly us: number;
  readonly them: number;
  readonly idle: number;
}

function rateLine(operation: Operation, rounds: readonly Round[]): string {
  const target = singles.some((single) => single === operation) ? '1.10' : '2.00';
  const rate = (of: (round: Round) => number) => median(rounds.map(of)).toFixed(0).padStart(5);
  const ratio = (of: (round: Round) => number) =>
    median(rounds.map((round) => of(round) / round.them)).toFixed(2);
  return `${operation.padEnd(15)} sandbox ${rate(({ us }) => us)}   ${peer} ${rate(({ them }) => them)}   idle server ${rate(({ idle }) => idle)}   median ratio ${ratio(({ us }) => us)} (idle server: ${ratio(({ idle }) => idle)})   target: ${target} at least`;
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
  return startServer(['--input-type=module', '--eval', program], prefix);
}

/** A server in a process of its own, which sends its port. */
async function startServer(nodeArguments: readonly string[], cwd: string): Promise<Contender> {
  const child = spawn(process.execPath, nodeArguments, {
    cwd,
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

export function clientFor(configuration: ClientConfiguration): SQSClient {
  return new SQSClient({
    ...configuration,
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: concurrency } },
  });
}

export async function playerOf({ client }: Pick<Contender, 'client'>): Promise<Player> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'bench' }));
  return { client, QueueUrl, received: [] };
}

/** One turn of both players at each operation; their messages a second, in the order of the players. */
export async function turnsOf(...players: readonly Player[]): Promise<Map<Operation, number[]>> {
  const rates = new Map<Operation, number[]>();
  for (const operation of operations) {
    const perRequest = singles.some((single) => single === operation) ? 1 : batchSize;
    for (const player of players) {
      if (operation.startsWith('receive')) player.received = [];
      const requestsASecond = await rate(messagesPerTurn / perRequest, (index) =>
        requests[operation](player, index),
      );
      rates.set(operation, [...(rates.get(operation) ?? []), requestsASecond * perRequest]);
    }
  }
  return rates;
}

const MessageBody = 'x'.repeat(256);

/** What one request of each operation does; deletes take what the receives before them got. */
const requests: Readonly<Record<Operation, (player: Player, index: number) => Promise<unknown>>> = {
  send: ({ client, QueueUrl }) => client.send(new SendMessageCommand({ QueueUrl, MessageBody })),
  receive: (player) => receive(player, 1),
  delete: ({ client, QueueUrl, received }, index) =>
    client.send(
      new DeleteMessageCommand({ QueueUrl, ReceiptHandle: received[index]?.[0]?.ReceiptHandle }),
    ),
  'send of ten': ({ client, QueueUrl }) =>
    client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: Array.from({ length: batchSize }, (_, i) => ({ Id: String(i), MessageBody })),
      }),
    ),
  'receive of ten': (player) => receive(player, batchSize),
  'delete of ten': ({ client, QueueUrl, received }, index) =>
    client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: (received[index] ?? []).map(({ ReceiptHandle }, i) => ({
          Id: String(i),
          ReceiptHandle,
        })),
      }),
    ),
};

async function receive(player: Player, MaxNumberOfMessages: number): Promise<void> {
  const { QueueUrl } = player;
  const { Messages = [] } = await player.client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages }),
  );
  if (Messages.length < MaxNumberOfMessages)
    throw new Error(`only ${Messages.length} were received`);
  player.received.push(Messages);
}

async function rate(count: number, request: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const worker = async () => {
    while (next < count) await request(next++);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  return count / ((performance.now() - start) / 1000);
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

if (import.meta.main) {
  await benchQueues(Number(process.argv[2] ?? 15));
  await benchPipeline();
}
