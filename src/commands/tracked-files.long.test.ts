import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleDocs } from '../lab/made-files.ts';
import { temporaryCheckout, temporaryFolder } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';
import { commitAll, gitStatus } from '../testing/lab/in-git.ts';

// One's own runs, the sample, and what is in git: apart from each other.

let checkout: Checkout;
let docs: string;

/** With two steps done and their evidence recorded: a part of a run. */
beforeAll(async () => {
  checkout = await temporaryCheckout();
  docs = join(checkout.root, 'docs');
  await commitAll(checkout);
  await lab('step', '1');
  await lab('step', '2');
  await lab('check');
});

afterAll(() => checkout.remove());

/** @throws Error when it ends other than with a verdict */
async function lab(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await checkout.lab(words);
  if (code !== 0 && code !== 1) throw new Error(`lab ${words.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

const made = (name: string) => readFile(join(docs, name), 'utf8');

const ownFiles = [
  '?? docs/evidence/',
  '?? docs/index.html',
  '?? docs/measured.md',
  '?? docs/proofs.md',
  '?? docs/screenshots/',
];

test('no command changes or deletes a file that is in git: what it writes is new', async () => {
  expect((await gitStatus(checkout)).toSorted()).toEqual(ownFiles);
  const commands = [
    ['step', '2'],
    ['check', '1'],
    ['check', '--junit', 'results.xml'],
    ['pictures'],
    ['verify'],
    ['verify', 'docs/sample'],
    ['redaction'],
    ['hint', '3'],
    ['status'],
    ['doctor'],
    ['env'],
    ['steps'],
    ['class', '--evidence', 'docs', '--out', 'report'],
  ];
  for (const command of commands) {
    await lab(...command);
    const changed = (await gitStatus(checkout)).filter((line) => !line.startsWith('??'));
    expect({ command, changed }).toEqual({ command, changed: [] });
  }
});

test('half of a run shows its own proofs, on no page the sample, and says what is missing', async () => {
  const [markdown, html, measured] = await Promise.all(
    ['proofs.md', 'index.html', 'measured.md'].map((name) => made(name)),
  );
  expect(markdown?.match(/^### .*/gm)).toHaveLength(2);
  expect(markdown).toContain('- Proofs: 2 of 15');
  expect(markdown).toContain('## Missing: 13 of 15 proofs');
  expect(markdown).toMatch(/^- Proof 14, .*: `npx lab check 9`$/m);
  expect(html).toContain('<h2>Missing: 13 of 15 proofs</h2>');
  expect(`${markdown}${html}${measured}`).not.toContain('SAMPLE');
  expect(measured).toContain('Nothing measured yet; `npx lab check 9` fills this in.');
});

test('the sample, copied beside half of a run, is on no page, and is named by lab verify', async () => {
  await using other = await temporaryCheckout();
  await cp(join(docs, 'evidence'), join(other.root, 'docs/evidence'), { recursive: true });
  const folder = 'evidence/sandbox';
  const own = new Set(await readdir(join(docs, folder)));
  const borrowed = (await readdir(join(sampleDocs, folder))).filter(
    (name) => /^\d.*\.json$/.test(name) && !own.has(name),
  );
  for (const name of borrowed)
    await cp(join(sampleDocs, folder, name), join(other.root, 'docs', folder, name));
  await other.lab(['pictures']);
  for (const name of ['proofs.md', 'measured.md'])
    expect(await readFile(join(other.root, 'docs', name), 'utf8')).toBe(await made(name));
  const { stdout } = await other.lab(['verify']);
  expect(stdout).toContain(`SAMPLE: ${borrowed.length} of 12 files are of the sample run`);
});

test('the sample is verified in its place, and has nothing of one’s own in another', async () => {
  expect(await checkout.lab(['verify', 'docs/sample'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Evidence in docs/sample  [SAMPLE, SANDBOX]'),
  });
  await using other = await temporaryCheckout();
  const nothing = await other.lab(['verify']);
  expect(nothing).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no evidence of yours in docs/evidence/ yet'),
  });
  expect(await other.lab(['pictures'])).toMatchObject({ code: 2 });
  await cp(join(other.root, 'docs/sample'), join(other.root, 'docs'), { recursive: true });
  expect(await other.lab(['verify'])).toMatchObject({
    code: 2,
    stdout: expect.stringContaining('SAMPLE: This is the sample run that ships with the kit'),
  });
});

test('a class finds the sample, handed in as one’s own, when the instructor has run the lab, too', async () => {
  await using handedIn = await temporaryFolder();
  await cp(sampleDocs, join(handedIn.path, 'ada', 'docs'), { recursive: true });
  const stdout = await lab('class', '--evidence', handedIn.path, '--json');
  const { learners } = JSON.parse(stdout) as { learners: readonly { state: string }[] };
  expect(learners).toEqual([
    expect.objectContaining({
      state: 'not started',
      reason: expect.stringContaining('the sample that comes with the kit'),
    }),
  ]);
});
