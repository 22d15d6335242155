import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { isExperimentFile } from '../experiments/list.ts';
import { isOfARun } from './made-files.ts';
import { root } from './settings.ts';

// Whoever opens a page in the middle and a new terminal can still paste what stands there: what a command needs
// stands before it.

/** What `lab env` sets for every command. */
const ofLabEnv = /^(LAB_INFRA|AWS_REGION|AWS_ACCOUNT_ID)$/;

const pages = [
  'README.md',
  'infra/notes.md',
  ...(await readdir(join(root, 'docs'), { recursive: true }))
    .map((name) => name.replaceAll('\\', '/'))
    // What the kit writes shows what was run then: nobody is to paste it.
    .filter((name) => name.endsWith('.md') && !isOfARun(name))
    // The kit types the commands of an experiment, into copies that are there only while it runs. Its page says so.
    .filter((name) => !name.startsWith('manual/') || !isExperimentFile(basename(name)))
    .map((name) => `docs/${name}`),
];

/** AWS commands of a page, in blocks and in lines, with where they stand. */
function commandsIn(page: string): { text: string; at: number }[] {
  const code = [...page.matchAll(/^```(?:bash|sh)\b.*\n([\s\S]*?)^```|`([^`\n]+)`/gm)];
  return code
    .map(({ 1: block, 2: inline, index }) => ({ text: block ?? inline ?? '', at: index }))
    .filter(({ text }) => /\baws [a-z]+ [a-z-]+/.test(text));
}

/** Variables that a command uses and that nothing before it on the page sets. */
function missingIn(page: string): string[] {
  return commandsIn(page).flatMap(({ text, at }) =>
    [...text.matchAll(/(?<![\\'])\$([A-Z][A-Z0-9_]+)\b/g)].flatMap(({ 1: name = '', index }) => {
      const before = page.slice(0, at) + text.slice(0, index);
      const source = ofLabEnv.test(name) ? 'lab env' : `${name}=`;
      return before.includes(source) ? [] : [`${name} in ${text.slice(0, 60)}`];
    }),
  );
}

test.each(pages)('%s sets every variable before a command uses it', async (path) => {
  expect(missingIn(await readFile(join(root, path), 'utf8'))).toEqual([]);
});

test('a page that does not is found', () => {
  const page =
    'Type `aws sqs purge-queue --queue-url "$DLQ_URL"`.\n\n```bash\naws x y "$LAB_INFRA"\n```\n';
  expect(missingIn(page)).toHaveLength(2);
  expect(missingIn(`eval "$(npx lab env)"; DLQ_URL=$(aws …)\n${page}`)).toEqual([]);
});
