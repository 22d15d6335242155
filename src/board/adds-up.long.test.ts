import { join } from 'node:path';
import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { buildPipeline } from '../bench/pipeline.ts';
import { boardOver, eventsOf, openPage, shownLab } from '../testing/board/open-board.ts';
import { browserPath, openBrowser } from '../testing/lab/browser.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { startProcess } from '../testing/sandbox/process.ts';
import type { SandboxProcess } from '../testing/sandbox/process.ts';
import { randomFrom } from '../testing/sandbox/random.ts';

const messageCount = 2000;

describe.skipIf(browserPath === undefined)('the events add up', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test('2,000 messages with faults, kills of sandbox and page: the account of the board equals the store, and again after a reload', async () => {
    await using folder = await temporaryFolder();
    const home = join(folder.path, 'home');
    let sandbox: SandboxProcess = await startProcess(home);
    const flags = ['--port', String(sandbox.port)];
    const { admin } = sandbox;
    const token = readFileSync(join(home, 'control-token'), 'utf8').trim();
    const { queueUrl, deadLetterQueueUrl } = await buildPipeline(admin, folder.path);
    await using board = await boardOver(
      shownLab(admin, { queueName: 'work', deadLetterQueueName: 'dead' }),
      eventsOf(() => admin.endpoint, token),
    );
    let tab = await openPage(browser, board.url);
    const sum = () => tab.page.locator('.sum').innerText();

    const faults = {
      duplicateDelivery: 0.05,
      serverErrors: 0.02,
      splitBatches: 0.2,
      throttling: 0.02,
    };
    await sandbox.setFaults(faults);
    const sqs = new SQSClient({ ...admin, maxAttempts: 20 });
    const random = randomFrom(20261128);
    const acknowledged = new Set<string>();
    for (let first = 0; first < messageCount; first += 10) {
      const Entries = Array.from({ length: 10 }, (_, i) => ({
        Id: String(i),
        MessageBody: random(20) === 0 ? `FAIL-${first + i}` : `hello-${first + i}`,
      }));
      const { Successful = [] } = await sqs.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }),
      );
      for (const { MessageId = '' } of Successful) acknowledged.add(MessageId);
      if (first === 600 || first === 1200) {
        await sandbox.kill();
        sandbox = await startProcess(home, flags);
        await sandbox.setFaults(faults);
      }
      if (first === 900) {
        await tab[Symbol.asyncDispose]();
        tab = await openPage(browser, board.url);
      }
    }
    expect(acknowledged.size).toBe(messageCount);

    const inQueue = async (QueueUrl: string): Promise<number> => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      return ['', 'NotVisible', 'Delayed'].reduce(
        (all, kind) =>
          all +
          Number((Attributes as Record<string, string>)[`ApproximateNumberOfMessages${kind}`]),
        0,
      );
    };
    // All is over when the source queue is empty: the clock skips what is only waited for.
    await expect.poll(() => inQueue(queueUrl)).toBe(0);
    await sandbox.setFaults({ ...faults, serverErrors: 0, throttling: 0 });
    const dead = await inQueue(deadLetterQueueUrl);
    expect(dead).toBeGreaterThan(0);

    const check = async () => {
      await expect.poll(sum).toMatch(new RegExp(`^✓ .* ${dead} dead-lettered \\+ 0 still there`));
      const [, before = '0', sent = '', deleted = ''] =
        /(?:(\d+) there before \+ )?(\d+) sent = (\d+) deleted/.exec(await sum()) ?? [];
      // A send that was refused after it was stored is sent again: then there are more than were acknowledged.
      expect(Number(before) + Number(sent)).toBeGreaterThanOrEqual(messageCount);
      expect(Number(deleted) + dead).toBe(Number(before) + Number(sent));
      for (const [name, there] of [
        ['work', 0],
        ['dead', dead],
      ] as const) {
        const cells = await tab.page.locator(`[data-queue="${name}"] td`).allInnerTexts();
        expect(cells.reduce((all, cell) => all + Number(cell), 0)).toBe(there);
      }
      return sum();
    };
    const atTheEnd = await check();
    await tab.page.reload();
    await tab.page.getByText('● live').waitFor();
    expect(await check()).toBe(atTheEnd);
    expect(tab.complaints).toEqual([]);
    await tab[Symbol.asyncDispose]();
    sqs.destroy();
    await sandbox.stop();
  });
});
