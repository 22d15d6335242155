import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { sampleDocs } from '../lab/made-files.ts';
import { root } from '../lab/settings.ts';
import { browserPath, looks, openBrowser, openFile, violations } from '../testing/lab/browser.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { pageHtml } from './page-html.ts';
import { pageMarkdown } from './page-markdown.ts';
import type { Figure, Page, PageProof } from './page-facts.ts';
import { talkingPoints } from './words.ts';

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="960" height="400"><rect width="960" height="400"/></svg>';

const figure = (file: string): Figure => ({
  file,
  alt: `Picture of "${file}" <b>&`,
  width: 960,
  height: 400,
  txt: 'row 1\nrow 2',
});

const stamp = {
  target: 'SANDBOX',
  sample: false,
  region: 'us-east-1',
  time: '2026-11-23T10:00:00.000Z',
  kit: '1.0.0',
  awsCli: '2.36.12',
  digest: 'a'.repeat(64),
} as const;

function proof(number: number, more: Partial<PageProof> = {}): PageProof {
  return {
    picture: {
      number,
      name: `proof-${number}`,
      claim: `Claim ${number}: <script>alert(1)</script> & "quotes" | pipes`,
      command: `aws sqs get-queue-attributes \\\n  --queue-url ${'x'.repeat(200)}`,
      values: [
        {
          label: 'QueueArn',
          value: `arn:aws:sqs:us-east-1:123456789012:${'y'.repeat(120)}`,
          tie: true,
        },
        { label: 'Policy', value: '`tick` and ``two``' },
      ],
      rules: [
        { text: `This holds: ${'AWSLambdaBasicExecutionRole'.repeat(3)}`, outcome: 'pass' },
        { text: 'This does not', outcome: 'fail' },
        { text: 'Nobody knows', outcome: 'not judged' },
      ],
      stamp,
    },
    figure: figure(`screenshots/sandbox/${number}-proof`),
    output: '{ "fence": "```" }\n',
    check: 'check 01: Dead-letter queue',
    stale: [],
    ...more,
  };
}

const sample: Page = {
  ...stamp,
  proofs: [proof(1), proof(2, { stale: ['mapping', 'code'] })],
  missing: [{ number: 14, title: 'Logs <b>OK</b> | fail', check: '09' }],
  runs: [{ step: '01', title: 'Dead-letter queue', time: stamp.time, passed: 4, expectations: 4 }],
  timeline: figure('screenshots/sandbox/timeline'),
  architecture: figure('screenshots/architecture'),
  experiments: [
    {
      number: '20',
      title: 'One poison <b> | among nine',
      headline: [
        { what: 'Times handled, without', value: '3' },
        { what: 'Times handled, with', value: '1' },
      ],
      passed: 8,
      numbers: 8,
      time: '2026-11-28T04:00:00.000Z',
      file: 'screenshots/sandbox/experiments/20-one-poison',
    },
  ],
  replay: {
    queueName: 'a-queue',
    deadLetterQueueName: `a-dlq-${'z'.repeat(60)}`,
    functionName: 'a-worker',
    visibilityTimeoutSeconds: 30,
    maxReceiveCount: 3,
    messages: [{ id: 'id "1"', name: `FAIL </script><script>alert(2)</script> ${'w'.repeat(90)}` }],
    events: [
      { at: 0, message: 'id "1"', kind: 'sent', receiveCount: 0 },
      { at: 10, message: 'id "1"', kind: 'received', receiveCount: 1 },
      { at: 20, message: 'id "1"', kind: 'failed', receiveCount: 1 },
    ],
  },
};

test('what comes from outside is text in the page, never markup', () => {
  const html = pageHtml(sample);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).not.toContain('<script>alert');
  expect(html).toContain('Claim 1: &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;');
});

test('the same page is the same bytes', () => {
  expect(pageHtml(structuredClone(sample))).toBe(pageHtml(sample));
  expect(pageMarkdown(structuredClone(sample))).toBe(pageMarkdown(sample));
});

test('a stale proof says so, and what has changed, in both forms', () => {
  expect(pageHtml(sample)).toContain('Stale: changed since it was recorded: mapping, code.');
  expect(pageMarkdown(sample)).toContain(
    '**Stale**: changed since it was recorded: mapping, code.',
  );
});

test('the experiments stand in both forms, with both numbers, as text', () => {
  const html = pageHtml(sample);
  expect(html).toContain(
    '<a href="screenshots/sandbox/experiments/20-one-poison.svg">One poison &lt;b&gt; | among nine</a>',
  );
  expect(html).toContain('Times handled, without: <strong>3</strong>');
  const markdown = pageMarkdown(sample);
  expect(markdown).toContain(String.raw`[One poison \<b\> \| among nine](screenshots/sandbox/`);
  expect(markdown).toContain('Times handled, without: **3**<br>Times handled, with: **1**');
  const without = { ...sample, experiments: [] };
  expect(pageHtml(without)).not.toContain('The experiments');
  expect(pageMarkdown(without)).not.toContain('The experiments');
});

test('a page without anything recorded says so', () => {
  const nothing = { timeline: undefined, architecture: undefined, replay: undefined };
  const empty = { ...sample, ...nothing, proofs: [], runs: [] };
  expect(pageHtml(empty)).not.toContain('<script');
  expect(pageHtml(empty)).toContain('nothing yet');
  expect(pageMarkdown(empty)).toContain('- Proofs: 0 of 15');
});

test('nothing in the page runs or is styled but by its digest', () => {
  const html = pageHtml(sample);
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  const digest = (tag: string) => {
    const content = html.split(`<${tag}>`)[1]?.split(`</${tag}>`)[0] ?? '';
    return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  };
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`style-src ${digest('style')};`);
  expect(policy).toContain(`script-src ${digest('script')};`);
  expect(html).not.toMatch(/ (?:on[a-z]+|style)="/);
});

test('each proof stands once: one picture with its words, and one thumbnail that opens it', () => {
  const html = pageHtml(sample);
  expect(html.match(/<details class="proof">/g)).toHaveLength(sample.proofs.length);
  expect(html.match(/id="proof-1-proof-1"/g)).toHaveLength(1);
  expect(html).toContain(`SHA-256 of the evidence: <code>${stamp.digest}</code>`);
});

test.each([
  ['in the light', /<img src="([^"]+)"/g],
  ['in the dark', /srcset="([^"]+)"/g],
])(
  'the page of the sample and the pictures that it shows %s are under 1.5 MB',
  async (_, shows) => {
    const html = await readFile(join(sampleDocs, 'index.html'), 'utf8');
    const shown = new Set([...html.matchAll(shows)].map(([, src = '']) => src));
    expect(shown.size).toBe(17);
    const sizes = await Promise.all(
      [...shown].map(async (src) => (await stat(join(sampleDocs, src))).size),
    );
    expect(sizes.reduce((sum, size) => sum + size, html.length)).toBeLessThan(1_500_000);
  },
);

test('a page of half a run says what is missing, and which check records it, in both forms', () => {
  expect(pageHtml(sample)).toContain('<h2>Missing: 1 of 15 proofs</h2>');
  expect(pageHtml(sample)).toContain(
    '<li value="14">Logs &lt;b&gt;OK&lt;/b&gt; | fail: <code>npx lab check 9</code></li>',
  );
  expect(pageMarkdown(sample)).toContain('## Missing: 1 of 15 proofs');
  expect(pageMarkdown(sample)).toMatch(/^- Proof 14, Logs .*: `npx lab check 9`$/m);
  const whole = { ...sample, missing: [] };
  expect(pageHtml(whole) + pageMarkdown(whole)).not.toContain('Missing:');
});

test('the page of the sample says SAMPLE wherever it says its target', () => {
  const html = pageHtml({ ...sample, sample: true });
  const markdown = pageMarkdown({ ...sample, sample: true });
  expect(html).toContain('<strong>SAMPLE, SANDBOX.</strong>');
  expect(markdown).toContain('> **SAMPLE, SANDBOX.**');
  expect(html.match(/<title>.*<\/title>/)?.[0]).toContain('(SAMPLE, SANDBOX)');
  expect(html).toContain('<p>All on: SAMPLE, SANDBOX.</p>');
  expect(pageHtml(sample) + pageMarkdown(sample)).not.toContain('SAMPLE');
});

test('pictures of the Markdown have their dark variant', () => {
  const shown = pageMarkdown(sample).match(/<img src="[^"]+(?=\.svg")/g) ?? [];
  expect(shown).toHaveLength(4);
  for (const image of shown) {
    const dark = image.replace('<img src="', 'srcset="');
    expect(pageMarkdown(sample)).toContain(`${dark}-dark.svg"`);
  }
});

test('sandbox pages say SANDBOX, and what it does not prove', () => {
  expect(pageHtml(sample)).toContain('<strong>SANDBOX.</strong>');
  expect(pageMarkdown(sample)).toContain('> **SANDBOX.**');
  expect(pageHtml({ ...sample, target: 'AWS' })).not.toContain('SANDBOX.</strong>');
});

test('output that holds a fence does not end the fence of the Markdown', () => {
  expect(pageMarkdown(sample)).toContain('````text\n{ "fence": "```" }\n````');
});

test('the talking points are those of README.md and docs/interview.md', async () => {
  for (const file of ['README.md', 'docs/interview.md']) {
    const words = await readFile(join(root, file), 'utf8');
    const lacking = talkingPoints.filter(({ point }) => !words.includes(point));
    expect({ file, lacking }).toEqual({ file, lacking: [] });
  }
});

describe.skipIf(browserPath === undefined)('in a real browser', () => {
  let browser: Browser;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeAll(async () => {
    browser = await openBrowser();
    folder = await temporaryFolder();
    await writeFile(join(folder.path, 'index.html'), pageHtml(sample));
    const figures = [
      sample.timeline,
      sample.architecture,
      ...sample.proofs.map((one) => one.figure),
    ];
    for (const one of figures) {
      const file = join(folder.path, `${one?.file}`);
      await mkdir(dirname(file), { recursive: true });
      for (const theme of ['', '-dark']) await writeFile(`${file}${theme}.svg`, svg);
    }
  });

  afterAll(async () => {
    await browser.close();
    await folder.remove();
  });

  const pages = [
    { what: 'a page of odd words', url: () => pathToFileURL(join(folder.path, 'index.html')).href },
    {
      what: 'the page of the sample',
      url: () => pathToFileURL(join(sampleDocs, 'index.html')).href,
    },
  ];

  /** On a telephone nothing at all may be moved sideways; on a desk the page as a whole. */
  const scrolledSideways = `[...(innerWidth < 600 ? document.querySelectorAll('body *') : []), document.documentElement]
    .filter((each) => each.scrollWidth > each.clientWidth && each.clientWidth > 0 && !each.closest('svg, .skip'))
    .filter((each) => each === document.documentElement || getComputedStyle(each).overflowX !== 'visible')
    .map(({ outerHTML }) => outerHTML.slice(0, 80))`;

  test('a claim leads to its proof, and opens it', async () => {
    const url = pathToFileURL(join(sampleDocs, 'index.html')).href;
    const { page, close } = await openFile(browser, url, looks[0] as (typeof looks)[0]);
    const link = page.getByRole('link', { name: /^Open proof/ }).first();
    const id = (await link.getAttribute('href'))?.slice(1) ?? '';
    await link.click();
    await expect.poll(() => page.locator(`[id="${id}"]`).isVisible()).toBe(true);
    await close();
  });

  describe.each(pages)('$what', ({ url }) => {
    test.each(looks)('$name: axe finds nothing, nothing is cut, nobody is asked', async (look) => {
      const { page, requested, close } = await openFile(browser, url(), look);
      await page.evaluate(
        'for (const each of document.querySelectorAll("details")) each.open = true',
      );
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(scrolledSideways)).toEqual([]);
      const broken = await page.evaluate(
        `Promise.all([...document.images].map((image) => image.decode().then(() => '', () => image.src))).then((found) => found.filter((src) => src !== ''))`,
      );
      expect(broken).toEqual([]);
      expect(requested).toEqual([]);
      await close();
    });
  });
});
