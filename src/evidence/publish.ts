import { access, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { reasonOf } from '../lab/errors.ts';
import { oneAtATime } from '../lab/one-at-a-time.ts';
import type { Target } from '../lab/session.ts';
import type { Edition } from '../page/page-facts.ts';
import { contentOf, derive, judgeTargets, readSources } from './derive.ts';
import type { Derived, DerivedFile, Sources } from './derive.ts';
import type { JudgedTarget } from './judged-target.ts';
import type { judgeRecorded } from './judge-recorded.ts';
import { experimentFile } from './judge-experiment.ts';
import {
  allTargets,
  enterFiles,
  isEvidencePath,
  readManifest,
  sha256,
  targetOf,
} from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { evidenceFile } from './read-evidence.ts';
import type { EvidenceFile, ReadText } from './read-evidence.ts';
import { writeLocked } from './write-files.ts';
import type { Files } from './write-files.ts';

export interface Published {
  /** One for each reason why something could not be made or written. */
  readonly warnings: readonly string[];
  /** The evidence, as it was judged again. */
  readonly targets: readonly JudgedTarget[];
  /** Paths of all that the evidence gives, relative to `docs/`. */
  readonly derived: readonly string[];
}

export interface Publishing {
  /** Draws every PNG again, also where the disk seems to have it. */
  readonly redraw?: boolean;
  /** What one file has told is hidden in every file: evidence in which this changes something is written anew. */
  readonly redact?: (text: string) => string;
  /** Who the pages are for: those that work with the kit (default), or the readers of a portfolio. */
  readonly edition?: Edition;
  /** Reads a file of evidence; it is called once for each. */
  readonly read?: ReadText;
  /** Judges evidence again; it is called once for each. */
  readonly judge?: typeof judgeRecorded;
}

/**
 * Makes everything in `docs/` that the evidence gives: text twins, pictures, timeline, page, what was measured, and the manifest.
 * Reads and judges each file of evidence once, and writes only what is not on the disk already. Nobody else writes
 * there, but for the recording of evidence itself.
 * @param docs the `docs` folder
 */
export async function publish(docs: string, how: Publishing = {}): Promise<Published> {
  try {
    return await oneAtATime('docs', () => publishLocked(docs, how));
  } catch (error) {
    const warnings = [`nothing was written to docs/: ${reasonOf(error)}`];
    return { warnings, targets: [], derived: [] };
  }
}

async function publishLocked(
  docs: string,
  { redraw = false, redact, read, judge, edition }: Publishing,
): Promise<Published> {
  const warnings: string[] = [];
  let sources = await readSources(docs, read);
  if (redact !== undefined) {
    const cleaned = redactedSources(sources, redact);
    warnings.push(...(await writeRedacted(docs, sources, cleaned)));
    sources = cleaned;
  }
  const targets = await judgeTargets(sources, judge);
  const derived = await derive(targets, { console: sources.console, edition });
  warnings.push(...derived.unmade.map(({ path, problem }) => `docs/${path}: ${problem}`));
  for (const target of [...allTargets, undefined])
    warnings.push(...(await writeDerived({ docs, target, derived, redraw })));
  for (const { target } of targets) warnings.push(...(await removeObsolete(docs, target, derived)));
  return { warnings, targets, derived: [...derived.files.keys()] };
}

interface Writing {
  readonly docs: string;
  /** Undefined: what is made of all targets, and in no manifest. */
  readonly target: Target | undefined;
  readonly derived: Derived;
  readonly redraw: boolean;
}

async function writeDerived({ docs, target, derived, redraw }: Writing) {
  // A manifest that is broken vouches for nothing.
  const manifest =
    target === undefined ? undefined : await readManifest(docs, target).catch(() => undefined);
  const vouching = redraw ? 'nobody' : manifest;
  const changed = new Map<string, string | Uint8Array>();
  const same = new Map<string, string | Uint8Array>();
  const warnings: string[] = [];
  for (const [path, file] of derived.files) {
    if (targetOf(path) !== target) continue;
    try {
      const there = await readFile(join(docs, path)).catch(() => undefined);
      const known = there !== undefined && (await isDrawn({ docs, path, file, there }, vouching));
      const content = known ? there : await slowly(() => contentOf(path, file));
      if (there?.equals(Buffer.from(content)) === true) same.set(path, content);
      else changed.set(path, content);
    } catch (error) {
      warnings.push(`docs/${reasonOf(error)}`);
    }
  }
  const written = await writeLocked(docs, target, changed, same);
  return [...warnings, ...written.warnings];
}

/** To draw takes a tenth of a second: in between, commands that run may be heard. */
async function slowly<T>(work: () => T): Promise<T> {
  await setImmediate();
  return work();
}

/**
 * Removes what no evidence gives any more, such as pictures of an earlier version of the kit: only files that are as
 * the kit wrote them. While some evidence is missing or cannot be drawn, nothing is obsolete.
 */
async function removeObsolete(
  docs: string,
  target: Target,
  { files, unmade }: Derived,
): Promise<string[]> {
  try {
    const entries = Object.entries((await readManifest(docs, target))?.files ?? {});
    const recorded = entries.filter(([path]) => isEvidencePath(path));
    const there = await Promise.all(recorded.map(([path]) => isThere(join(docs, path))));
    const isWhole =
      there.every((one) => one) && unmade.every(({ path }) => targetOf(path) !== target);
    if (!isWhole) return [];
    const gone: string[] = [];
    for (const [path, digest] of entries) {
      if (isEvidencePath(path) || files.has(path)) continue;
      const content = await readFile(join(docs, path)).catch(() => undefined);
      if (content === undefined || sha256(content) === digest) gone.push(path);
    }
    for (const path of gone) await rm(join(docs, path), { force: true });
    if (gone.length > 0) await enterFiles(docs, target, new Map(), gone);
    return [];
  } catch (error) {
    return [`docs/screenshots/${target}: what is obsolete was not removed: ${reasonOf(error)}`];
  }
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

interface OnDisk {
  readonly docs: string;
  readonly path: string;
  readonly file: DerivedFile;
  readonly there: Buffer;
}

/** A PNG need not be drawn whose SVG is as it would be drawn, and which is as the manifest says. */
async function isDrawn(
  { docs, path, file, there }: OnDisk,
  vouching: Manifest | 'nobody' | undefined,
): Promise<boolean> {
  if (typeof file === 'string' || vouching === 'nobody') return false;
  const svg = await readFile(join(docs, path.replace(/png$/, 'svg')), 'utf8').catch(() => '');
  const known = targetOf(path) === undefined || vouching?.files[path] === sha256(there);
  return known && svg === file.svg;
}

function redactedSources(sources: Sources, redact: (text: string) => string): Sources {
  const targets = sources.targets.map(({ target, files, experiments = [] }) => ({
    target,
    files: files.map((file) => redactedFile(file, redact)),
    experiments: experiments.map((file) => {
      const text = file.record === undefined ? file.text : redact(file.text);
      return text === file.text ? file : experimentFile(file.path, text);
    }),
  }));
  return { ...sources, targets };
}

function redactedFile(file: EvidenceFile, redact: (text: string) => string): EvidenceFile {
  if (file.evidence === undefined) return file;
  const text = redact(file.text);
  return text === file.text ? file : evidenceFile(file.path, text);
}

/** Evidence that somebody has edited stays found: only what was as the kit wrote it gets another entry. */
async function writeRedacted(docs: string, before: Sources, after: Sources): Promise<string[]> {
  const warnings: string[] = [];
  for (const [i, { target, files, experiments = [] }] of after.targets.entries()) {
    const manifest = await readManifest(docs, target).catch(() => undefined);
    const groups = { entered: new Map<string, string>(), edited: new Map<string, string>() };
    const all = before.targets[i];
    const texts = [...(all?.files ?? []), ...(all?.experiments ?? [])].map((one) => one.text);
    for (const [j, { path, text }] of [...files, ...experiments].entries()) {
      const earlier = texts[j] ?? '';
      if (text === earlier) continue;
      const isWhole = manifest?.files[path] === sha256(earlier);
      groups[isWhole ? 'entered' : 'edited'].set(path, text);
    }
    const write = async (entry: Target | undefined, list: Files) => {
      if (list.size > 0) warnings.push(...(await writeLocked(docs, entry, list)).warnings);
    };
    await write(target, groups.entered);
    await write(undefined, groups.edited);
  }
  return warnings;
}
