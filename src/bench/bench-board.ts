/**
 * The board's part of `npm run bench`: what it costs the sandbox when the board is open, or ten readers of its events are
 * slow, and how fluid the page is. By itself: `node src/bench/bench-board.ts [ROUNDS]`.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Browser } from 'playwright-core';
import { boardOver, eventsOf, openPage, shownLab } from '../testing/board/open-board.ts';
import { browserPath, openBrowser } from '../testing/lab/browser.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { startProcess } from '../testing/sandbox/process.ts';
import type { SandboxProcess } from '../testing/sandbox/process.ts';
import { clientFor, median, playerOf, turnsOf } from './bench-sandbox.ts';
import type { Operation } from './bench-sandbox.ts';

/** Three sandboxes alike take turns: one that nobody watches, one with the board open, one with ten readers that take nothing. */
export async function benchBoard(rounds: number): Promise<void> {
  await using folder = await temporaryFolder();
  const start = (name: string) => startProcess(join(folder.path, name));
  await using plain = await start('plain');
  await using watched = await start('watched');
  await using slow = await start('slow');
  const players = await Promise.all(
    [plain, watched, slow].map(({ admin }) => playerOf({ client: clientFor(admin) })),
  );
  await turnsOf(...players);
  await using board = await boardOver(
    shownLab(watched.admin, { queueName: 'bench', deadLetterQueueName: 'none' }),
    eventsOf(() => watched.admin.endpoint, tokenIn(join(folder.path, 'watched'))),
  );
  const browser = browserPath === undefined ? undefined : await openBrowser();
  if (browser === undefined) console.log('board: no browser here, the board is not open');
  else await openPage(browser, board.url);
  const sockets = await Promise.all(
    Array.from({ length: 10 }, () => slowReader(slow, tokenIn(join(folder.path, 'slow')))),
  );
  const rates = new Map<Operation, number[][]>();
  const before = [plain, watched, slow].map((one) => processorTime(one));
  for (let round = 0; round < rounds; round += 1) {
    // Each is first, second and last as often as the others.
    const order = [0, 1, 2].map((i) => (i + round) % 3);
    for (const [operation, turn] of await turnsOf(...order.map((i) => players[i] as never))) {
      const inOrder = [0, 1, 2].map((i) => turn[order.indexOf(i)] ?? 0);
      rates.set(operation, [...(rates.get(operation) ?? []), inOrder]);
    }
  }
  console.log(`board: ${rounds} rounds; messages a second, medians, and what is lost:`);
  for (const [operation, measured] of rates) console.log(lossLine(operation, measured));
  const all = [...rates.values()].flat();
  console.log(
    `${'all'.padEnd(15)} lost with the board open ${loss(all, 1)}, with ten slow readers ${loss(all, 2)}   target: less than 5 %`,
  );
  const spent = [plain, watched, slow].map((one, i) => processorTime(one) - (before[i] ?? 0));
  const more = (i: number) => `${(((spent[i] ?? 0) / (spent[0] ?? 1) - 1) * 100).toFixed(1)} %`;
  console.log(
    `${'processor time'.padEnd(15)} of the sandbox: ${more(1)} more with the board open, ${more(2)} more with ten slow readers (steadier than rates where a machine has other work)`,
  );
  for (const socket of sockets) socket.destroy();
  await browser?.close();
  if (browser !== undefined) await benchFrames();
  console.log();
}

function lossLine(operation: Operation, measured: readonly (readonly number[])[]): string {
  const rate = (i: number) => median(measured.map((turn) => turn[i] ?? 0)).toFixed(0);
  return `${operation.padEnd(15)} alone ${rate(0).padStart(5)}   board open ${rate(1).padStart(5)} (${loss(measured, 1)})   ten slow readers ${rate(2).padStart(5)} (${loss(measured, 2)})`;
}

function loss(measured: readonly (readonly number[])[], i: number): string {
  const ratio = median(measured.map((turn) => (turn[i] ?? 0) / (turn[0] ?? 1)));
  return `${((1 - ratio) * 100).toFixed(1)} %`;
}

/** In ticks of the system; of Linux. Elsewhere not a number. */
function processorTime({ pid }: SandboxProcess): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return Number.NaN;
  }
}

function tokenIn(home: string): string {
  return readFileSync(join(home, 'control-token'), 'utf8').trim();
}

/** Asks for the events, and takes none. */
async function slowReader({ port }: SandboxProcess, token: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `GET /_sandbox/events HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n\r\n`,
  );
  await once(socket, 'readable');
  socket.pause();
  return socket;
}

/** Frames a second of the page with 10,000 messages in the queue, while more come. */
async function benchFrames(): Promise<void> {
  await using folder = await temporaryFolder();
  await using sandbox = await startProcess(join(folder.path, 'home'));
  const sqs = new SQSClient(sandbox.admin);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'bench' }));
  const send = async (count: number) => {
    for (let first = 0; first < count; first += 10)
      await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: Array.from({ length: 10 }, (_, i) => ({
            Id: String(i),
            MessageBody: `hello-${first + i}`,
          })),
        }),
      );
  };
  await send(10_000);
  await using board = await boardOver(
    shownLab(sandbox.admin, { queueName: 'bench', deadLetterQueueName: 'none' }),
    eventsOf(() => sandbox.admin.endpoint, tokenIn(join(folder.path, 'home'))),
  );
  const browser: Browser = await openBrowser();
  const { page } = await openPage(browser, board.url);
  const counting = page.evaluate(`new Promise((resolve) => {
    const start = performance.now();
    const frames = [];
    requestAnimationFrame(function tick(time) {
      frames.push(time);
      if (time - start < 3000) requestAnimationFrame(tick);
      else resolve({
        rate: 1000 * (frames.length - 1) / (frames.at(-1) - frames[0]),
        longest: Math.max(...frames.slice(1).map((time, i) => time - frames[i])),
      });
    });
  })`) as Promise<{ rate: number; longest: number }>;
  await send(1000);
  const { rate, longest } = await counting;
  console.log(
    `page with 10,000 messages, 1,000 more coming: ${rate.toFixed(0)} frames a second, the longest ${longest.toFixed(0)} ms   target: 60`,
  );
  sqs.destroy();
  await browser.close();
}

if (import.meta.main) await benchBoard(Number(process.argv[2] ?? 15));
