import { argv } from 'node:process';
import { realpathSync } from 'node:fs';
import type { Check, CheckResult, Circumstances, ExpectationResult, Outcome } from './check.ts';
import { judge } from './judge.ts';
import { keepEvidence } from './evidence/keep.ts';
import { shortJson } from './evidence/record.ts';
import type { RecordedProof } from './evidence/record.ts';
import { options } from './options.ts';
import { session } from './session.ts';
import { bold, dim, green, labelled, red, say, yellow } from './terminal.ts';

export interface CheckRun {
  readonly result: CheckResult;
  readonly proofs: readonly RecordedProof[];
  readonly evidenceFile: string | undefined;
}

/** 0: all hold. 1: something is wrong. 2: it could not be judged. */
export const exitCodes: Record<Outcome, number> = { pass: 0, fail: 1, 'not judged': 2 };

/** Judges one check, prints its result and, when it passed, records its evidence. */
export async function runCheck<T>(
  check: Check<T>,
  circumstances: Circumstances = {},
): Promise<CheckRun> {
  const judged = await judge(check, circumstances);
  const { result, observed } = judged;
  const silent = options().json;
  if (!silent) await printResult(result);
  if (result.outcome !== 'pass' || observed === undefined)
    return { result, proofs: [], evidenceFile: undefined };
  const { proofs, file } = await keepEvidence(check, judged);
  if (!silent && file !== undefined) printProofs(proofs, file);
  return { result, proofs, evidenceFile: file };
}

async function printResult({ step, title, outcome, expectations }: CheckResult): Promise<void> {
  const { target } = await session();
  say(
    `${bold(`Check ${step}  ${title}`)}  [${target === 'sandbox' ? green('SANDBOX') : yellow('AWS')}]`,
  );
  for (const expectation of expectations) printExpectation(expectation);
  const passed = expectations.filter((expectation) => expectation.outcome === 'pass').length;
  say(`  ${verdict(outcome)}  ${passed} of ${expectations.length}`);
}

function verdict(outcome: Outcome): string {
  if (outcome === 'pass') return green('PASS');
  return outcome === 'fail' ? red('FAIL') : yellow('NOT JUDGED');
}

function printExpectation({
  outcome,
  claim,
  actual,
  expected,
  hints,
  reason,
  source,
}: ExpectationResult): void {
  if (outcome === 'pass') {
    say(`  ${green('✓')} ${claim}  ${dim(clipped(shortJson(actual)))}`);
  } else if (outcome === 'fail') {
    say(`  ${red('✗')} ${claim}`);
    say(`      ${labelled('expected', shortJson(expected))}`);
    say(`      ${labelled('actual', shortJson(actual))}`);
    say(`      ${labelled('hint', hints?.hint ?? '')}`);
    say(`      ${labelled('source', source)}`);
  } else {
    say(`  ${yellow('-')} ${claim}`);
    say(`      not judged: ${reason ?? 'no reason given'}`);
  }
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function printProofs(proofs: readonly RecordedProof[], file: string): void {
  const numbers = proofs.map(({ number }) => number).join(', ');
  say(`  ${dim('evidence')} ${file}${numbers === '' ? '' : ` (proof ${numbers})`}`);
  say();
}

/** A check file can be run by itself (`npx zx checks/01-….ts`): then it judges; imported, it is only data. */
export async function runAlone<T>(meta: ImportMeta, check: () => Check<T>): Promise<void> {
  const scripts = argv.filter((argument) => argument.endsWith('.ts')).map((path) => realpath(path));
  if (!scripts.includes(realpath(meta.filename))) return;
  const { result } = await runCheck(check());
  if (options().json) say(JSON.stringify(result, null, 2));
  process.exitCode = exitCodes[result.outcome];
}

function realpath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
