import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, openBrowser } from '../../testing/lab/browser.ts';
import type { Replay, ReplayEvent } from './model.ts';
import { replayHtml } from './scene.ts';

const nothing: Replay = {
  queueName: 'a-queue',
  deadLetterQueueName: 'a-dlq',
  functionName: 'a-worker',
  visibilityTimeoutSeconds: 30,
  maxReceiveCount: 3,
  messages: [],
  events: [],
};

const live = (...events: readonly [number, ReplayEvent['kind']][]): Replay => ({
  ...nothing,
  messages: [{ id: 'one', name: 'hello' }],
  events: events.map(([at, kind]) => ({ at, message: 'one', kind, receiveCount: 1 })),
});

describe.skipIf(browserPath === undefined)('a run that is watched live, in a real browser', () => {
  let browser: Browser;
  let script: string;

  beforeAll(async () => {
    browser = await openBrowser();
    const built = await build({
      stdin: {
        contents: `import { attach } from './player.ts';
          const root = document.querySelector('[data-replay]');
          window.player = attach(root, JSON.parse(root.dataset.replay));`,
        resolveDir: import.meta.dirname,
      },
      absWorkingDir: import.meta.dirname,
      bundle: true,
      write: false,
      outfile: join(import.meta.dirname, 'out.js'),
    });
    script = built.outputFiles[0]?.text ?? '';
  });

  afterAll(() => browser.close());

  async function watch(reducedMotion: 'no-preference' | 'reduce') {
    const context = await browser.newContext({ reducedMotion });
    const tab = await context.newPage();
    await tab.setContent(replayHtml(nothing));
    await tab.evaluate(script);
    const update = (replay: Replay) =>
      tab.evaluate(`window.player.update(${JSON.stringify(replay)})`);
    const place = () => tab.locator('.chip').getAttribute('data-place');
    return { tab, update, place, close: () => context.close() };
  }

  test.each(['no-preference', 'reduce'] as const)(
    'motion %s: what happens is shown as it comes',
    async (motion) => {
      const { tab, update, place, close } = await watch(motion);
      await update(live([0, 'sent']));
      await expect.poll(place).toBe('queue');
      await update(live([0, 'sent'], [900, 'received']));
      await expect.poll(place).toBe('worker');
      await update(live([0, 'sent'], [900, 'received'], [1000, 'handled']));
      await expect.poll(place).toBe('deleted');
      await tab.getByRole('button', { name: 'Play again' }).waitFor();
      expect(await tab.locator('.story li').count()).toBe(3);
      await close();
    },
  );

  test('who has gone back to look stays there', async () => {
    const { tab, update, place, close } = await watch('reduce');
    await update(live([0, 'sent'], [900, 'received']));
    await tab.getByRole('button', { name: 'One step back' }).click();
    expect(await place()).toBe('queue');
    await update(live([0, 'sent'], [900, 'received'], [1000, 'handled']));
    expect(await place()).toBe('queue');
    await close();
  });
});
