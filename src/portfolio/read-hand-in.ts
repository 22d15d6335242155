import { lstat, readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { fromBufferPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { sha256 } from '../evidence/manifest.ts';
import { handInEntry, handInLimits, isHandInPath, nameProblem } from './hand-in-format.ts';
import type { HandIn } from './hand-in-format.ts';

/** A hand-in as it was read, in memory: nothing of it has been written anywhere. */
export interface ReadHandIn {
  readonly about: HandIn;
  /** Content by path, such as `docs/evidence/sandbox/manifest.json`. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Files that are not as they were packed: changed, missing, or put in later. */
  readonly touched: readonly string[];
}

/**
 * Reads a file that `lab hand-in` has made. It may come from anybody: names other than those of a run, links, duplicates,
 * encryption and sizes beyond the limits are refused before anything is unpacked, or while it is.
 * @throws Error that says in one sentence why it is refused
 */
export async function readHandIn(file: string): Promise<ReadHandIn> {
  const there = await lstat(file);
  if (!there.isFile()) throw new Error('it is not a plain file');
  if (there.size > handInLimits.packedBytes)
    throw new Error(`it has more than ${handInLimits.packedBytes} bytes`);
  const files = await unpacked(await readFile(file));
  const about = aboutIn(files.get(handInEntry));
  files.delete(handInEntry);
  const named = Object.entries(about.files);
  const touched = [
    ...named.filter(([path, digest]) => digestOf(files.get(path)) !== digest).map(([path]) => path),
    ...[...files.keys()].filter((path) => !Object.hasOwn(about.files, path)),
  ];
  return { about, files, touched };
}

const digestOf = (content: Buffer | undefined) =>
  content === undefined ? undefined : sha256(content);

async function unpacked(zip: Buffer): Promise<Map<string, Buffer>> {
  const archive = await open(zip);
  if (archive.entryCount > handInLimits.files + 1)
    throw new Error(`it has more than ${handInLimits.files} files`);
  const entries: Entry[] = [];
  for await (const entry of archive.eachEntry()) {
    const problem = problemOf(entry, entries);
    if (problem !== undefined) throw new Error(problem);
    entries.push(entry);
  }
  const declared = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (declared > handInLimits.bytes) throw tooBig();
  const files = new Map<string, Buffer>();
  let left: number = handInLimits.bytes;
  for (const entry of entries) {
    const content = await contentOf(archive, entry, left);
    left -= content.length;
    files.set(entry.fileName, content);
  }
  return files;
}

async function open(zip: Buffer): Promise<ZipFile> {
  try {
    return await fromBufferPromise(zip, { lazyEntries: true, strictFileNames: true });
  } catch (cause) {
    throw new Error('it is no zip file', { cause });
  }
}

const [unixFileType, unixPlainFile] = [0o170000, 0o100000];

function problemOf(entry: Entry, before: readonly Entry[]): string | undefined {
  const { fileName } = entry;
  const shown = JSON.stringify(fileName.slice(0, 80));
  if (fileName !== handInEntry && !isHandInPath(fileName)) return `no run writes ${shown}`;
  const type = (entry.externalFileAttributes >>> 16) & unixFileType;
  if (type !== 0 && type !== unixPlainFile) return `${shown} is a link or a device`;
  if (entry.isEncrypted()) return `${shown} is encrypted`;
  const isSame = (one: Entry) => one.fileName.toLowerCase() === fileName.toLowerCase();
  return before.some((one) => isSame(one)) ? `${shown} is in it twice` : undefined;
}

/** What comes out counts, whatever the archive declares. */
async function contentOf(archive: ZipFile, entry: Entry, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of await archive.openReadStreamPromise(entry)) {
    bytes += (part as Buffer).length;
    if (bytes > limit) throw tooBig();
    parts.push(part as Buffer);
  }
  const content = Buffer.concat(parts);
  if (crc32(content) !== entry.crc32)
    throw new Error(`${JSON.stringify(entry.fileName)} is damaged: its checksum is another one`);
  return content;
}

const tooBig = () => new Error(`it unpacks to more than ${handInLimits.bytes} bytes`);

function aboutIn(content: Buffer | undefined): HandIn {
  const none = new Error(`it has no ${handInEntry} that lab hand-in has written`);
  if (content === undefined) throw none;
  let about: Partial<HandIn> | null;
  try {
    about = JSON.parse(content.toString('utf8')) as Partial<HandIn> | null;
  } catch (cause) {
    throw new Error(none.message, { cause });
  }
  const { schema, name, time, kit, files } = about ?? {};
  if (schema !== 1 || typeof name !== 'string' || typeof time !== 'string') throw none;
  if (typeof kit !== 'string' || typeof files !== 'object' || files === null) throw none;
  if (nameProblem(name) !== undefined || Number.isNaN(Date.parse(time))) throw none;
  return { schema, name, time: new Date(time).toISOString(), kit, files };
}
