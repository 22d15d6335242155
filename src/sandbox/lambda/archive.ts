import { createWriteStream } from 'node:fs';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { fromBufferPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { AwsError } from '../errors.ts';
import { pathOf, planPackage } from './package-tree.ts';

const zippedLimitBytes = 52_428_800;
const unzippedLimitBytes = 262_144_000;
/** Lambda names no number; this one only guards the disk. */
const entryLimit = 50_000;

const unixFileType = 0o170000;
const unixLink = 0o120000;
const unix = 3;
const longestTarget = 4096;

/**
 * Unpacks a deployment package. The size that counts is what comes out, not what the zip declares.
 * @throws AwsError with Lambda's own words when it is not acceptable; `folder` may then be half full
 */
export async function extractArchive(zip: Buffer, folder: string): Promise<void> {
  checkZippedSize(zip);
  try {
    // Names with `..`, a root, a drive or a backslash are refused by yauzl.
    const archive = await fromBufferPromise(zip, { lazyEntries: true, strictFileNames: true });
    if (archive.entryCount > entryLimit) throw new Error('Too many entries');
    await writePackage(await readEntries(archive), archive, folder);
  } catch (cause) {
    if (cause instanceof AwsError) throw cause;
    throw invalid(
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
      cause,
    );
  }
}

function checkZippedSize(zip: Buffer): void {
  if (zip.length === 0) throw invalid('Uploaded file must be a non-empty zip');
  if (zip.length <= zippedLimitBytes) return;
  const message = `Zipped size must be smaller than ${zippedLimitBytes} bytes`;
  throw new AwsError('RequestEntityTooLargeException', message, { status: 413 });
}

const modeOf = (entry: Entry) => entry.externalFileAttributes >>> 16;
const isLink = (entry: Entry) => (modeOf(entry) & unixFileType) === unixLink;

interface PackedEntry {
  readonly name: string;
  readonly entry: Entry;
  /** Of a symbolic link: its content is where it leads. */
  readonly target?: string;
}

async function readEntries(archive: ZipFile): Promise<PackedEntry[]> {
  const entries: PackedEntry[] = [];
  for await (const entry of archive.eachEntry()) {
    if (entry.isEncrypted()) throw new Error('Encrypted');
    const target = isLink(entry) ? { target: await targetOf(archive, entry) } : {};
    entries.push({ name: entry.fileName, entry, ...target });
  }
  return entries;
}

async function targetOf(archive: ZipFile, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > longestTarget) throw new Error('A link that is too long');
  return text(await archive.openReadStreamPromise(entry));
}

/** Folders, then files, then links: when there is a link, nothing is written any more that could go through it. */
async function writePackage(
  entries: readonly PackedEntry[],
  archive: ZipFile,
  folder: string,
): Promise<void> {
  const { folders, wrongLink } = planPackage(entries);
  if (wrongLink !== undefined) {
    const { name, leads, target } = wrongLink;
    throw invalid(`Symbolic link ${name} leads ${leads} (${target}): not in the sandbox.`);
  }
  for (const path of folders) await mkdir(join(folder, path), { recursive: path === '' });
  let left = unzippedLimitBytes;
  for (const { name, entry, target } of entries) {
    if (target !== undefined || name.endsWith('/')) continue;
    left -= await extractFile(archive, entry, { path: join(folder, pathOf(name)), limit: left });
  }
  for (const { name, target } of entries) {
    if (target !== undefined) await symlink(target, join(folder, pathOf(name)));
  }
}

/**
 * Functions do not run as the owner of their files: what others may not read they cannot read. A zip that was not
 * made on Unix says nothing about that.
 */
function isUnreadable(entry: Entry): boolean {
  const bits = modeOf(entry) & 0o777;
  return entry.versionMadeBy >>> 8 === unix && bits !== 0 && (bits & 0o004) === 0;
}

/** @returns the bytes written */
async function extractFile(
  archive: ZipFile,
  entry: Entry,
  { path, limit }: { readonly path: string; readonly limit: number },
): Promise<number> {
  if (entry.uncompressedSize > limit) throw tooBig();
  let bytes = 0;
  let checksum = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      checksum = crc32(chunk, checksum);
      done(bytes > limit ? tooBig() : null, chunk);
    },
  });
  const executable = modeOf(entry) & 0o111;
  const mode = executable === 0 ? 0o644 : 0o755;
  // `wx`: two entries of one name, or one that would overwrite a file, are an error.
  const file = createWriteStream(path, { flags: 'wx', mode });
  await pipeline(await archive.openReadStreamPromise(entry), counter, file);
  if (checksum !== entry.crc32) throw new Error('Checksum');
  if (isUnreadable(entry)) await chmod(path, 0);
  return bytes;
}

function tooBig(): AwsError {
  return invalid(`Unzipped size must be smaller than ${unzippedLimitBytes} bytes`);
}

function invalid(message: string, cause?: unknown): AwsError {
  return new AwsError('InvalidParameterValueException', message, { cause });
}
