import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage } from '../testing/board/open-board.ts';
import { browserPath, openBrowser, violations } from '../testing/lab/browser.ts';
import { temporaryCheckout } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';

// The board as a learner starts it: `npx lab board` in a checkout, with a sandbox of its own.

const question = 'How often is a good message handled?';
const played = '[data-experiment="20"]';

describe.skipIf(browserPath === undefined)('the board of a checkout', () => {
  let browser: Browser;
  let checkout: Checkout;
  let command: ChildProcess;
  let url: string;

  beforeAll(async () => {
    [browser, checkout] = await Promise.all([openBrowser(), temporaryCheckout()]);
    command = spawn(process.execPath, ['src/cli.ts', 'board', '--no-open'], {
      cwd: checkout.root,
      env: { PATH: process.env['PATH'] ?? '', HOME: checkout.root },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    url = await new Promise<string>((found, failed) => {
      command.once('exit', (code) => failed(new Error(`the board ended with ${code}`)));
      // Read to its end: a pipe that nobody reads fills up, and holds the board.
      createInterface({ input: command.stdout ?? process.stdin }).on('line', (line) => {
        const [, said] = /^The board: (\S+)$/.exec(line) ?? [];
        if (said !== undefined) found(said);
      });
    });
  });
  afterAll(async () => {
    const ended = once(command, 'exit');
    command.kill('SIGTERM');
    await ended;
    await Promise.all([browser.close(), checkout.remove()]);
  });

  test('a prediction is asked first, with the keyboard; a wrong one is said, beside predicted and measured, and a second player is refused', async () => {
    await using tab = await openPage(browser, url);
    const { page } = tab;
    const experiment = page.locator(played);
    await experiment.locator('summary').focus();
    await page.keyboard.press('Enter');
    await experiment.getByText(question).waitFor();
    expect(await experiment.locator('table').count()).toBe(0);
    await page.keyboard.press('Tab');
    await page.keyboard.type('often');
    await page.keyboard.press('Enter');
    const status = experiment.locator('[role=status]');
    await expect
      .poll(() => status.innerText())
      .toBe('✗ A prediction is a number: write one, or nothing to skip it');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('1');
    await page.keyboard.press('Enter');
    await experiment.getByRole('button', { name: 'Playing ...' }).waitFor();

    await using second = await openPage(browser, url);
    const other = second.page.locator('[data-experiment="21"]');
    await other.locator('summary').click();
    await other.getByRole('button', { name: 'Skip the prediction and play' }).click();
    await expect
      .poll(() => other.locator('[role=status]').innerText())
      .toBe('✗ Experiment 20 is being played, and only one is played at a time: wait for its end');

    await expect
      .poll(() => status.innerText())
      .toBe('✗ You said 1: wrong. The rule says 3. Every number is as the rule says.');
    const rows = await experiment
      .locator('tr')
      .evaluateAll((all) =>
        all.map((row) => [...row.children].map(({ textContent }) => textContent)),
      );
    expect(rows[0]).toEqual(['Number', 'Predicted', 'You said', 'Measured']);
    expect(rows).toContainEqual([
      'Times that a good message is handled, without',
      '3',
      '✗ 1',
      '✓ 3',
    ]);
    expect(rows).toContainEqual(['Times that a good message is handled, with', '1', '', '✓ 1']);
    await experiment.getByText('Without a partial batch response, one error makes').waitFor();
    // The prediction can be changed at once, and the page is where it was.
    expect(
      await experiment.locator('input').evaluate((one) => one === document.activeElement),
    ).toBe(true);

    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
        width,
      );
    }
    expect(tab.complaints).toEqual([]);
  });

  test('a prediction can be skipped, and a right one is said', async () => {
    await using tab = await openPage(browser, url);
    const experiment = tab.page.locator(played);
    await experiment.locator('summary').click();
    const status = experiment.locator('[role=status]');
    await experiment.getByRole('button', { name: 'Skip the prediction and play' }).click();
    await expect
      .poll(() => status.innerText())
      .toBe('You skipped the prediction. The rule says 3. Every number is as the rule says.');
    expect(await experiment.locator('thead').innerText()).not.toContain('You said');
    await experiment.locator('input').fill('3');
    await experiment.getByRole('button', { name: 'Play', exact: true }).click();
    await expect
      .poll(() => status.innerText())
      .toBe('✓ You said 3: right. Every number is as the rule says.');
  });

  test('one press of reset gives the good lab back: settings, handler, and the messages of the run', async () => {
    expect((await checkout.lab(['reset'])).code).toBe(0);
    await using tab = await openPage(browser, url);
    await tab.run('behaviour', { behaviour: 'throws' });
    await tab.run('partial-batch', { report: 'off' });
    await tab.run('visibility-timeout', { seconds: '45' });
    await tab.run('max-receive-count', { count: '2' });
    await tab.run('send', { good: '0', poison: '1' });
    await tab.page
      .locator('.log')
      .getByText(/received 2 times, as often as allowed/)
      .waitFor();
    expect((await checkout.lab(['check'])).code).toBe(1);
    expect(await tab.run('reset')).toBe('npx lab reset');
    const result = tab.control('reset').locator('.result');
    const text = await result.innerText();
    expect(text).toMatch(/^✓ The good lab is back, every check passes:\nFixed: /);
    for (const what of [/visibility/i, /maxReceiveCount/, /ReportBatchItemFailures/, /code of/])
      expect(text).toMatch(what);
    const { stdout, code } = await checkout.lab(['check']);
    expect(stdout).toContain('11 of 11 checks passed');
    expect(code).toBe(0);
    await expect
      .poll(() => tab.control('partial-batch').locator('.now').innerText())
      .toBe('now on');
    await tab.run('reset');
    expect(await result.innerText()).toBe('✓ Nothing was to be set back: every check passes.');
    // What a learner has open beside it is not waited for in vain.
    await tab.run('clock-pause');
    await tab.run('reset');
    expect(await result.innerText()).toMatch(/^✗ The lab clock is paused.*"Skip waits"/);
    // The tests come in any order.
    await tab.run('clock-skip');
  });
});
