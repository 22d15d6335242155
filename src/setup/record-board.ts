/**
 * `npm run record:board`: takes the pictures of docs/manual/board.md, of a lab in a sandbox of its own, in a browser of this
 * machine: light, dark, on a telephone, on a projector.
 */
import { join } from 'node:path';
import { boardOver, eventsOf, openPage } from '../testing/board/open-board.ts';
import { openBrowser } from '../testing/lab/browser.ts';
import { buildLab } from '../testing/lab/lab-building.ts';
import { openLaboratory } from '../testing/lab/labs.ts';
import { root } from '../lab/settings.ts';

const token = 'r'.repeat(64);
const folder = join(root, 'docs', 'manual');

const looks = [
  { name: 'light', colorScheme: 'light', width: 1280, height: 860 },
  { name: 'dark', colorScheme: 'dark', width: 1280, height: 860 },
  { name: 'narrow', colorScheme: 'dark', width: 390, height: 860 },
  { name: 'projector', colorScheme: 'light', width: 1280, height: 860 },
] as const;

await using laboratory = await openLaboratory({ control: { token, stop: () => undefined } });
const browser = await openBrowser();
for (const { name, colorScheme, width, height } of looks) {
  const lab = await laboratory.learner(name === 'light' ? '' : `${name}-`);
  await buildLab(laboratory.aws, lab);
  await using board = await boardOver(
    lab,
    eventsOf(() => laboratory.aws.endpoint, token),
    join(root, 'docs'),
  );
  await using tab = await openPage(browser, board.url, {
    colorScheme,
    viewport: { width, height },
  });
  const { page } = tab;
  if (name === 'projector') await page.getByLabel('Projector').check();
  // The clock stands while the poison is hidden: the moment that matters.
  laboratory.aws.clock.setPace('paused');
  await tab.run('send');
  await page.locator('.log').getByText('were deleted').waitFor();
  await page.locator('.chip[data-place=hidden]').waitFor();
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => 0)',
  );
  if (name === 'light') {
    await tab.control('visibility-timeout').locator('[name=seconds]').fill('45');
    await tab.control('visibility-timeout').locator('button[type=submit]').click();
    await tab.control('visibility-timeout').locator('.preview').scrollIntoViewIfNeeded();
  }
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: join(folder, `board-${name}.png`) });
  laboratory.aws.clock.setPace('skipping');
  await page.locator('.log').getByText('and moved to').waitFor();
}
await browser.close();
console.log(`${looks.length} pictures in docs/manual/board-*.png`);
