import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, alpha; colours are multiplied by alpha, as resvg gives them. */
  readonly data: Uint8Array;
}

/**
 * An 8-bit PNG with a palette: a third of the size of 32 bits, and no chunk that could tell of time or place.
 * The 256 most frequent colours stay exact; the others, all from soft edges, go to the nearest.
 */
export function palettePng({ width, height, data }: Pixels): Uint8Array {
  const { colours, counts, ids } = coloursOf(data, width * height);
  const ranked = [...colours.keys()].toSorted(
    (a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || (colours[a] ?? 0) - (colours[b] ?? 0),
  );
  const palette = ranked.slice(0, 256).map((id) => colours[id] ?? 0);
  const indexes = new Uint8Array(colours.length);
  for (const [rank, id] of ranked.entries()) {
    indexes[id] = rank < 256 ? rank : nearest(colours[id] ?? 0, palette);
  }
  // Each row begins with its filter: 0, the bytes as they are.
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0, at = 0; y < height; y += 1) {
    const start = y * (width + 1) + 1;
    for (let x = 0; x < width; x += 1, at += 1) rows[start + x] = indexes[ids[at] ?? 0] ?? 0;
  }
  return Buffer.concat([
    signature,
    chunk('IHDR', header(width, height)),
    chunk('PLTE', Buffer.from(palette.flatMap(straight))),
    chunk('tRNS', Buffer.from(palette.map((colour) => colour >>> 24))),
    chunk('IDAT', deflateSync(rows, { level: 7 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The colours in the order in which they appear, how often each does, and which one each pixel has. */
function coloursOf(
  data: Uint8Array,
  size: number,
): { colours: number[]; counts: number[]; ids: Uint32Array } {
  // Signed: V8 keeps these as plain integers, which makes the map three times as fast.
  const pixels = new Int32Array(data.buffer, data.byteOffset, size);
  const known = new Map<number, number>();
  const colours: number[] = [];
  const counts: number[] = [];
  const ids = new Uint32Array(size);
  // Most neighbours are equal: the map is asked once for each run of one colour.
  for (let start = 0, end = 1; start < size; start = end, end += 1) {
    const colour = pixels[start] ?? 0;
    while (end < size && pixels[end] === colour) end += 1;
    const id = known.get(colour) ?? colours.push(colour) - 1;
    known.set(colour, id);
    counts[id] = (counts[id] ?? 0) + end - start;
    ids.fill(id, start, end);
  }
  return { colours, counts, ids };
}

function nearest(colour: number, palette: readonly number[]): number {
  let best = 0;
  let bestDistance = Infinity;
  for (const [index, other] of palette.entries()) {
    let distance = 0;
    for (let shift = 0; shift < 32; shift += 8) {
      distance += (((colour >>> shift) & 0xff) - ((other >>> shift) & 0xff)) ** 2;
    }
    if (distance < bestDistance) [best, bestDistance] = [index, distance];
  }
  return best;
}

/** The colour as PNG wants it: not multiplied by alpha. */
function straight(colour: number): [number, number, number] {
  const alpha = colour >>> 24;
  const channel = (shift: number): number =>
    alpha === 0 ? 0 : Math.min(255, Math.round((((colour >>> shift) & 0xff) * 255) / alpha));
  return [channel(0), channel(8), channel(16)];
}

function header(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(width, 0);
  bytes.writeUInt32BE(height, 4);
  bytes[8] = 8; // bits a pixel
  bytes[9] = 3; // colour type: palette
  return bytes;
}

function chunk(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length);
  head.write(type, 4, 'latin1');
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(content, crc32(head.subarray(4))));
  return Buffer.concat([head, content, tail]);
}
