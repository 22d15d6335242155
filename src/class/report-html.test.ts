import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { browserPath, looks, openBrowser, openFile, violations } from '../testing/lab/browser.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { reportHtml } from './report-html.ts';
import { hostile, sampleReport } from '../testing/class/testing-report.ts';

test('what comes from a roster is text in the page, never markup', () => {
  const html = reportHtml(sampleReport());
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
});

test('a class without learners has a page too', () => {
  const html = reportHtml(sampleReport({ learners: [], stuck: [], copies: [], remarks: [] }));
  expect(html).toContain('no learners');
});

test('who is done with evidence that others show, too, is counted and named apart', () => {
  const [ada, , , , , dee] = sampleReport().learners;
  const learners = [ada!, { ...ada!, name: 'Zoe' }, dee!];
  const html = reportHtml(sampleReport({ learners, from: 'evidence' }));
  expect(html).toContain('1 done, 2 copied.');
  expect(html).toContain('<b class="pass">done</b> Zoe</p>');
  expect(html).toContain('<b class="unjudged">copied</b> Ada Lovelace, Dee</p>');
});

/** A class that has handed in. */
function evidenceReport() {
  const { learners, ...report } = sampleReport({ from: 'evidence' });
  const collected = {
    proofs: 15,
    target: 'sandbox',
    whole: true,
    own: 'own',
    from: '2026-11-28T02:00:00.000Z',
    to: '2026-11-28T02:03:00.000Z',
  } as const;
  return { ...report, learners: learners.map((learner) => ({ ...learner, collected })) };
}

test('the report on evidence has a column for it: what it holds, whether it is whole, whose, of when', () => {
  const html = reportHtml(evidenceReport());
  expect(html).toContain(
    '15 of 15 proofs, SANDBOX, whole, own, recorded 2026-11-28 02:00 UTC to 2026-11-28 02:03 UTC</td>',
  );
  expect(reportHtml(sampleReport())).not.toContain('Evidence</th>');
});

describe.skipIf(browserPath === undefined)('in a real browser', () => {
  let browser: Browser;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let url: string;

  beforeAll(async () => {
    [browser, folder] = await Promise.all([openBrowser(), temporaryFolder()]);
    const file = join(folder.path, 'report.html');
    await writeFile(file, reportHtml(sampleReport()));
    url = pathToFileURL(file).href;
  });

  afterAll(async () => {
    await browser.close();
    await folder.remove();
  });

  test.each(looks)('is readable by everybody and fetches nothing: $name', async (look) => {
    const { page, requested, close } = await openFile(browser, url, look);
    expect(await violations(page)).toEqual([]);
    expect(requested).toEqual([]);
    // Only the table may be moved sideways, never the page.
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(look.width);
    await close();
  });

  test.each(looks)('so is the report on collected evidence: $name', async (look) => {
    const file = join(folder.path, 'evidence.html');
    await writeFile(file, reportHtml(evidenceReport()));
    const { page, close } = await openFile(browser, pathToFileURL(file).href, look);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
      look.width,
    );
    expect(await page.getByRole('columnheader', { name: 'Evidence' }).count()).toBe(1);
    await close();
  });

  test('says in words what its signs say', async () => {
    const { page, close } = await openFile(browser, url, looks[0]!);
    const row = page.getByRole('row', { name: 'Bob' });
    expect(await row.getByRole('cell').first().innerText()).toContain('pass');
    expect(await page.getByRole('rowheader', { name: hostile.slice(0, 20) }).count()).toBe(1);
    expect(await page.getByRole('columnheader').count()).toBe(11);
    await close();
  });
});
