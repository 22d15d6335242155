import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../lab/settings.ts';
import { sampleDocs } from '../lab/made-files.ts';
import { runDocs } from '../testing/evidence/run-docs.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { allProofs } from './all-proofs.ts';
import { consoleFolder, consoleScreenshots } from './console.ts';
import { publish } from './publish.ts';
import { verifyDocs } from './verify.ts';

const png = await readFile(join(sampleDocs, 'screenshots/sandbox/02-redrive-policy.png'));

test('only PNGs that are named by the number of a proof are shown', async () => {
  await using folder = await temporaryFolder();
  const at = join(folder.path, consoleFolder);
  await mkdir(at, { recursive: true });
  for (const name of ['02-redrive.png', '2-redrive.png', 'redrive.png', '03-roles.jpg'])
    await writeFile(join(at, name), png);
  await writeFile(join(at, '04-no-png.png'), 'not a picture, whatever it is called');
  await writeFile(join(at, '05-short.png'), png.subarray(0, 12));
  await symlink(join(at, '02-redrive.png'), join(at, '06-link.png'));
  const found = await consoleScreenshots(folder.path);
  expect(found).toEqual([
    {
      number: 2,
      file: 'screenshots/console/02-redrive.png',
      width: 1920,
      height: expect.any(Number),
    },
  ]);
});

test('a console screenshot stands beside its proof, says that it is none, and is not called extra', async () => {
  await using folder = await runDocs();
  await mkdir(join(folder.path, consoleFolder), { recursive: true });
  await writeFile(join(folder.path, consoleFolder, '02-mine.png'), png);
  const before = await verifyDocs(folder.path);
  expect(before.shared.differing).toEqual(['index.html', 'proofs.md']);
  await publish(folder.path);
  const html = await readFile(join(folder.path, 'index.html'), 'utf8');
  const proof = html.slice(html.indexOf('id="proof-2-'), html.indexOf('id="proof-3-'));
  expect(proof).toContain('src="screenshots/console/02-mine.png"');
  expect(proof).toContain('It is no record');
  expect(html.match(/02-mine\.png"/g)).toHaveLength(2);
  const markdown = await readFile(join(folder.path, 'proofs.md'), 'utf8');
  expect(markdown).toContain('](screenshots/console/02-mine.png)');
  const { targets, shared } = await verifyDocs(folder.path);
  expect(shared).toMatchObject({ differing: [], missing: [], unexpected: [], findings: [] });
  expect(targets[0]?.manifest).toMatchObject({ edited: [], missing: [], extra: [] });
});

test('the manual says for each of the fifteen proofs, once, which screen of the console shows it', async () => {
  const pages = (await readdir(join(root, 'docs/manual'))).filter((name) => /^\d\d-/.test(name));
  const texts = pages.map((name) => readFile(join(root, 'docs/manual', name), 'utf8'));
  const all = (await Promise.all(texts)).join('\n');
  const said = [...all.matchAll(/^- Console screenshot (\d+): /gm)].map(([, number]) =>
    Number(number),
  );
  const numbers = (await allProofs()).map(({ number }) => number);
  expect(said.toSorted((a, b) => a - b)).toEqual(numbers);
});
