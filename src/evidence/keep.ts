import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import type { Check, Judged } from '../judging/check.ts';
import { describeError } from '../lab/errors.ts';
import { openMemory } from '../redaction/kept-memory.ts';
import { redactor } from '../redaction/redact.ts';
import type { Lab } from '../lab/lab.ts';
import type { Session } from '../lab/session.ts';
import { root } from '../lab/settings.ts';
import { inOrder } from './compose.ts';
import { evidencePath } from './proof-names.ts';
import { readManifest, sha256 } from './manifest.ts';
import { commandOf, rulesOf } from './proofs.ts';
import { readPlain } from './read-evidence.ts';
import { kitVersion, recordEvidence } from './record.ts';
import type { Evidence, RecordedProof } from './evidence.ts';
import { complain } from '../lab/terminal.ts';

export interface Kept {
  readonly proofs: readonly RecordedProof[];
  /** From the root of the checkout; undefined when it was not written. */
  readonly file: string | undefined;
  /** True: what is recorded says the same already, and nothing was written. */
  readonly upToDate: boolean;
}

let before: Promise<unknown> = Promise.resolve();

/**
 * Records the evidence of a passed check, unless the recorded one says the same. Whatever happens to the disk, it
 * warns and the verdict stands: it never throws. One after the other, since all of them write one manifest.
 * @param options `anew`: records it in any case, so that all evidence of a run has the time of that run
 */
export function keepEvidence<T>(
  lab: Lab,
  check: Check<T>,
  judged: Judged<T>,
  { anew = false } = {},
): Promise<Kept> {
  const keeping = before.then(() => keep(lab, check, judged, anew));
  before = keeping;
  return keeping;
}

async function keep<T>(lab: Lab, check: Check<T>, judged: Judged<T>, anew: boolean): Promise<Kept> {
  try {
    const current = await lab.session();
    const recorded = anew ? undefined : await recordedAlready(lab, check, judged, current);
    if (recorded !== undefined) {
      const file = `docs/${evidencePath(check.step, current.target)}`;
      return { proofs: recorded.proofs, file, upToDate: true };
    }
    const { proofs, file, warnings } = await recordEvidence(lab, check, judged);
    for (const warning of warnings) warn(warning);
    return { proofs: file === undefined ? [] : proofs, file, upToDate: false };
  } catch (error) {
    warn(`the evidence of check ${check.step} was not written. ${describeError(error)}`);
    return { proofs: [], file: undefined, upToDate: false };
  }
}

function warn(text: string): void {
  complain(`Warning: ${text}`);
}

/** The recorded evidence, when its file is as the kit wrote it and it would say nothing new. */
async function recordedAlready<T>(
  lab: Lab,
  check: Check<T>,
  judged: Judged<T>,
  current: Session,
): Promise<Evidence | undefined> {
  const docs = join(root, 'docs');
  const path = evidencePath(check.step, current.target);
  const text = await readPlain(docs, path).catch(() => undefined);
  const evidence = text === undefined ? undefined : evidenceIn(text);
  if (evidence === undefined) return undefined;
  const redact = redactor(await openMemory([current.accountId]));
  const now = JSON.parse(
    redact(JSON.stringify(await whatItSays(lab, check, judged, current))),
  ) as unknown;
  const same = isDeepStrictEqual(now, saidBy(evidence));
  const manifest = await readManifest(docs, current.target);
  return same && manifest?.files[path] === sha256(text ?? '') ? evidence : undefined;
}

/** Undefined for what is no evidence of this schema, or half of it: that is written anew. */
function evidenceIn(text: string): Evidence | undefined {
  try {
    const evidence = JSON.parse(text) as Partial<Evidence>;
    const { schema, observations, expectations, proofs } = evidence;
    const lists = [observations, expectations, proofs];
    return schema === 1 && lists.every((list) => Array.isArray(list))
      ? (evidence as Evidence)
      : undefined;
  } catch {
    return undefined;
  }
}

async function whatItSays<T>(
  lab: Lab,
  { proofs, ...check }: Check<T>,
  { result, observed, observations }: Judged<T>,
  { region, accountId, awsCli }: Session,
) {
  return {
    place: [region, accountId, lab.prefix],
    versions: { kit: await kitVersion(), node: process.version, awsCli: awsCli.version },
    observations: lasting(inOrder(observations)),
    expectations: result.expectations.map(({ id, claim, outcome }) => ({ id, claim, outcome })),
    proofs: proofs.map((proof) => ({
      ...heading(proof),
      command: commandOf(proof, observed as T),
      rules: rulesOf(proof, check),
    })),
  };
}

function saidBy(evidence: Evidence) {
  const { region, accountId, prefix, versions, observations, expectations, proofs } = evidence;
  return {
    place: [region, accountId, prefix],
    versions,
    observations: lasting(observations),
    expectations: expectations.map(({ id, claim, outcome }) => ({ id, claim, outcome })),
    proofs: proofs.map((proof) => ({
      ...heading(proof),
      command: proof.command,
      rules: proof.rules,
    })),
  };
}

const heading = ({
  number,
  name,
  title,
  claim,
}: Pick<RecordedProof, 'claim' | 'name' | 'number' | 'title'>) => ({ number, name, title, claim });

/** Differs from look to look although nothing has happened. */
const passing =
  /^(Location|Approximate(NumberOfMessages\w*|ReceiveCount)|ReceiptHandle|RoleLastUsed|LastProcessingResult|nextToken|searchedLogStreams|request)$/;

/** As JSON, without what passes. */
function lasting(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, member: unknown) => (passing.test(name) ? undefined : member)),
  );
}
