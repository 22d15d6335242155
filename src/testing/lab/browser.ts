import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A browser of this machine; tests that need one are skipped, and say so, when there is none. */
export const browserPath = places.find((path) => existsSync(path));

if (browserPath === undefined)
  console.warn(`No browser here (${places.join(', ')}): pages are not tested in a real one`);

/** Without the browser's sandbox only where it cannot have one: as root. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath ?? '',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}

export interface Look {
  readonly name: string;
  readonly colorScheme: 'dark' | 'light';
  readonly width: number;
}

/** How a page is looked at: on a desk, at night, on a telephone. */
export const looks: readonly Look[] = [
  { name: 'light', colorScheme: 'light', width: 1280 },
  { name: 'dark', colorScheme: 'dark', width: 1280 },
  { name: 'light at 390 px', colorScheme: 'light', width: 390 },
  { name: 'dark at 390 px', colorScheme: 'dark', width: 390 },
];

/** Opens a file as a visitor would. Whatever it asks for elsewhere is noted, and refused. */
export async function openFile(browser: Browser, url: string, { colorScheme, width }: Look) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  const requested: string[] = [];
  await page.route('**/*', async (route) => {
    const wanted = route.request().url();
    if (/^(file|data):/.test(wanted)) return route.continue();
    requested.push(wanted);
    return route.abort();
  });
  await page.goto(url);
  return { page, requested, close: () => context.close() };
}

/** What axe finds wrong: rule, and the elements. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource());
  const found = await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))',
  );
  return found as string[];
}

function axeSource(): string {
  const { source } = createRequire(import.meta.url)('axe-core') as { source: string };
  return source;
}
