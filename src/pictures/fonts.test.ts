import { expect, test } from 'vitest';
import { advance, glyph, hasGlyph } from './fonts.ts';

const ascii = Array.from({ length: 94 }, (_, at) => String.fromCodePoint(33 + at));
const signs = [...ascii, ...Array.from('✓✗–→↪▯·…»щΩé')];

/** All points of path data, its relative steps added up. */
function pointsOf(outline: string): [number, number][] {
  const points: [number, number][] = [];
  let [x, y] = [0, 0];
  let start: [number, number] = [0, 0];
  for (const [, name = '', text = ''] of outline.matchAll(/([a-z])([^a-z]*)/g)) {
    const numbers = text.match(/-?\d+/g)?.map(Number) ?? [];
    if (name === 'z') [x, y] = start;
    else if (name === 'h' || name === 'v') {
      for (const by of numbers) {
        if (name === 'h') x += by;
        else y += by;
        points.push([x, y]);
      }
    } else {
      const each = { m: 1, l: 1, q: 2, c: 3 }[name] ?? 0;
      for (let at = 0; at < numbers.length; at += each * 2) {
        for (let point = 0; point < each; point += 1) {
          const [byX = 0, byY = 0] = numbers.slice(at + 2 * point);
          points.push([x + byX, y + byY]);
        }
        [x, y] = points.at(-1) ?? [0, 0];
      }
      if (name === 'm') start = [x, y];
    }
  }
  return points;
}

test('each shape has an id of its own, and a sign always the same one', () => {
  const drawn = signs.flatMap((sign) => [glyph(sign, 'regular'), glyph(sign, 'bold')]);
  const shapes = new Map(drawn.map(({ id, outline }) => [id, outline]));
  for (const { id, outline } of drawn) expect(outline, `glyph ${id}`).toBe(shapes.get(id));
  expect(glyph('A', 'bold').id).not.toBe(glyph('A', 'regular').id);
  expect(glyph('A', 'bold').outline).not.toBe(glyph('A', 'regular').outline);
});

test('every glyph stays in its cell: neither its neighbours nor other lines are touched', () => {
  for (const { id, outline } of signs.map((sign) => glyph(sign, 'bold'))) {
    const numbers = pointsOf(outline);
    const across = numbers.map(([x]) => x);
    const down = numbers.map(([, y]) => y);
    expect(numbers.length, `glyph ${id}`).toBeGreaterThan(0);
    expect(Math.min(...across), `glyph ${id}`).toBeGreaterThan(-30);
    expect(Math.max(...across), `glyph ${id}`).toBeLessThan(advance + 30);
    // The box of a line: 0.95 of the type size above the baseline, 0.25 below.
    expect(Math.min(...down), `glyph ${id}`).toBeGreaterThan(-950);
    expect(Math.max(...down), `glyph ${id}`).toBeLessThan(250);
  }
});

test('hasGlyph() knows what the fonts lack', () => {
  expect(['A', '✓', '→'].every(hasGlyph)).toBe(true);
  expect(['😀', 'ש', '中'].some(hasGlyph)).toBe(false);
});
