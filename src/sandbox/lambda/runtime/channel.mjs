import { readSync, writeSync } from 'node:fs';

// The sandbox and its child talk in frames over two pipes of their own, so that stdout and stderr
// stay the function's: a header of two 32-bit lengths, then JSON about the body, then the body.
const incoming = 3;
const outgoing = 4;
const headerBytes = 8;

/**
 * Waits for the next frame *without* running the event loop: between two invocations nothing of
 * the function runs, as in a frozen execution environment. When the sandbox is gone, so are we.
 */
export function receive() {
  const header = readExactly(headerBytes);
  const meta = readExactly(header.readUInt32BE(0));
  const body = readExactly(header.readUInt32BE(4));
  return { meta: JSON.parse(meta.toString('utf8')), body };
}

/** @param {object} meta @param {string} body */
export function send(meta, body = '') {
  const metaBytes = Buffer.from(JSON.stringify(meta));
  const bodyBytes = Buffer.from(body);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(metaBytes.length, 0);
  header.writeUInt32BE(bodyBytes.length, 4);
  writeAll(Buffer.concat([header, metaBytes, bodyBytes]));
}

function readExactly(length) {
  const buffer = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const count = readSync(incoming, buffer, at, length - at, null);
    if (count === 0) process.exit(0);
    at += count;
  }
  return buffer;
}

function writeAll(buffer) {
  for (let at = 0; at < buffer.length;) at += writeSync(outgoing, buffer, at);
}
