import { build } from 'esbuild';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleFile, replayScript } from './bundle.ts';

test('the script in git is the bundle of its sources', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'browser.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2023',
    charset: 'utf8',
    absWorkingDir: import.meta.dirname,
    legalComments: 'none',
  });
  await expect(outputFiles[0]?.text).toMatchFileSnapshot(bundleFile);
});

test('nothing in the script ends the element that it stands in', () => {
  expect(replayScript()).not.toMatch(/<\/script|<!--/i);
});
