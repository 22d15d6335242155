import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Target } from '../lab/session.ts';
import { isPrefix } from '../lab/settings.ts';
import type { Evidence } from './record.ts';

/** A file that calls itself evidence, and either what it holds or why it cannot be read. */
export interface EvidenceFile {
  /** Relative to `docs/`. */
  readonly path: string;
  readonly evidence: Evidence | undefined;
  /** The whole file, the very bytes; '' when it cannot be read. */
  readonly text: string;
  readonly problem: string | undefined;
}

/** Evidence of one check is some kilobytes; more is none of ours, and may be somebody's joke. */
const mostBytes = 5_000_000;

/** All evidence of a target, in the order of the checks. Files may come from anybody: nothing in them is trusted. */
export async function readEvidence(docs: string, target: Target): Promise<EvidenceFile[]> {
  const folder = `evidence/${target}`;
  const names = await readdir(join(docs, folder)).catch(() => []);
  const files = names.filter((name) => /^\d\d-.*\.json$/.test(name)).toSorted();
  return Promise.all(files.map((name) => readOne(docs, `${folder}/${name}`)));
}

async function readOne(docs: string, path: string): Promise<EvidenceFile> {
  try {
    // A link is never what the kit wrote, and it is not followed.
    const file = await lstat(join(docs, path));
    if (!file.isFile()) throw new Error('it is not a plain file');
    if (file.size > mostBytes) throw new Error(`it has ${file.size} bytes`);
    const text = await readFile(join(docs, path), 'utf8');
    const evidence = JSON.parse(text) as Evidence;
    if (!hasShape(evidence)) throw new Error('it has not the shape of evidence');
    return { path, evidence, text, problem: undefined };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { path, evidence: undefined, text: '', problem };
  }
}

function hasShape(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const {
    target,
    check,
    title,
    time,
    region,
    accountId,
    prefix,
    observations,
    expectations,
    proofs,
  } = value as Partial<Record<keyof Evidence, unknown>>;
  return (
    (target === 'AWS' || target === 'SANDBOX') &&
    [check, title, time, region, accountId, prefix].every((text) => typeof text === 'string') &&
    /^\d\d$/.test(check as string) &&
    isPrefix(prefix as string) &&
    [observations, expectations, proofs].every((list) => Array.isArray(list)) &&
    (proofs as Partial<Evidence['proofs'][number]>[]).every(
      (proof) =>
        typeof proof?.command === 'string' &&
        typeof proof.output === 'string' &&
        // It becomes the name of files.
        /^[\w-]{1,80}$/.test(String(proof.name)),
    )
  );
}
