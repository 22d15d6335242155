import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { listExperiments, loadExperiment } from '../experiments/list.ts';
import { namesOf, root } from './settings.ts';
import { listSteps } from '../judging/steps.ts';
import { isShipped } from '../testing/lab/shipped-steps.ts';

// The manual is the lab by hand: its commands are the steps' own, character by character.

const run = promisify(execFile);
const steps = await listSteps();

/** `01-create-dead-letter-queue` and so on: the numbered files of a folder, without their ending. */
async function numbered(folder: string, ending: string): Promise<string[]> {
  const files = await readdir(join(root, folder));
  return files
    .filter((file) => /^\d\d-/.test(file))
    .map((file) => (file.endsWith(ending) ? file.slice(0, -ending.length) : file))
    .toSorted();
}

/** Commands of a text: comment lines and blank lines left out, a line that ends in `\` goes on in the next. */
function commandsOf(text: string): string[] {
  const commands: string[] = [];
  let goesOn = false;
  for (const line of text.split('\n').map((part) => part.trimEnd())) {
    if (!goesOn && (line === '' || line.startsWith('#'))) continue;
    if (goesOn) commands.push(`${commands.pop()}\n${line}`);
    else commands.push(line);
    goesOn = line.endsWith('\\');
  }
  return commands;
}

/** The ```bash blocks of a page; a block with more words behind `bash` (```bash alternative) is not the step's. */
function bashBlocks(page: string): string {
  const blocks = [...page.matchAll(/^```bash\n([\s\S]*?)^```$/gm)];
  return blocks.map(([, block = '']) => block).join('\n');
}

async function dryRun(number: string): Promise<string> {
  const { LAB_PREFIX: _, ...environment } = process.env;
  const { stdout } = await run(process.execPath, ['src/cli.ts', 'step', number, '--dry-run'], {
    cwd: root,
    env: environment,
  });
  return stdout;
}

test('every step has its check and its manual page, and there is no check or page without a step', async () => {
  const names = await numbered('steps', '.ts');
  expect(names.length, 'steps/ has numbered files').toBeGreaterThan(0);
  expect(await numbered('checks', '.ts'), 'checks/ against steps/').toEqual(names);
  expect(await numbered('docs/manual', '.md'), 'docs/manual/ against steps/').toEqual(names);
});

describe.each(await listExperiments())('manual page $number-$name of an experiment', (entry) => {
  const path = `docs/manual/${entry.number}-${entry.name}.md`;

  test('has exactly the commands that its step types, in the same order', async () => {
    const page = await readFile(join(root, path), 'utf8');
    const [pointing, ...typed] = commandsOf(await dryRun(entry.number));
    expect(pointing).toBe('eval "$(npx lab env)"');
    expect(commandsOf(bashBlocks(page))).toEqual(typed);
  });

  test('says that its copies, and so their addresses, are there only while it runs', async () => {
    const page = await readFile(join(root, path), 'utf8');
    expect(page).toMatch(/The kit builds (?:the copies )?`lab01-x/);
    const saysWho = bashBlocks(page) === '' || page.includes('the kit types');
    expect(saysWho).toBe(true);
  });

  test('has the title of the experiment, says how to run it, and links every rule', async () => {
    const page = await readFile(join(root, path), 'utf8');
    const { title, rules } = await loadExperiment(namesOf(''), entry);
    expect(page.split('\n')[0]).toBe(`# ${entry.number} ${title}`);
    expect(page).toContain(`npx lab experiment ${entry.number}`);
    const links = (rule: string) => page.includes(`](../exam-notes.md#${rule.toLowerCase()}-`);
    expect(rules.filter((rule) => !links(rule))).toEqual([]);
  });
});

describe.each(steps)('manual page $number-$name', ({ number, name }) => {
  const path = `docs/manual/${number}-${name}.md`;
  const page = readFile(join(root, path), 'utf8').catch(() => '');

  test('has exactly the commands of its step, in the same order', async () => {
    const onPage = commandsOf(bashBlocks(await page));
    const [pointing, ...typed] = commandsOf(await dryRun(number));
    // Pasted into a new terminal, it goes to the lab all the same.
    expect(pointing).toBe('eval "$(npx lab env)"');
    expect(typed.length, `npx lab step ${number} --dry-run prints commands`).toBeGreaterThan(0);
    const most = Math.max(onPage.length, typed.length);
    for (let i = 0; i < most; i += 1) {
      const shown = onPage[i] ?? typed[i];
      expect(onPage[i], `${path}, command ${i + 1}: ${shown}`).toBe(typed[i]);
    }
  });

  test('says how to point a new terminal at the lab, before its first command', async () => {
    const [, section = ''] = (await page).split('\n## In the terminal\n');
    expect(section.split('```')[0]).toContain('In a new terminal first: `eval "$(npx lab env)"`');
  });

  test('names its check and every proof of it', async () => {
    const text = await page;
    const source = await readFile(join(root, 'checks', `${number}-${name}.ts`), 'utf8');
    expect(text, `${path} names its check`).toMatch(
      new RegExp(String.raw`npx lab check ${Number(number)}\b`),
    );
    const check = text.slice(text.indexOf('\n## Check'));
    for (const [, proof] of source.matchAll(/^\s+number: (\d+),$/gm)) {
      expect(check, `${path} names proof ${proof}`).toMatch(
        new RegExp(String.raw`\bproofs? [\d, and]*\b${proof}\b`, 'i'),
      );
    }
  });
});

test('a dry run names the target that it was given, with the variables that lead there', async () => {
  const words = ['src/cli.ts', 'step', '1', '--dry-run', '--profile', 'ada'];
  const environment = { PATH: process.env['PATH'] ?? '', LAB_PREFIX: 'ada-' };
  const { stdout } = await run(process.execPath, words, { cwd: root, env: environment });
  expect(commandsOf(stdout).slice(0, 2)).toEqual([
    'export LAB_PREFIX=ada-',
    'eval "$(LAB_TARGET=aws npx lab env --profile ada)"',
  ]);
});

test('a dry run of the whole lab points the terminal once', async () => {
  const { stdout } = await run(process.execPath, ['src/cli.ts', 'run', '--dry-run'], { cwd: root });
  expect(stdout.split('\n')[0]).toBe('eval "$(npx lab env)"');
  expect(stdout.match(/lab env/g)).toHaveLength(1);
});

test('the manual lists every page in the order of the steps', async () => {
  const index = await readFile(join(root, 'docs', 'manual', 'README.md'), 'utf8');
  const linked = [...index.matchAll(/^\| \[[^\]]+\]\((\d\d-[a-z0-9-]+)\.md\)/gm)].map(
    ([, link]) => link,
  );
  const pages = [...steps.filter(isShipped), ...(await listExperiments())];
  expect(linked).toEqual(pages.map(({ number, name }) => `${number}-${name}`));
});
