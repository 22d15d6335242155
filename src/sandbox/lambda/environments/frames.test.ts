import { expect, test } from 'vitest';
import { BadFrameError, encodeFrame, FrameReader } from './frames.ts';

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

test.each([
  ['lengths that nobody sends', Buffer.alloc(64, 0xff)],
  ['no JSON', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0x7b])],
  ['JSON that is no object', Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, ...Buffer.from('null')])],
])('FrameReader.read() of %s is an error, and reads no further', (_, bytes) => {
  expect(() => new FrameReader().read(bytes)).toThrow(BadFrameError);
});
