import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as OpenType from 'opentype.js';

// opentype.js and the fonts are read when the first sign is drawn: most commands of the lab draw nothing.
const require = createRequire(import.meta.url);

/** All glyphs stand on a grid of 600 x 1000 units, whatever their font. */
export const unitsPerEm = 1000;
export const advance = 600;

export interface Glyph {
  /** The same for the same shape in every picture. */
  readonly id: string;
  /** SVG path data, y downwards from the baseline. */
  readonly outline: string;
}

const files = {
  regular: '@expo-google-fonts/jetbrains-mono/400Regular/JetBrainsMono_400Regular.ttf',
  bold: '@expo-google-fonts/jetbrains-mono/700Bold/JetBrainsMono_700Bold.ttf',
  // JetBrains Mono has no tick and no cross.
  dejavu: 'dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf',
} as const;

type Face = keyof typeof files;

const faces = new Map<Face, OpenType.Font>();
const glyphs = new Map<string, Glyph>();

export function hasGlyph(sign: string): boolean {
  return faceOf(sign, 'regular') !== undefined;
}

/** The glyph of one sign, without ligatures or kerning. A sign that no font has gives the empty glyph. */
export function glyph(sign: string, weight: 'bold' | 'regular'): Glyph {
  const face = faceOf(sign, weight) ?? weight;
  const id = `${face[0]}${sign.codePointAt(0)?.toString(16)}`;
  const known = glyphs.get(id);
  if (known !== undefined) return known;
  const { path, advanceWidth } = font(face).charToGlyph(sign);
  const made = { id, outline: outline(path.commands, advance / (advanceWidth ?? advance)) };
  glyphs.set(id, made);
  return made;
}

function faceOf(sign: string, weight: 'bold' | 'regular'): Face | undefined {
  return [weight, 'dejavu' as const].find((face) => {
    const { index, advanceWidth } = font(face).charToGlyph(sign);
    // Some arrows are two cells wide in one font and one cell in the other.
    return index !== 0 && (face === 'dejavu' || advanceWidth === advance);
  });
}

function font(face: Face): OpenType.Font {
  const known = faces.get(face);
  if (known !== undefined) return known;
  const bytes = readFileSync(require.resolve(files[face]));
  const parsed = (require('opentype.js') as typeof OpenType).parse(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  );
  faces.set(face, parsed);
  return parsed;
}

/** Path data in as few signs as it takes: relative to the point before, which is exact for whole numbers. */
function outline(commands: readonly OpenType.PathCommand[], scale: number): string {
  let [x, y] = [0, 0];
  let [startX, startY] = [0, 0];
  let before = '';
  const parts: string[] = [];
  const emit = (name: string, numbers: readonly number[]) => {
    const text = numbers.map((number, at) => (at > 0 && number >= 0 ? ' ' : '') + number).join('');
    const joint = name !== before ? name : (numbers[0] ?? 0) < 0 ? '' : ' ';
    parts.push(joint + text);
    before = name;
  };
  for (const step of commands) {
    if (step.type === 'Z') {
      emit('z', []);
      [x, y, before] = [startX, startY, ''];
      continue;
    }
    const points = pointsOf(step).map((point) => point.map((at) => Math.round(at * scale)));
    const [endX = 0, endY = 0] = points.at(-1) ?? [];
    const deltas = points.flatMap(([pointX = 0, pointY = 0]) => [pointX - x, -pointY - y]);
    const [byX = 0, byY = 0] = deltas;
    if (step.type === 'M') emit('m', deltas);
    else if (step.type !== 'L') emit(step.type.toLowerCase(), deltas);
    else if (byX !== 0 && byY !== 0) emit('l', deltas);
    else if (byX !== 0) emit('h', [byX]);
    else if (byY !== 0) emit('v', [byY]);
    [x, y] = [endX, -endY];
    if (step.type === 'M') [startX, startY] = [x, y];
  }
  return parts.join('');
}

function pointsOf(step: Exclude<OpenType.PathCommand, { type: 'Z' }>): [number, number][] {
  const end: [number, number] = [step.x, step.y];
  if (step.type === 'Q') return [[step.x1, step.y1], end];
  if (step.type === 'C') return [[step.x1, step.y1], [step.x2, step.y2], end];
  return [end];
}
