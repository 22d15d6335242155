/**
 * `node src/setup/write-emulators.ts`: writes docs/emulators.md from docs/emulators/*.json, the results of
 * `lab conformance --out FILE` with the name, version and home of what was tried beside them.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../lab/settings.ts';
import type { Agreement, Conformance } from '../commands/conformance.ts';

interface Tried extends Conformance {
  readonly name: string;
  readonly version: string;
  readonly home: string;
}

const folder = join(root, 'docs', 'emulators');

const signs: Record<Agreement, string> = {
  agrees: '✓ agrees',
  differs: '✗ differs',
  'not reached': '– not reached',
  'not served': '– not served',
};

/** The page, made of all results. The same results give the same bytes. */
export async function emulatorsPage(): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
  const texts = names.map((name) => readFile(join(folder, name), 'utf8'));
  const all = (await Promise.all(texts)).map((text) => JSON.parse(text) as Tried);
  const numbers = [...new Set(all.flatMap(({ rows }) => rows.map(({ number }) => number)))];
  const titles = new Map(all.flatMap(({ rows }) => rows.map((row) => [row.number, row.title])));
  const rowOf = (tried: Tried, number: string) => tried.rows.find((row) => row.number === number);
  const cell = (tried: Tried, number: string) => {
    const row = rowOf(tried, number);
    return row === undefined ? 'not tried' : signs[row.agreement];
  };
  const table = [
    `| No. | What | ${all.map(({ name }) => name).join(' | ')} |`,
    `| --- | --- | ${all.map(() => '---').join(' | ')} |`,
    ...numbers
      .toSorted()
      .map(
        (number) =>
          `| ${number} | ${titles.get(number) ?? ''} | ${all.map((one) => cell(one, number)).join(' | ')} |`,
      ),
  ];
  const differences = all.flatMap(({ name, rows }) => {
    const lines = rows.flatMap(({ number, reasons }) =>
      reasons.map((reason) => `- ${number}: ${reason}`),
    );
    return lines.length === 0 ? [] : [`### ${name}`, lines.join('\n')];
  });
  return `${[
    '# Emulators, held to the rules of AWS',
    '`npx lab conformance --endpoint http://127.0.0.1:PORT` runs the lab and all experiments on whatever speaks AWS there, and says what agrees with AWS’s rules, what does not, and what is not served. This page is made of such results by `node src/setup/write-emulators.ts`. Our own sandbox is held to the same; "agrees" means the rules of AWS’s documentation and recordings, not a comparison with a live account.',
    [
      '| Name | Version | Tried on | Where it comes from |',
      '| --- | --- | --- | --- |',
      ...all.map((one) => `| ${one.name} | ${one.version} | ${one.date} | ${one.home} |`),
    ].join('\n'),
    'Others were not tried: they need Docker, a licence, or packages that could not be had where this was written.',
    '## Step by step',
    table.join('\n'),
    ...(differences.length === 0 ? [] : ['## What differs', ...differences]),
  ].join('\n\n')}\n`;
}

if (import.meta.main) await writeFile(join(root, 'docs', 'emulators.md'), await emulatorsPage());
