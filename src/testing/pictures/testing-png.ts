import { crc32 } from 'node:zlib';

export interface Chunk {
  readonly type: string;
  readonly content: Buffer;
}

/**
 * The chunks of a PNG.
 * @throws Error when a checksum is wrong
 */
export function chunksOf(png: Uint8Array): Chunk[] {
  const bytes = Buffer.from(png);
  const chunks: Chunk[] = [];
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (bytes.readUInt32BE(at + 8 + length) !== crc32(bytes.subarray(at + 4, at + 8 + length))) {
      throw new Error(`Chunk ${type} has a wrong checksum`);
    }
    chunks.push({ type, content });
    at += 12 + length;
  }
  return chunks;
}
