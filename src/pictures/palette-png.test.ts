import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { palettePng } from './palette-png.ts';
import { chunksOf } from '../testing/pictures/testing-png.ts';

function encode(
  colours: readonly (readonly number[])[],
  width: number,
): ReturnType<typeof chunksOf> {
  const data = Uint8Array.from(colours.flat());
  return chunksOf(palettePng({ width, height: colours.length / width, data }));
}

/** The colours of an encoded picture, pixel by pixel. */
function decode(chunks: ReturnType<typeof chunksOf>): number[][] {
  const part = (type: string): Buffer => chunks.find((chunk) => chunk.type === type)!.content;
  const width = part('IHDR').readUInt32BE(0);
  const rows = inflateSync(part('IDAT'));
  const indexes = [...rows].filter((_, at) => at % (width + 1) !== 0);
  return indexes.map((index) => [
    ...part('PLTE').subarray(index * 3, index * 3 + 3),
    part('tRNS')[index] ?? 255,
  ]);
}

test('palettePng() keeps up to 256 colours exactly', () => {
  const colours = Array.from({ length: 256 }, (_, at) => [at, 255 - at, at ^ 85, 255]);
  expect(decode(encode(colours, 16))).toEqual(colours);
});

test('palettePng() gives colours back that resvg has multiplied by alpha', () => {
  expect(
    decode(
      encode(
        [
          [128, 64, 0, 128],
          [0, 0, 0, 0],
        ],
        2,
      ),
    ),
  ).toEqual([
    [255, 128, 0, 128],
    [0, 0, 0, 0],
  ]);
});

test('palettePng() takes the nearest of the most frequent colours for the others', () => {
  const frequent = Array.from({ length: 256 }, (_, at) => [at, 0, 0, 255]);
  const rare = [100, 9, 0, 255];
  const decoded = decode(encode([...frequent, ...frequent, rare, ...frequent.slice(0, 255)], 32));
  expect(decoded[512]).toEqual([100, 0, 0, 255]);
});
