import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asFiles, drawEvidence } from './draw.ts';
import type { EvidenceText } from './draw.ts';
import { architecturePicture } from '../pictures/architecture.ts';
import { transcript } from './transcript.ts';

/**
 * Every file that one piece of evidence gives: its text twin, and the pictures of its proofs in all forms.
 * @param path of the evidence, relative to `docs/`
 * @returns content by path relative to `docs/`
 */
export async function derivedFrom(
  source: EvidenceText,
  path: string,
): Promise<Map<string, string | Uint8Array>> {
  const files = await drawEvidence(source);
  files.set(path.replace(/\.json$/, '.txt'), transcript(source.evidence));
  return files;
}

/** The picture of the architecture: of no evidence, and the same for everybody. */
export function architectureFiles(): ReadonlyMap<string, string | Uint8Array> {
  return asFiles('screenshots/architecture', architecturePicture());
}

/** Those of these files that are otherwise on the disk, byte by byte. One that is not there says nothing wrong. */
export async function differingAmong(
  docs: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<string[]> {
  const differing: string[] = [];
  for (const [name, content] of files) {
    if (await differs(join(docs, name), content)) differing.push(name);
  }
  return differing;
}

async function differs(file: string, content: string | Uint8Array): Promise<boolean> {
  const there = await lstat(file).catch(() => undefined);
  if (there === undefined) return false;
  return !there.isFile() || !Buffer.from(content).equals(await readFile(file));
}
