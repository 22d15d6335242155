import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requestIdOf } from '../lab/aws/ask.ts';
import type { Check, Judged, Proof } from '../judging/check.ts';
import { runOrThrow } from '../lab/command.ts';
import { CommandError, LabError } from '../lab/errors.ts';
import { keepMemory, openMemory } from '../redaction/kept-memory.ts';
import { redactor, requestIdDigest } from '../redaction/redact.ts';
import type { Lab } from '../lab/lab.ts';
import type { Observation } from '../lab/look.ts';
import type { Session } from '../lab/session.ts';
import { root } from '../lab/settings.ts';
import { composeEvidence, notPrinted } from './compose.ts';
import { evidencePath } from './proof-names.ts';
import { commandOf, rulesOf } from './proofs.ts';
import { writeFiles } from './write-files.ts';
import { targetName } from '../lab/target-name.ts';
import type { Evidence, RecordedProof } from './evidence.ts';

export interface Recorded {
  readonly proofs: readonly RecordedProof[];
  /** Path of the evidence, from the root of the checkout; undefined when it could not be written. */
  readonly file: string | undefined;
  /** What could not be written, or was not printed, and why. The verdict stands. */
  readonly warnings: readonly string[];
}

/**
 * Runs the commands of a passed check with the real CLI and writes what they printed, redacted: the evidence and
 * nothing else. All that is made of it is published later.
 * @throws LabError when a command of a proof fails; never for a file that cannot be written
 */
export async function recordEvidence<T>(
  lab: Lab,
  check: Check<T>,
  judged: Judged<T>,
): Promise<Recorded> {
  const current = await lab.session();
  const evidence = await takeEvidence(lab, check, judged, current);
  const path = evidencePath(check.step, current.target);
  const text = `${JSON.stringify(evidence, null, 2)}\n`;
  const written = await writeFiles(join(root, 'docs'), current.target, new Map([[path, text]]));
  return {
    proofs: evidence.proofs,
    file: written.paths.includes(path) ? `docs/${path}` : undefined,
    warnings: [...evidence.proofs.flatMap((proof) => missingValues(proof)), ...written.warnings],
  };
}

async function takeEvidence<T>(
  lab: Lab,
  check: Check<T>,
  { result, observed, observations }: Judged<T>,
  current: Session,
): Promise<Evidence> {
  // The time of the look, not of the commands after it.
  const time = (await current.sandbox?.status())?.clock.now ?? Date.now();
  const [proofs, kit] = await Promise.all([
    Promise.all(
      check.proofs.map((proof) => recordProof(proof, observed as T, { check, session: current })),
    ),
    kitVersion(),
  ]);
  const raw = {
    schema: 1,
    target: targetName(current.target),
    check: check.step,
    title: check.title,
    verdict: 'pass',
    time: new Date(time).toISOString(),
    region: current.region,
    accountId: current.accountId,
    prefix: lab.prefix,
    versions: { kit, node: process.version, awsCli: current.awsCli.version },
    observations: observations.map(withRequestId),
    expectations: result.expectations,
    proofs,
  } as const;
  const memory = await openMemory([current.accountId]);
  const evidence = composeEvidence(check, raw, {
    redact: redactor(memory),
    observed: observed as T,
  });
  // A name that this answer tells may stand in what was recorded before it: publishing takes it out there.
  await keepMemory(memory);
  return evidence;
}

async function recordProof<T>(
  proof: Proof<T>,
  observed: T,
  { check, session }: { readonly check: Check<T>; readonly session: Session },
) {
  const { number, name, title, claim } = proof;
  const recorded = await runForProof(session, commandOf(proof, observed));
  return { number, name, title, claim, ...recorded, rules: rulesOf(proof, check) };
}

/** @throws LabError when the CLI does not confirm what the SDK has just said */
async function runForProof(
  session: Session,
  command: string,
): Promise<{ command: string; output: string }> {
  try {
    return { command, output: await runOrThrow(session, command) };
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    throw new LabError(`The command of a proof failed: ${cause.message}`, {
      hint: 'The check itself passed. Run it again to record its proof.',
      cause,
    });
  }
}

/** AWS knows a request by its id; evidence shows a digest of it, which its owner can compare. */
function withRequestId(observation: Observation): Observation {
  const id = 'question' in observation ? requestIdOf(observation.output) : undefined;
  return id === undefined ? observation : { ...observation, request: requestIdDigest(id) };
}

function missingValues({ number, values }: RecordedProof): string[] {
  const labels = values.filter(({ value }) => value === notPrinted).map(({ label }) => label);
  return labels.length === 0
    ? []
    : [`Proof ${number}: its command printed no "${labels.join('", "')}". Please report this.`];
}

export async function kitVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
