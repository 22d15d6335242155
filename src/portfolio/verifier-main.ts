import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { argv } from 'node:process';
import { bold, dim, green, printable, red, say, yellow } from '../lab/terminal.ts';
import { verifyPortfolio } from './verify-portfolio.ts';
import type { Held } from './verify-portfolio.ts';

// The program in verify.mjs: `node verify.mjs [FOLDER]`, without a folder for the one in which it lies. Exit code 0: all holds;
// 1: something does not; 2: wrong use, or no portfolio.

const cannotProve =
  'This detects accidental edits, not forgery. It does not prove who ran the lab, or when: the time of the commit, and the author’s answers to your questions, do.';

const mostProblems = 20;

const oneLine = (text: string) =>
  printable(text)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`)
    .slice(0, 300);

function print({ text, problems }: Held): void {
  say(`  ${problems.length === 0 ? green('✓') : red('✗')} ${oneLine(text)}`);
  for (const { path, problem } of problems.slice(0, mostProblems))
    say(`      ${oneLine(`${path}: ${problem}`)}`);
  if (problems.length > mostProblems) say(`      and ${problems.length - mostProblems} more`);
}

async function main(words: readonly string[]): Promise<number> {
  if (words.length > 1) {
    say('Usage: node verify.mjs [FOLDER]');
    return 2;
  }
  const folder = resolve(words[0] ?? dirname(realpathSync(argv[1] ?? '.')));
  const { label, period, held, added } = await verifyPortfolio(folder);
  const when = period === undefined ? '' : `  recorded ${period.from} to ${period.to}`;
  say(`${bold('Portfolio')}  [${label}]${dim(when)}`);
  for (const one of held) print(one);
  if (added.length > 0) {
    const shown = added.slice(0, 5).join(', ');
    const more = added.length > 5 ? ` and ${added.length - 5} more` : '';
    say(`  ${yellow('–')} ${oneLine(`added by the owner, not looked at: ${shown}${more}`)}`);
  }
  say('  – PNG pictures and console screenshots are held against SHA256SUMS alone.');
  say(`Note     ${cannotProve}`);
  return held.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

process.exitCode = await main(argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`Cannot verify: ${printable(String(error))}\n`);
  return 2;
});
