import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { cliCommand } from '../ask.ts';
import type { Check, CheckResult, Judged, Proof } from '../check.ts';
import { runOrThrow } from '../command.ts';
import { CommandError, LabError } from '../errors.ts';
import { redactor } from '../redact.ts';
import { session } from '../session.ts';
import type { Session } from '../session.ts';
import { lab, root } from '../settings.ts';
import type { Observation } from '../witness.ts';
import { writeWhole } from '../write-whole.ts';

/** One proof as recorded: the command as typed, and what it really printed. */
export interface RecordedProof {
  readonly number: number;
  readonly name: string;
  readonly title: string;
  readonly command: string;
  readonly output: string;
}

export interface Evidence {
  readonly target: 'AWS' | 'SANDBOX';
  readonly check: string;
  readonly title: string;
  readonly verdict: 'pass';
  /** ISO time on the clock of the target: on the sandbox the lab clock, as in its logs. */
  readonly time: string;
  readonly region: string;
  /** An alias, the same one wherever the account is named. */
  readonly accountId: string;
  /** LAB_PREFIX of the learner. */
  readonly prefix: string;
  readonly versions: { readonly kit: string; readonly node: string; readonly awsCli: string };
  /** All that the verdict was reached by: it can be reached again from here. */
  readonly observations: readonly Observation[];
  readonly expectations: CheckResult['expectations'];
  readonly proofs: readonly RecordedProof[];
}

/** Where the evidence of a check lies, without its ending. */
export function evidenceFile(
  { step, title }: Pick<CheckResult, 'step' | 'title'>,
  target: Session['target'],
): string {
  const name = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return join(root, 'docs', 'evidence', target, `${step}-${name}`);
}

/**
 * Runs the commands of a passed check with the real CLI and writes what they printed, redacted.
 * @returns the recorded proofs and the file they are in
 */
export async function recordEvidence<T>(
  check: Check<T>,
  { result, observed, observations }: Judged<T>,
): Promise<{ proofs: readonly RecordedProof[]; file: string }> {
  const current = await session();
  const [proofs, time, kit] = await Promise.all([
    Promise.all(check.proofs.map((proof) => recordProof(proof, observed as T))),
    current.sandbox === undefined
      ? Date.now()
      : current.sandbox.status().then(({ clock }) => clock.now),
    kitVersion(),
  ]);
  const evidence: Evidence = {
    target: current.target === 'sandbox' ? 'SANDBOX' : 'AWS',
    check: check.step,
    title: check.title,
    verdict: 'pass',
    time: new Date(time).toISOString(),
    region: current.region,
    accountId: current.accountId,
    prefix: lab.prefix,
    versions: { kit, node: process.version, awsCli: current.awsCli.version },
    observations,
    expectations: result.expectations,
    proofs,
  };
  const redact = redactor([current.accountId]);
  const file = evidenceFile(check, current.target);
  await mkdir(dirname(file), { recursive: true });
  await writeWhole(`${file}.json`, redact(`${JSON.stringify(evidence, null, 2)}\n`));
  await writeWhole(`${file}.txt`, redact(transcript(evidence)));
  return { proofs, file: relative(root, `${file}.json`) };
}

async function recordProof<T>(proof: Proof<T>, observed: T): Promise<RecordedProof> {
  const { number, name, title } = proof;
  const shown = proof.show(observed);
  const recorded = await runForProof(typeof shown === 'string' ? shown : cliCommand(shown));
  return { number, name, title, ...recorded };
}

/** @throws LabError when the CLI does not confirm what the SDK has just said */
async function runForProof(command: string): Promise<{ command: string; output: string }> {
  try {
    return { command, output: await runOrThrow(command) };
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    throw new LabError(`The command of a proof failed: ${cause.message}`, {
      hint: 'The check itself passed. Run it again to record its proof.',
      cause,
    });
  }
}

/** The text twin: what a person would have seen in the terminal. */
function transcript({
  target,
  check,
  title,
  time,
  region,
  versions,
  expectations,
  proofs,
}: Evidence): string {
  const head = [
    `${target}  check ${check}: ${title}`,
    `${time}  ${region}  aws-cli ${versions.awsCli}  node ${versions.node}  kit ${versions.kit}`,
  ];
  const blocks = proofs.map(
    (proof) =>
      `Proof ${proof.number}: ${proof.title}\n\n$ ${proof.command}\n${proof.output.trimEnd()}`,
  );
  const verdicts = expectations.map(
    ({ outcome, claim, actual }) => `  ${outcome}  ${claim}: ${shortJson(actual)}`,
  );
  return `${[head.join('\n'), ...blocks, `Expectations\n${verdicts.join('\n')}`].join('\n\n')}\n`;
}

export function shortJson(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

async function kitVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
