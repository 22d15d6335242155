import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The script of the page, as it stands in git: so the page is the same bytes wherever it is made. A test holds it
 * against its sources; `npx vitest run src/page/replay -u` makes it again.
 */
export const bundleFile = join(import.meta.dirname, 'replay.bundle.js');

let kept: string | undefined;

export function replayScript(): string {
  return (kept ??= readFileSync(bundleFile, 'utf8'));
}
