import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boardOver, eventsOf, openPage } from '../testing/board/open-board.ts';
import { browserPath, openBrowser, violations } from '../testing/lab/browser.ts';
import { buildLab } from '../testing/lab/lab-building.ts';
import { openLaboratory } from '../testing/lab/labs.ts';
import type { Laboratory, LabLearner } from '../testing/lab/labs.ts';

const token = 't'.repeat(64);

describe.skipIf(browserPath === undefined)('the board, in a real browser', () => {
  let browser: Browser;
  let laboratory: Laboratory;

  beforeAll(async () => {
    browser = await openBrowser();
    laboratory = await openLaboratory({ control: { token, stop: () => undefined } });
  });
  afterAll(async () => {
    await browser.close();
    await laboratory[Symbol.asyncDispose]();
  });

  /** A lab of one's own, and the board over it. */
  async function open(prefix: string) {
    const lab = await laboratory.learner(prefix);
    const board = await boardOver(
      lab,
      eventsOf(() => laboratory.aws.endpoint, token),
    );
    return { lab, board, build: () => buildLab(laboratory.aws, lab) };
  }

  async function counts(lab: LabLearner, name: 'deadLetterQueueName' | 'queueName') {
    const QueueUrl = `${laboratory.aws.endpoint}/111122223333/${lab[name]}`;
    const { Attributes = {} } = await laboratory.aws.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    return ['', 'NotVisible', 'Delayed'].map(
      (kind) => (Attributes as Record<string, string>)[`ApproximateNumberOfMessages${kind}`],
    );
  }

  test('it shows the lab being built, three messages and each receive of the poison, and counts as the queues do', async () => {
    const { lab, board, build } = await open('seen-');
    await using _ = board;
    await using tab = await openPage(browser, board.url);
    const { page } = tab;
    const story = page.locator('.log');
    await build();
    await story.getByText(`The queue ${lab.queueName} was created.`).waitFor();
    await story.getByText('The event source mapping is now Enabled.').waitFor();
    const command = await tab.run('send', { good: '2', poison: '1' });
    expect(command).toMatch(
      /^aws sqs send-message-batch \\\n {2}--queue-url \S+seen-lab01-worker-queue/,
    );
    await story.getByText('and moved to').waitFor();
    const printed = JSON.parse(
      (await tab.control('send').locator('.printed pre').textContent()) ?? '',
    ) as { Successful: { MessageId: string }[] };
    const poison = printed.Successful.at(-1)?.MessageId ?? 'none';
    const short = poison.slice(0, 8);
    const sentences = await story.locator('li').allInnerTexts();
    const of = (text: RegExp) => sentences.filter((one) => text.test(one)).length;
    for (const time of ['first', 'second', 'third'])
      expect(of(new RegExp(`${short}\\) failed for the ${time} time; visible again in 30 s`))).toBe(
        1,
      );
    expect(of(/» 30 s skipped/)).toBe(3);
    expect(
      of(new RegExp(`${short}\\) was received 3 times, as often as allowed, and moved to`)),
    ).toBe(1);
    const chip = page.locator(`[data-box=dead] [data-chip="${poison}"]`);
    await chip.waitFor();
    expect(await chip.getAttribute('data-receives')).toBe('3');
    expect(await page.locator('[data-box=done] .chip').count()).toBe(2);
    expect(await page.locator('.sum').innerText()).toContain(
      '✓ 3 sent = 2 deleted + 1 dead-lettered + 0 still there',
    );
    for (const name of ['queueName', 'deadLetterQueueName'] as const) {
      const row = page.locator(`[data-queue="${lab[name]}"] td`);
      expect(await row.allInnerTexts()).toEqual(await counts(lab, name));
    }
    expect(await page.locator('.steps li[data-outcome=pass]').count()).toBeGreaterThan(0);
    expect(tab.complaints).toEqual([]);
    expect(tab.requested).toEqual([]);
  });

  test('without partial batch responses and with a handler that throws, the good ones come back', async () => {
    const { board, build } = await open('whole-');
    await using _ = board;
    await build();
    await using tab = await openPage(browser, board.url);
    const story = tab.page.locator('.log');
    expect(await tab.run('behaviour', { behaviour: 'throws' })).toContain('update-function-code');
    expect(await tab.run('partial-batch', { report: 'off' })).toMatch(/--function-response-types$/);
    await story.getByText('The event source mapping is now Enabled.').waitFor();
    await tab.run('send', { good: '2', poison: '1' });
    await story
      .getByText(/The invocation failed, so the whole batch of 3 comes back/)
      .first()
      .waitFor();
    await story.getByText(/hello-1 \(\w+\) failed for the first time/).waitFor();
    await story.getByText('and moved to').first().waitFor();
    const sum = tab.page.locator('.sum');
    await expect
      .poll(() => sum.innerText())
      .toContain('✓ 3 sent = 0 deleted + 3 dead-lettered + 0 still there');
  });

  test("what AWS refuses is shown in AWS's words, and changes nothing", async () => {
    const { board, build } = await open('refused-');
    await using _ = board;
    await build();
    await using tab = await openPage(browser, board.url);
    await tab.run('visibility-timeout', { seconds: '50000' });
    expect(await tab.control('visibility-timeout').locator('.result').innerText()).toMatch(
      /^✗ AWS refused it: InvalidAttributeValue: .*VisibilityTimeout/,
    );
    await tab.run('concurrency', { most: '1' });
    expect(await tab.control('concurrency').locator('.result').innerText()).toMatch(
      /^✗ aws: \[ERROR\]: An error occurred \(ParamValidation\)[^]*MaximumConcurrency, value: 1, valid min value: 2/,
    );
    expect(await tab.control('visibility-timeout').locator('.now').innerText()).toBe('now 30 s');
  });

  test('markup in a message is a text, and runs nowhere', async () => {
    const { lab, board, build } = await open('markup-');
    await using _ = board;
    await build();
    await using tab = await openPage(browser, board.url);
    const body = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const dialogs: string[] = [];
    tab.page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const QueueUrl = `${laboratory.aws.endpoint}/111122223333/${lab.deadLetterQueueName}`;
    await laboratory.aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    await tab.page.locator('.log').getByText('<img src=x onerror=').waitFor();
    await tab.page.getByText('Every message as a table').click();
    await tab.page.locator('.messages').getByText(body).waitFor();
    expect(await tab.page.locator('#board img, #board script').count()).toBe(0);
    expect(dialogs).toEqual([]);
    expect(tab.complaints).toEqual([]);
    // Nobody but whoever receives it has counted a receive.
    const { Messages } = await laboratory.aws.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        VisibilityTimeout: 0,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    expect(Messages?.[0]?.Attributes?.ApproximateReceiveCount).toBe('1');
  });

  test.each([
    { name: 'light', colorScheme: 'light', width: 1400 },
    { name: 'dark', colorScheme: 'dark', width: 1400 },
    { name: 'on a telephone', colorScheme: 'dark', width: 390 },
    { name: 'wide', colorScheme: 'light', width: 2560 },
    { name: 'on a projector', colorScheme: 'light', width: 1280, projector: true },
  ] as const)('$name: axe finds nothing, and nothing scrolls sideways', async (look) => {
    const { board, build } = await open(
      `axe-${look.width}-${look.colorScheme[0]}${'projector' in look ? 'p' : ''}-`.slice(0, 16),
    );
    await using _ = board;
    await build();
    const { colorScheme, width } = look;
    await using tab = await openPage(browser, board.url, {
      colorScheme,
      viewport: { width, height: 900 },
      reducedMotion: 'reduce',
    });
    const { page } = tab;
    if ('projector' in look) await page.getByLabel('Projector').check();
    await tab.run('send', { good: '2', poison: '1' });
    await page.locator('.log').getByText('and moved to').waitFor();
    for (const summary of await page.locator('#board summary').all()) await summary.click();
    await tab.control('purge').locator('button[type=submit]').click();
    await tab.control('purge').locator('.preview').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.getByRole('button', { name: 'Recorded run' }).click();
    expect(await violations(page)).toEqual([]);
  });

  test('everything can be reached and done with the keyboard', async () => {
    const { board, build } = await open('keys-');
    await using _ = board;
    await build();
    await using tab = await openPage(browser, board.url);
    const { page } = tab;
    await tab.control('clock-pause').locator('button[type=submit]').focus();
    await page.keyboard.press('Enter');
    await tab.control('clock-pause').locator('.preview pre').waitFor();
    expect(await tab.control('clock-pause').locator('.preview pre').innerText()).toBe(
      'npx lab sandbox clock pause',
    );
    const focusable = 'button:not([disabled]), a[href], input, select, summary, [tabindex="0"]';
    // What is marked has been reached.
    await page.evaluate(
      "document.addEventListener('focusin', ({ target }) => target.setAttribute('data-reached', ''))",
    );
    const left = () =>
      page.evaluate(
        `[...document.querySelectorAll(${JSON.stringify(focusable)})]
          .filter((one) => one.checkVisibility() && !one.matches('[data-reached]'))
          .map((one) => one.outerHTML.slice(0, 80))`,
      ) as Promise<string[]>;
    await page.locator('a.skip').focus();
    const most = (await left()).length + 20;
    for (let i = 0; i < most && (await left()).length > 0; i += 1) await page.keyboard.press('Tab');
    expect(await left()).toEqual([]);
  });
});
