import { createHash } from 'node:crypto';
import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPromise } from 'yauzl';
import type { Entry } from 'yauzl';
import { root } from '../lab/settings.ts';
import { runChild, temporaryFolder } from '../testing/lab/checkout.ts';
import type { Ended } from '../testing/lab/checkout.ts';

const script = join(root, 'src', 'scripts', 'bundle-worker.ts');
const environment = { PATH: process.env['PATH'] ?? '' };

function bundleTo(target: string[], timeZone: string, cwd: string): Promise<Ended> {
  return runChild(process.execPath, [script, ...target], {
    cwd,
    environment: { ...environment, TZ: timeZone },
  });
}

async function unzipped(path: string): Promise<{ entry: Entry; content: Buffer }[]> {
  const zip = await openPromise(path);
  const entries: { entry: Entry; content: Buffer }[] = [];
  for await (const entry of zip.eachEntry()) {
    entries.push({ entry, content: await buffer(await zip.openReadStreamPromise(entry)) });
  }
  zip.close();
  return entries;
}

describe('a bundle', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let ended: Ended;
  let entries: Awaited<ReturnType<typeof unzipped>>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    ended = await bundleTo(['worker.zip'], 'UTC', folder.path);
    entries = await unzipped(join(folder.path, 'worker.zip'));
  });

  afterAll(() => folder.remove());

  test('is one file, index.mjs, stored, readable by all, dated 1980', () => {
    expect(entries).toHaveLength(1);
    const [{ entry }] = entries as [{ entry: Entry; content: Buffer }];
    expect(entry.fileName).toBe('index.mjs');
    expect(entry.compressionMethod).toBe(0);
    expect(entry.externalFileAttributes >>> 16).toBe(0o100644);
    expect(entry.getLastModDate({ timezone: 'UTC' }).toISOString()).toBe(
      '1980-01-01T00:00:00.000Z',
    );
  });

  test('exports a handler that works as the source does', async () => {
    const [file] = entries;
    const path = join(folder.path, 'index.mjs');
    await writeFile(path, file?.content ?? '');
    const call = [
      `import { handler } from ${JSON.stringify(pathToFileURL(path).href)};`,
      'const record = (messageId, body) =>',
      "  ({ messageId, body, attributes: { ApproximateReceiveCount: '1' } });",
      "const Records = [record('good', 'hello'), record('poison', 'FAIL')];",
      'const log = console.log;',
      'console.log = () => {};',
      "const answer = await handler({ Records }, { awsRequestId: 'r' });",
      'log(JSON.stringify([handler.length, answer]));',
    ].join('\n');
    const answer = await runChild(process.execPath, ['--input-type=module', '--eval', call], {
      cwd: folder.path,
      environment,
    });
    expect(answer.stderr).toBe('');
    expect(JSON.parse(answer.stdout)).toEqual([
      2,
      { batchItemFailures: [{ itemIdentifier: 'poison' }] },
    ]);
  });

  test('holds no type, no comment on licences and no path of this machine', () => {
    const code = entries[0]?.content.toString() ?? '';
    expect(code).toContain('batchItemFailures');
    expect(code).not.toContain('SQSHandler');
    expect(code).not.toContain(root);
  });

  test('is announced with its size and the digest that Lambda will show', async () => {
    const bytes = await readFile(join(folder.path, 'worker.zip'));
    const digest = createHash('sha256').update(bytes).digest('base64');
    expect(ended).toEqual({
      code: 0,
      stdout: `worker.zip  ${bytes.length} bytes\nCodeSha256  ${digest}\n`,
      stderr: '',
    });
  });

  test('leaves no half-written file behind', async () => {
    await expect(access(join(folder.path, 'worker.zip.new'))).rejects.toThrow('ENOENT');
  });
});

test('the same source gives the same bytes, in every time zone and from every folder', async () => {
  await using here = await temporaryFolder();
  await using there = await temporaryFolder();
  await bundleTo(['worker.zip'], 'Pacific/Kiritimati', here.path);
  await bundleTo(['again.zip'], 'Pacific/Kiritimati', here.path);
  await bundleTo(['worker.zip'], 'America/St_Johns', there.path);
  const first = await readFile(join(here.path, 'worker.zip'));
  expect(first.equals(await readFile(join(here.path, 'again.zip')))).toBe(true);
  expect(first.equals(await readFile(join(there.path, 'worker.zip')))).toBe(true);
});

test('without a target the script says how it is used, and writes nothing', async () => {
  await using folder = await temporaryFolder();
  const { code, stderr } = await bundleTo([], 'UTC', folder.path);
  expect(code).toBe(2);
  expect(stderr).toContain('Usage: node src/scripts/bundle-worker.ts');
  expect(await readdir(folder.path)).toEqual([]);
});
