import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { reasonOf } from '../lab/errors.ts';
import { assertClean } from '../redaction/redact.ts';
import { oneAtATime } from '../lab/one-at-a-time.ts';
import type { Target } from '../lab/session.ts';
import { writeWhole } from '../lab/write-whole.ts';
import { enterFiles, manifestPath } from './manifest.ts';

/** Content by path relative to `docs/`. */
export type Files = ReadonlyMap<string, string | Uint8Array>;

export interface Written {
  /** One for each reason why something could not be written, naming the files. */
  readonly warnings: readonly string[];
  /** Paths of what the disk has now. */
  readonly paths: readonly string[];
}

/**
 * Writes what it can and enters that in the manifest: a disk that does not take a file is no reason to lose the
 * others, and none at all for another verdict.
 * @param docs the `docs` folder
 * @param target undefined: of no target, and in no manifest
 */
export async function writeFiles(
  docs: string,
  target: Target | undefined,
  files: Files,
): Promise<Written> {
  try {
    // Files and their entries together: what another process writes at the same moment would not fit them.
    return await oneAtATime('docs', () => writeLocked(docs, target, files));
  } catch (error) {
    return { warnings: [`nothing was written to docs/: ${reasonOf(error)}`], paths: [] };
  }
}

/**
 * As `writeFiles`, for who holds the lock already.
 * @param same what is on the disk already: only its entries are seen to
 */
export async function writeLocked(
  docs: string,
  target: Target | undefined,
  files: Files,
  same: Files = new Map(),
): Promise<Written> {
  const written = new Map<string, string | Uint8Array>();
  const unwritten = new Map<string, string[]>();
  const attempt = async (path: string, write: () => Promise<void>) => {
    try {
      await write();
      return true;
    } catch (error) {
      const reason = reasonOf(error);
      unwritten.set(reason, [...(unwritten.get(reason) ?? []), path]);
      return false;
    }
  };
  for (const [path, content] of files) {
    const file = join(docs, path);
    const done = await attempt(path, async () => {
      // All of it was redacted; what slipped through all the same does not get to the disk.
      assertClean(content, path);
      await mkdir(dirname(file), { recursive: true });
      await writeWhole(file, content);
    });
    if (done) written.set(path, content);
  }
  const entered = new Map([...same, ...written]);
  if (target !== undefined && entered.size > 0) {
    await attempt(manifestPath(target), () => enterFiles(docs, target, entered));
  }
  const warnings = [...unwritten].map(([reason, paths]) => {
    const more = paths.length === 1 ? '' : ` and ${paths.length - 1} more`;
    return `docs/${paths[0]}${more} could not be written: ${reason}`;
  });
  return { warnings, paths: [...written.keys()] };
}
