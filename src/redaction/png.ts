import { inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Pixels and how they are to be read: nothing that anybody wrote. */
const pictureChunks = new Set([
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'gAMA',
  'cHRM',
  'sRGB',
  'pHYs',
]);

export const isPng = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, 8)).equals(signature);

/** What can be read in a file: a PNG's metadata, packed or not; of anything else, all of it. */
export function readableParts(content: Uint8Array): string[] {
  const bytes = Buffer.from(content);
  if (!isPng(bytes)) return [bytes.toString('utf8')];
  const parts: string[] = [];
  let at = 8;
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (!pictureChunks.has(type))
      parts.push(...chunkTexts(bytes.subarray(at + 8, at + 8 + length)));
    at += length + 12;
  }
  // Behind the last chunk nobody looks, and anything may stand there.
  if (at < bytes.length) parts.push(bytes.toString('utf8', at));
  return parts;
}

/** The chunk as it is, and what is packed in it, wherever the packed part begins. */
function chunkTexts(chunk: Buffer): string[] {
  const texts = [chunk.toString('utf8')];
  for (let at = chunk.indexOf(0); at !== -1; at = chunk.indexOf(0, at + 1)) {
    // Every zlib stream of a PNG begins with 0x78; text chunks have zeros and a method before it.
    const start = chunk.indexOf(0x78, at);
    if (start === -1) break;
    try {
      texts.push(inflateSync(chunk.subarray(start)).toString('utf8'));
      break;
    } catch {
      // Not here.
    }
  }
  return texts;
}
