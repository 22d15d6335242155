import { expect, test } from 'vitest';
import { encodeFrame, FrameReader } from './frames.ts';

test('FrameReader.read() puts frames together whatever the pieces', () => {
  const frames = [
    { meta: { type: 'log', time: 1 }, body: Buffer.from('hällo\n') },
    { meta: { type: 'response' }, body: Buffer.alloc(0) },
    { meta: { type: 'response' }, body: Buffer.alloc(5000, 'x') },
  ];
  const bytes = Buffer.concat(frames.map(({ meta, body }) => encodeFrame(meta, body)));
  for (const size of [1, 7, 8, 9, 1000, bytes.length]) {
    const reader = new FrameReader();
    const read = [];
    for (let at = 0; at < bytes.length; at += size) {
      read.push(...reader.read(bytes.subarray(at, at + size)));
    }
    expect(read).toEqual(frames);
  }
});
