import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readingReasonOf } from '../lab/errors.ts';
import type { Target } from '../lab/session.ts';
import { isPrefix } from '../lab/settings.ts';
import { trace } from '../lab/trace.ts';
import { allTargets } from './manifest.ts';
import type { Evidence } from './evidence.ts';

/** A file that calls itself evidence, and either what it holds or why it cannot be read. */
export interface EvidenceFile {
  /** Relative to `docs/`. */
  readonly path: string;
  readonly evidence: Evidence | undefined;
  /** The whole file, the very bytes; '' when it cannot be read. */
  readonly text: string;
  readonly problem: string | undefined;
}

/** Reads one file of a `docs` folder as text. */
export type ReadText = (docs: string, path: string) => Promise<string>;

/** Evidence of one check is some kilobytes; more is none of ours, and may be somebody's joke. */
const mostBytes = 5_000_000;

/** The targets that a `docs` folder has evidence of. */
export async function targetsIn(docs: string): Promise<Target[]> {
  const names: string[] = await readdir(join(docs, 'evidence')).catch(() => []);
  return allTargets.filter((target) => names.includes(target));
}

/** All evidence of a target, in the order of the checks. Files may come from anybody: nothing in them is trusted. */
export async function readEvidence(
  docs: string,
  target: Target,
  read: ReadText = readPlain,
): Promise<EvidenceFile[]> {
  const folder = `evidence/${target}`;
  const names = await readdir(join(docs, folder)).catch(() => []);
  const files = names.filter((name) => /^\d\d-.*\.json$/.test(name)).toSorted();
  return Promise.all(files.map((name) => readOne(docs, `${folder}/${name}`, read)));
}

/**
 * Reads a file as the kit writes evidence: a plain one of moderate size.
 * @throws Error that says what is in its place
 */
export async function readPlain(docs: string, path: string): Promise<string> {
  trace({ evidenceRead: path });
  // A link is never what the kit wrote, and it is not followed.
  const file = await lstat(join(docs, path));
  if (!file.isFile()) throw new Error('it is not a plain file');
  if (file.size > mostBytes) throw new Error(`it has ${file.size} bytes`);
  return readFile(join(docs, path), 'utf8');
}

async function readOne(docs: string, path: string, read: ReadText): Promise<EvidenceFile> {
  try {
    return evidenceFile(path, await read(docs, path));
  } catch (error) {
    return { path, evidence: undefined, text: '', problem: readingReasonOf(error) };
  }
}

/** @throws Error when the text is no evidence */
export function evidenceFile(path: string, text: string): EvidenceFile {
  const evidence = JSON.parse(text) as Evidence;
  if (!hasShape(evidence)) throw new Error('it has not the shape of evidence');
  if (!isTime(evidence.time))
    throw new Error(`its time "${evidence.time.slice(0, 40)}" is not an ISO time in UTC`);
  return { path, evidence, text, problem: undefined };
}

/** `2026-11-23T10:00:00.000Z`, as the kit writes it: other forms sort otherwise, or say another moment elsewhere. */
function isTime(text: string): boolean {
  const at = Date.parse(text);
  return /^\d{4}-/.test(text) && !Number.isNaN(at) && new Date(at).toISOString() === text;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function hasShape(value: unknown): boolean {
  if (!isObject(value)) return false;
  const {
    target,
    check,
    title,
    time,
    region,
    accountId,
    prefix,
    versions,
    observations,
    expectations,
    proofs,
  } = value as Partial<Record<keyof Evidence, unknown>>;
  return (
    (target === 'AWS' || target === 'EMULATOR' || target === 'SANDBOX') &&
    [check, title, time, region, accountId, prefix].every((text) => typeof text === 'string') &&
    /^\d\d$/.test(check as string) &&
    isPrefix(prefix as string) &&
    isObject(versions) &&
    [observations, expectations, proofs].every(
      (list) => Array.isArray(list) && list.every((one) => isObject(one)),
    ) &&
    (proofs as unknown[]).every((proof) => isProof(proof))
  );
}

function isProof(value: unknown): boolean {
  const { number, name, title, claim, command, output, values, rules } = value as Partial<
    Record<keyof Evidence['proofs'][number], unknown>
  >;
  return (
    Number.isInteger(number) &&
    [name, title, claim, command, output].every((text) => typeof text === 'string') &&
    // It becomes the name of files.
    /^[\w-]{1,80}$/.test(name as string) &&
    [values, rules].every((list) => Array.isArray(list))
  );
}
