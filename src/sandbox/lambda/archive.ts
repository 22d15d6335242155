import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { fromBufferPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { AwsError } from '../errors.ts';

const zippedLimitBytes = 52_428_800;
const unzippedLimitBytes = 262_144_000;
/** Lambda names no number; this one only guards the disk. */
const entryLimit = 50_000;

const unixFileType = 0o170000;
const unixLink = 0o120000;

/**
 * Unpacks a deployment package. The size that counts is what comes out, not what the zip declares.
 * @throws AwsError with Lambda's own words when it is not acceptable; `folder` may then be half full
 */
export async function extractArchive(zip: Buffer, folder: string): Promise<void> {
  checkZippedSize(zip);
  let left = unzippedLimitBytes;
  try {
    // Names with `..`, a root, a drive or a backslash are refused by yauzl.
    const archive = await fromBufferPromise(zip, { lazyEntries: true, strictFileNames: true });
    if (archive.entryCount > entryLimit) throw new Error('Too many entries');
    for await (const entry of archive.eachEntry()) {
      checkEntry(entry);
      if (entry.fileName.endsWith('/')) {
        await mkdir(join(folder, entry.fileName), { recursive: true });
      } else {
        left -= await extractFile(archive, entry, { folder, limit: left });
      }
    }
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

function checkEntry(entry: Entry): void {
  const mode = entry.externalFileAttributes >>> 16;
  if ((mode & unixFileType) === unixLink) throw new Error('A link');
  if (entry.isEncrypted()) throw new Error('Encrypted');
}

/** @returns the bytes written */
async function extractFile(
  archive: ZipFile,
  entry: Entry,
  { folder, limit }: { readonly folder: string; readonly limit: number },
): Promise<number> {
  if (entry.uncompressedSize > limit) throw tooBig();
  const path = join(folder, entry.fileName);
  await mkdir(dirname(path), { recursive: true });
  let bytes = 0;
  let checksum = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      checksum = crc32(chunk, checksum);
      done(bytes > limit ? tooBig() : null, chunk);
    },
  });
  const executable = (entry.externalFileAttributes >>> 16) & 0o111;
  const mode = executable === 0 ? 0o644 : 0o755;
  // `wx`: two entries of one name, or one that would overwrite a file, are an error.
  const file = createWriteStream(path, { flags: 'wx', mode });
  await pipeline(await archive.openReadStreamPromise(entry), counter, file);
  if (checksum !== entry.crc32) throw new Error('Checksum');
  return bytes;
}

function tooBig(): AwsError {
  return invalid(`Unzipped size must be smaller than ${unzippedLimitBytes} bytes`);
}

function invalid(message: string, cause?: unknown): AwsError {
  return new AwsError('InvalidParameterValueException', message, { cause });
}
