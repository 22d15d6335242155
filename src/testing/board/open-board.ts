import type { Browser, Locator, Page } from 'playwright-core';
import { boardAssets } from '../../board/assets.ts';
import { resetLab } from '../../commands/reset.ts';
import { startBoard } from '../../board/server.ts';
import type { Board } from '../../board/server.ts';
import { labOf } from '../../lab/lab.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Session } from '../../lab/session.ts';
import { temporaryFolder } from '../lab/checkout.ts';
import type { ClientConfiguration } from '../sandbox/process.ts';

export const boardKey = 'b'.repeat(32);

/** A board over a lab of a test. */
export async function boardOver(
  lab: Lab,
  events: (signal: AbortSignal) => Promise<Response | undefined>,
  docs = '',
): Promise<Board & AsyncDisposable & { readonly url: string }> {
  // Resets of other tests go on meanwhile.
  const home = await temporaryFolder();
  const board = await startBoard({
    key: boardKey,
    port: 0,
    target: 'sandbox',
    assets: await boardAssets(),
    lab: async () => lab,
    events,
    reset: (of) => resetLab(of, { home: home.path }),
    docs,
  });
  return {
    ...board,
    url: `http://127.0.0.1:${board.port}/#key=${boardKey}`,
    [Symbol.asyncDispose]: async () => {
      await board.close();
      await home.remove();
    },
  };
}

/** A lab that is only shown, with queues of any name. */
export function shownLab(
  admin: ClientConfiguration,
  names: { readonly queueName: string; readonly deadLetterQueueName: string },
): Lab {
  const place = async () => ({ accountId: '111122223333', region: admin.region });
  const session = async () =>
    ({ target: 'sandbox', profile: 'admin', ...(await place()), clientConfig: admin }) as Session;
  const lab = labOf({ prefix: '', place, session });
  return { ...lab, ...names, functionName: 'worker' } as unknown as Lab;
}

/** The feed of a sandbox, as the command asks for it. Undefined when it cannot be reached. */
export function eventsOf(endpoint: () => string, token: string) {
  return (signal: AbortSignal): Promise<Response | undefined> =>
    fetch(`${endpoint()}/_sandbox/events`, {
      headers: { authorization: `Bearer ${token}` },
      signal,
    }).catch(() => undefined);
}

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** What the page did that it may not: errors, and refusals of its security policy. */
  readonly complaints: string[];
  /** What it asked for elsewhere. */
  readonly requested: string[];
  control(name: string): Locator;
  /** Shows the command, and runs it. @returns the command */
  run(name: string, values?: Readonly<Record<string, string>>): Promise<string>;
}

export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requested: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const { origin } = new URL(request.url());
    if (origin !== new URL(url).origin && !/^(blob|data):/.test(request.url()))
      requested.push(request.url());
  });
  await page.goto(url);
  await page.getByText('● live').waitFor();
  const control = (name: string) => page.locator(`[data-control="${name}"]`);
  return {
    page,
    complaints,
    requested,
    control,
    async run(name, values = {}) {
      for (const [field, value] of Object.entries(values)) {
        const input = control(name).locator(`[name="${field}"]`);
        if ((await input.evaluate((one) => one.tagName)) === 'SELECT')
          await input.selectOption(value);
        else await input.fill(value);
      }
      await control(name).locator('button[type=submit]').click();
      const command = await control(name).locator('.preview pre').innerText();
      await control(name).getByRole('button', { name: 'Run', exact: true }).click();
      await control(name).locator('.result:not(:empty)').waitFor();
      return command;
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}
