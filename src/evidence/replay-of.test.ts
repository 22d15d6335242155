import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page as Tab } from 'playwright-core';
import { sampleDocs } from '../lab/made-files.ts';
import { pageHtml } from '../page/page-html.ts';
import type { Page } from '../page/page-facts.ts';
import { browserPath, looks, openBrowser, openFile } from '../testing/lab/browser.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { wholeRun } from '../testing/evidence/run-docs.ts';
import { pick, pickList } from '../judging/printed.ts';
import { judgeTargets, readSources } from './derive.ts';
import { pageOf } from './page-of.ts';
import { architecturePicture } from '../pictures/architecture.ts';

/** A line of the worker's log, read here by itself: the animation shall equal it, not the code that draws it. */
interface Line {
  readonly messageId: string;
  readonly receiveCount: number;
  readonly outcome: string;
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  readonly timestamp: number;
}

interface Recorded {
  readonly lines: readonly Line[];
  readonly zero: number;
  readonly seenAt: number;
  readonly dead: readonly string[];
  readonly hiddenMs: number;
}

let page: Page;
let recorded: Recorded;

beforeAll(async () => {
  const sources = await readSources(sampleDocs);
  const targets = await judgeTargets({
    ...sources,
    targets: sources.targets.filter(({ target }) => target === 'sandbox'),
  });
  const pictures = new Map([['screenshots/architecture', architecturePicture()]]);
  const made = pageOf({ targets, pictures, known: [] });
  if (made === undefined) throw new Error('no run is recorded');
  page = { ...made, architecture: undefined };
  recorded = await readRecorded();
});

async function readRecorded(): Promise<Recorded> {
  const evidence = [...(await wholeRun()).values()].find(({ proofs }) =>
    proofs.some(({ number }) => number === 15),
  );
  const asked = (operation: string) =>
    (evidence?.observations ?? []).filter(
      (one) => 'question' in one && one.question.operation === operation,
    );
  const lines = asked('FilterLogEvents')
    .flatMap((one) => pickList(one, 'output', 'events'))
    .map((event): Line => {
      const message = String(pick(event, 'message'));
      const line = JSON.parse(message.slice(message.indexOf('{'))) as Line;
      return { ...line, timestamp: Number(pick(event, 'timestamp')) };
    });
  const attributes = asked('GetQueueAttributes').map((one) => pick(one, 'output', 'Attributes'));
  const source = attributes.find((one) => pick(one, 'RedrivePolicy') !== undefined);
  return {
    lines,
    zero: Math.min(...lines.map(({ sentAt }) => sentAt)),
    seenAt: Date.parse(evidence?.time ?? ''),
    dead: asked('ReceiveMessage')
      .flatMap((one) => pickList(one, 'output', 'Messages'))
      .map((message) => String(pick(message, 'MessageId'))),
    hiddenMs: 1000 * Number(pick(source, 'VisibilityTimeout')),
  };
}

/** Where the record says that a message is, `at` milliseconds after the first was sent. */
function expectedAt(id: string, at: number): string {
  const { lines, zero, seenAt, dead, hiddenMs } = recorded;
  const now = zero + at;
  const own = lines.filter(({ messageId }) => messageId === id);
  const last = own.findLast(({ timestamp }) => timestamp <= now);
  if (dead.includes(id) && now >= seenAt) return 'dead-letter queue';
  if (last === undefined) {
    const [first] = own;
    if (first === undefined || now < first.sentAt) return 'unsent';
    return now < first.firstReceivedAt ? 'queue' : 'worker';
  }
  if (last.outcome === 'OK') return 'deleted';
  const receivedAt = last.receiveCount === 1 ? last.firstReceivedAt : last.timestamp;
  if (now < receivedAt + hiddenMs) return 'hidden';
  return last.receiveCount < 3 ? 'queue' : 'due';
}

const box = {
  queue: 'queue',
  hidden: 'queue',
  worker: 'worker',
  deleted: 'done',
  'dead-letter queue': 'dead',
} as Readonly<Record<string, string>>;

test('the replay has every message, and every receive of the log at its time', () => {
  const { lines, zero } = recorded;
  const ids = new Set(lines.map(({ messageId }) => messageId));
  expect(new Set(page.replay?.messages.map(({ id }) => id))).toEqual(ids);
  const outcomes = (page.replay?.events ?? []).filter(
    ({ kind }) => kind === 'handled' || kind === 'failed',
  );
  const said = outcomes.map(
    ({ message, receiveCount, at, kind }) => `${message} ${receiveCount} ${at} ${kind}`,
  );
  const logged = lines.map(
    ({ messageId, receiveCount, timestamp, outcome }) =>
      `${messageId} ${receiveCount} ${timestamp - zero} ${outcome === 'OK' ? 'handled' : 'failed'}`,
  );
  expect(said.toSorted()).toEqual(logged.toSorted());
});

test('a message that was seen in the dead-letter queue is named by its body', () => {
  const names = page.replay?.messages.map(({ name }) => name) ?? [];
  expect(names.filter((name) => name.includes('FAIL'))).toHaveLength(recorded.dead.length);
});

describe.skipIf(browserPath === undefined)('in a real browser', () => {
  let browser: Browser;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let url: string;

  beforeAll(async () => {
    browser = await openBrowser();
    folder = await temporaryFolder();
    const file = join(folder.path, 'index.html');
    await writeFile(file, pageHtml(page));
    url = pathToFileURL(file).href;
  });

  afterAll(async () => {
    await browser.close();
    await folder.remove();
  });

  /** Moves the slider, as a visitor does. */
  const seek = (tab: Tab, at: number) =>
    tab.evaluate(
      `{ const slider = document.querySelector('.replay input[type=range]'); slider.value = ${at}; slider.dispatchEvent(new Event('input')); }`,
    );

  /** Each message: where it says that it is, and the box in which its chip is seen. */
  const shown = async (tab: Tab) =>
    (await tab.evaluate(`[...document.querySelectorAll('.chip')].map((chip) => {
      const at = chip.getBoundingClientRect();
      const inside = [...document.querySelectorAll('[data-box]')].filter((box) => {
        const frame = box.querySelector('rect').getBoundingClientRect();
        return at.left >= frame.left && at.right <= frame.right && at.top >= frame.top && at.bottom <= frame.bottom;
      });
      const { message, place } = chip.dataset;
      const isSeen = getComputedStyle(chip).visibility === 'visible';
      return { id: message, place, box: isSeen ? inside.map((box) => box.dataset.box).join() : 'not seen' };
    })`)) as { readonly id: string; readonly place: string; readonly box: string }[];

  const expected = (at: number) =>
    (page.replay?.messages ?? []).map(({ id }) => {
      const place = expectedAt(id, at);
      return { id, place, box: place === 'unsent' ? 'not seen' : (box[place] ?? '') };
    });

  test.each(looks)('$name: every message is where the evidence says', async (look) => {
    const { page: tab, close } = await openFile(browser, url, look);
    const end = Math.max(...(page.replay?.events ?? []).map(({ at }) => at));
    for (const at of [0, 30_000, 60_000, 90_000, end]) {
      await seek(tab, at);
      expect({ at, shown: await shown(tab) }).toEqual({ at, shown: expected(at) });
      expect(await tab.textContent('.replay output')).toBe(`${(at / 1000).toFixed(1)} s`);
    }
    await close();
  });

  test('it plays by itself to the end, and there it rests', async () => {
    const { page: tab, close } = await openFile(browser, url, looks[0] as (typeof looks)[0]);
    expect(await tab.textContent('[data-do=toggle]')).toBe('Pause');
    await tab.getByRole('button', { name: 'Play again' }).waitFor();
    const end = recorded.seenAt - recorded.zero;
    expect(await shown(tab)).toEqual(expected(end));
    await close();
  });

  test('the keyboard pauses, steps and moves it', async () => {
    const { page: tab, close } = await openFile(browser, url, looks[0] as (typeof looks)[0]);
    await tab.getByRole('slider').focus();
    await tab.keyboard.press(' ');
    expect(await tab.textContent('[data-do=toggle]')).toBe('Play');
    await tab.keyboard.press('Home');
    expect(await shown(tab)).toEqual(expected(0));
    const sentences = await tab.locator('.story li').allTextContents();
    await tab.getByRole('button', { name: 'One step forward' }).focus();
    for (const sentence of sentences) {
      await tab.keyboard.press('Enter');
      expect(await tab.locator('[aria-current=step]').allTextContents()).toEqual([sentence]);
    }
    expect(await shown(tab)).toEqual(expected(recorded.seenAt - recorded.zero));
    await tab.getByRole('button', { name: 'One step back' }).focus();
    await tab.keyboard.press('Enter');
    expect(await tab.locator('[aria-current=step]').allTextContents()).toEqual([sentences.at(-2)]);
    await close();
  });

  test.each([
    { what: 'without a script', options: { javaScriptEnabled: false } },
    { what: 'where motion is not wanted', options: { reducedMotion: 'reduce' as const } },
  ])('$what the last picture stands still', async ({ options }) => {
    const context = await browser.newContext(options);
    const tab = await context.newPage();
    await tab.goto(url);
    const still = await tab.locator('.chip').evaluateAll((chips) =>
      chips.map((chip) => ({
        place: chip.getAttribute('data-place'),
        at: chip.getAttribute('transform'),
      })),
    );
    const end = recorded.seenAt - recorded.zero;
    expect(still.map(({ place }) => place)).toEqual(expected(end).map(({ place }) => place));
    expect(await tab.locator('.chip').first().getAttribute('transform')).toBe(still[0]?.at);
    await context.close();
  });

  test('on paper there is the last picture and no button', async () => {
    const { page: tab, close } = await openFile(browser, url, looks[0] as (typeof looks)[0]);
    await tab.emulateMedia({ media: 'print' });
    const end = recorded.seenAt - recorded.zero;
    await expect.poll(() => shown(tab)).toEqual(expected(end));
    expect(await tab.locator('.controls').isVisible()).toBe(false);
    await close();
  });
});
