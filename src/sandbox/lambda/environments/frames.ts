/** One message between the sandbox and the runtime in a child process; see `runtime/channel.mjs`. */
export interface Frame {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

const headerBytes = 8;

/** More than the runtime ever sends; the function can write into the pipe as well, whatever it likes. */
const mostMetaBytes = 1024 * 1024;
const mostBodyBytes = 256 * 1024 * 1024;

/** What came is no frame. */
export class BadFrameError extends Error {}

export function encodeFrame(meta: Frame['meta'], body: Buffer = Buffer.alloc(0)): Buffer {
  const metaBytes = Buffer.from(JSON.stringify(meta));
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(metaBytes.length, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, metaBytes, body]);
}

/** Puts frames together again from the pieces in which a pipe delivers them. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;
  #wanted = headerBytes;

  /**
   * @returns the frames that `chunk` completed
   * @throws BadFrameError
   */
  read(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const frames: Frame[] = [];
    // Joining only when a whole frame is there keeps large bodies linear.
    while (this.#length >= this.#wanted) {
      const buffer = Buffer.concat(this.#chunks);
      this.#chunks = [buffer];
      const [metaBytes, bodyBytes] = [buffer.readUInt32BE(0), buffer.readUInt32BE(4)];
      if (metaBytes > mostMetaBytes || bodyBytes > mostBodyBytes) throw new BadFrameError();
      const metaEnd = headerBytes + metaBytes;
      const end = metaEnd + bodyBytes;
      this.#wanted = end;
      if (buffer.length < end) break;
      frames.push({
        meta: parseMeta(buffer.subarray(headerBytes, metaEnd)),
        body: buffer.subarray(metaEnd, end),
      });
      this.#chunks = [buffer.subarray(end)];
      this.#length = buffer.length - end;
      this.#wanted = headerBytes;
    }
    return frames;
  }
}

function parseMeta(bytes: Buffer): Frame['meta'] {
  let meta: unknown;
  try {
    meta = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new BadFrameError('no JSON', { cause });
  }
  if (typeof meta !== 'object' || meta === null) throw new BadFrameError('no object');
  return meta as Frame['meta'];
}
