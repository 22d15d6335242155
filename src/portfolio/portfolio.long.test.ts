import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleDocs } from '../lab/made-files.ts';
import { talkingPoints } from '../page/words.ts';
import { Memory } from '../redaction/memory.ts';
import { ownCheckout } from '../testing/evidence/own-checkout.ts';
import { runDocs, textOf, wholeRun } from '../testing/evidence/run-docs.ts';
import { browserPath, looks, openBrowser, openFile, violations } from '../testing/lab/browser.ts';
import { runChild, temporaryCheckout, temporaryFolder } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';
import {
  corpus,
  corpusAccount,
  corpusMachine,
  leaksOf,
} from '../testing/redaction/redact-corpus.ts';
import { portfolioFiles } from './portfolio.ts';
import { verifyCommands } from './readme.ts';
import { filesIn } from './sums.ts';

const run = promisify(execFile);

/** What a reader does with the commands of the README: nothing of the kit is at hand. */
async function verified(folder: string) {
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const commands = /## Verify it yourself[\s\S]*?```sh\n([\s\S]*?)\n```/
    .exec(readme)?.[1]
    ?.split('\n');
  expect(commands).toEqual([...verifyCommands]);
  const environment = { PATH: process.env['PATH'] ?? '', HOME: folder };
  const ended = [];
  for (const command of commands ?? [])
    ended.push(await runChild('bash', ['-c', command], { cwd: folder, environment }));
  return ended;
}

const codes = async (folder: string) => (await verified(folder)).map(({ code }) => code);

describe('a portfolio', () => {
  let checkout: Checkout;
  let places: Awaited<ReturnType<typeof temporaryFolder>>;
  let exported: string;

  beforeAll(async () => {
    checkout = await ownCheckout();
    places = await temporaryFolder();
    exported = join(places.path, 'exported');
    await checkout.lab(['portfolio', exported]);
  });

  afterAll(async () => {
    await places.remove();
    await checkout.remove();
  });

  async function copy(name: string): Promise<string> {
    const folder = join(places.path, name);
    await cp(exported, folder, { recursive: true });
    return folder;
  }

  test('cloned into an empty folder, it verifies itself with the two commands of its README', async () => {
    const repository = await copy('repository');
    const git = (...words: string[]) =>
      run('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...words], {
        cwd: repository,
      });
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '--all');
    await git('commit', '--quiet', '--message=Lab 01');
    const clone = join(places.path, 'clone');
    await run('git', ['clone', '--quiet', repository, clone]);
    const [sums, program] = await verified(clone);
    expect(sums).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(program).toMatchObject({ code: 0, stderr: '' });
    expect(program?.stdout).toContain('✓ 12 of 12 verdicts are reached again');
    expect(program?.stdout).toContain('✓ 15 of 15 proofs are there');
    expect(program?.stdout).not.toContain('✗');
  });

  test('one byte changed in any file of it is named, in the files that people read by both commands', async () => {
    const folder = await copy('changed');
    const paths = (await filesIn(folder)).filter(
      (path) => !/^(SHA256SUMS|verify\.mjs|README\.md)$/.test(path),
    );
    expect(paths.length).toBeGreaterThan(90);
    for (const path of paths) {
      const content = await readFile(join(folder, path));
      const changed = Buffer.from(content);
      const at = Math.floor(changed.length / 2);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await writeFile(join(folder, path), changed);
    }
    const [sums, program] = await verified(folder);
    expect([sums?.code, program?.code]).toEqual([1, 1]);
    for (const path of paths) expect(sums?.stdout).toContain(`${path}: FAILED`);
    const few = await copy('changed-by-one');
    for (const path of [
      'docs/index.html',
      'docs/evidence/sandbox/02-create-source-queue.json',
      'worker/worker.ts',
      'infra/create-function.json',
      'docs/screenshots/sandbox/02-redrive-policy.png',
    ]) {
      const content = await readFile(join(few, path));
      await writeFile(join(few, path), Buffer.concat([content, Buffer.from(' ')]));
      const ended = await verified(few);
      expect(ended.map(({ code }) => code)).toEqual([1, 1]);
      for (const { stdout } of ended) expect(stdout).toContain(path);
      await writeFile(join(few, path), content);
    }
    expect(await codes(few)).toEqual([0, 0]);
  });

  test('a changed evidence file is named also when all digests were made again', async () => {
    const folder = await copy('forged');
    const path = 'docs/evidence/sandbox/02-create-source-queue.json';
    const text = await readFile(join(folder, path), 'utf8');
    await writeFile(
      join(folder, path),
      text.replace('"VisibilityTimeout": "30"', '"VisibilityTimeout": "31"'),
    );
    expect(await readFile(join(folder, path), 'utf8')).not.toBe(text);
    const list = (await filesIn(folder)).filter((one) => one !== 'SHA256SUMS');
    const { stdout } = await run('sha256sum', list, { cwd: folder });
    await writeFile(join(folder, 'SHA256SUMS'), stdout);
    const [sums, program] = await verified(folder);
    expect([sums?.code, program?.code]).toEqual([0, 1]);
    expect(program?.stdout).toContain(path);
  });

  test('a file that was put in is named; the owner’s own words are left alone, and said not to be looked at', async () => {
    const folder = await copy('more');
    await writeFile(join(folder, 'ABOUT.md'), 'Me.\n');
    expect(await codes(folder)).toEqual([0, 0]);
    const [, program] = await verified(folder);
    expect(program?.stdout).toContain('added by the owner, not looked at: ABOUT.md');
    await writeFile(join(folder, 'docs/evidence/sandbox/16-more.txt'), 'proof');
    const [, again] = await verified(folder);
    expect(again?.code).toBe(1);
    expect(again?.stdout).toContain('docs/evidence/sandbox/16-more.txt: not of the export');
  });

  test('running it again updates it; what its owner has edited stops it, and nothing is written', async () => {
    const folder = await copy('again');
    await mkdir(join(folder, '.git'));
    await writeFile(join(folder, 'ABOUT.md'), 'Me.\n');
    await rm(join(folder, 'docs/index.html'));
    const updated = await checkout.lab(['portfolio', folder]);
    expect(updated).toMatchObject({ code: 0, stderr: '' });
    expect(updated.stdout).toContain('1 written');
    expect(await codes(folder)).toEqual([0, 0]);
    expect(await readFile(join(folder, 'ABOUT.md'), 'utf8')).toBe('Me.\n');
    await appendFile(join(folder, 'README.md'), 'Hire me.\n');
    const stopped = await checkout.lab(['portfolio', folder]);
    expect(stopped).toMatchObject({ code: 2, stdout: '' });
    expect(stopped.stderr).toContain('README.md changed since the last export');
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toMatch(/Hire me\.\n$/);
  });

  test.each([
    ['a file', 'file', 'is a file, and not a folder'],
    [
      'a folder with something else in it',
      'full',
      'is not empty and holds no portfolio (letter.txt)',
    ],
    ['a folder in docs/', 'docs', 'is in docs/ of the kit'],
    ['a link into docs/', 'link', 'is in docs/ of the kit'],
  ])('%s takes none, and loses nothing', async (_, name, reason) => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'file'), 'mine');
    await mkdir(join(folder.path, 'full'));
    await writeFile(join(folder.path, 'full', 'letter.txt'), 'mine');
    await symlink(join(checkout.root, 'docs'), join(folder.path, 'link'));
    const place = {
      docs: join(checkout.root, 'docs', 'portfolio'),
      link: join(folder.path, 'link', 'portfolio'),
    }[name];
    const { code, stderr } = await checkout.lab(['portfolio', place ?? join(folder.path, name)]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(reason) });
    expect(await readFile(join(folder.path, 'file'), 'utf8')).toBe('mine');
    expect(await readdir(join(folder.path, 'full'))).toEqual(['letter.txt']);
    expect(await readdir(join(checkout.root, 'docs'))).not.toContain('portfolio');
  });

  test('no exported file has a talking point, and none is called by one of the kit', async () => {
    for (const path of await filesIn(exported)) {
      const text = await readFile(join(exported, path), 'latin1');
      for (const { point } of talkingPoints) expect(text).not.toContain(point.slice(0, 40));
    }
    expect(await readFile(join(exported, 'docs/index.html'), 'utf8')).not.toContain('npx lab');
  });

  test('a run that is not whole, or was edited, is refused with what is wrong', async () => {
    await using other = await ownCheckout();
    const target = join(places.path, 'refused');
    await rm(join(other.root, 'docs/evidence/sandbox/09-watch-retries.json'));
    const missing = await other.lab(['portfolio', target]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('Missing: proof 14');
    await cp(
      join(checkout.root, 'docs/evidence/sandbox'),
      join(other.root, 'docs/evidence/sandbox'),
      { recursive: true },
    );
    await appendFile(
      join(other.root, 'docs/evidence/sandbox/01-create-dead-letter-queue.json'),
      ' ',
    );
    const edited = await other.lab(['portfolio', target]);
    expect(edited.code).toBe(1);
    expect(edited.stderr).toContain('evidence/sandbox/01-create-dead-letter-queue.json was edited');
    expect(await readdir(places.path)).not.toContain('refused');
  });

  describe.skipIf(browserPath === undefined)('in a real browser', () => {
    test.each(looks)('$name: axe finds nothing on its page and on its README', async (look) => {
      const { default: markdownIt } = (await import(
        pathToFileURL(createRequire(import.meta.url).resolve('markdown-it')).href
      )) as { default: (options: object) => { render(text: string): string } };
      const readme = await readFile(join(exported, 'README.md'), 'utf8');
      const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>README</title><main>${markdownIt({ html: true }).render(readme)}</main></html>`;
      const folder = await copy(`axe-${look.name.replaceAll(' ', '-')}`);
      await writeFile(join(folder, 'readme.html'), html);
      const browser = await openBrowser();
      try {
        for (const file of ['readme.html', 'docs/index.html']) {
          const { page, requested, close } = await openFile(
            browser,
            pathToFileURL(join(folder, file)).href,
            look,
          );
          await page.evaluate(
            'for (const each of document.querySelectorAll("details")) each.open = true',
          );
          expect(await violations(page)).toEqual([]);
          const broken = await page.evaluate(
            `Promise.all([...document.images].map((image) => image.decode().then(() => '', () => image.src))).then((found) => found.filter((src) => src !== ''))`,
          );
          expect(broken).toEqual([]);
          expect(requested).toEqual([]);
          await close();
        }
      } finally {
        await browser.close();
      }
    });
  });
});

test.each([
  ['the sample, copied', () => true],
  ['the sample in part', (name: string) => name.startsWith('02')],
])('%s is refused, with the reason', async (_, isCopied) => {
  await using own = await ownCheckout();
  await using checkout = await temporaryCheckout();
  const folder = 'docs/evidence/sandbox';
  await cp(join(own.root, folder), join(checkout.root, folder), { recursive: true });
  const sample = join(sampleDocs, 'evidence/sandbox');
  for (const name of (await readdir(sample)).filter((one) => isCopied(one)))
    await cp(join(sample, name), join(checkout.root, folder, name), { recursive: true });
  const { code, stderr } = await checkout.lab(['portfolio', join(checkout.root, 'out')]);
  expect(code).toBe(1);
  expect(stderr).toContain('of the sample run that ships with the kit');
  expect(await readdir(checkout.root)).not.toContain('out');
});

test('nothing recorded is said, and the sample beside it does not count', async () => {
  await using checkout = await temporaryCheckout();
  const { code, stderr } = await checkout.lab(['portfolio', join(checkout.root, 'out')]);
  expect(code).toBe(2);
  expect(stderr).toContain('There is no run of yours to export');
});

test('seeded account ids, keys, names, host names and home folders are in no exported file', async () => {
  await using docs = await runDocs();
  const path = 'evidence/sandbox/05-bundle-worker.json';
  const evidence = (await wholeRun()).get(path);
  const seeds = corpus.flatMap(({ forms }) =>
    forms.map((form) => `// ${form.replaceAll('\n', ' ')}`),
  );
  const proofs = evidence?.proofs.map((proof) => ({
    ...proof,
    output: proof.output.replace(/^CodeSha256/m, `${seeds.join('\n')}\nCodeSha256`),
  }));
  const seeded = textOf({ ...evidence, proofs });
  expect(leaksOf(seeded).length).toBeGreaterThan(40);
  await writeFile(join(docs.path, path), seeded);
  const paths = [...(await wholeRun()).keys()];
  const files = await portfolioFiles(
    docs.path,
    { target: 'sandbox', paths, remarks: [] },
    { memory: new Memory([corpusAccount]), machine: corpusMachine },
  );
  expect(files.get('worker/worker.ts')).toContain('// ');
  const leaks = [...files].map(([name, content]) => [name, leaksOf(content)] as const);
  expect(leaks.filter(([, found]) => found.length > 0)).toEqual([]);
});
