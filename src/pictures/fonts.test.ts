import { expect, test } from 'vitest';
import { advance, glyph, hasGlyph } from './fonts.ts';

const ascii = Array.from({ length: 94 }, (_, at) => String.fromCodePoint(33 + at));
const signs = [...ascii, ...Array.from('✓✗–→↪▯·…»щΩé')];

test('each shape has an id of its own, and a sign always the same one', () => {
  const drawn = signs.flatMap((sign) => [glyph(sign, 'regular'), glyph(sign, 'bold')]);
  const shapes = new Map(drawn.map(({ id, outline }) => [id, outline]));
  for (const { id, outline } of drawn) expect(outline, `glyph ${id}`).toBe(shapes.get(id));
  expect(glyph('A', 'bold').id).not.toBe(glyph('A', 'regular').id);
  expect(glyph('A', 'bold').outline).not.toBe(glyph('A', 'regular').outline);
});

test('every glyph stays in its cell: neither its neighbours nor other lines are touched', () => {
  for (const { id, outline } of signs.map((sign) => glyph(sign, 'bold'))) {
    const numbers = outline.match(/-?\d+/g)?.map(Number) ?? [];
    const across = numbers.filter((_, at) => at % 2 === 0);
    const down = numbers.filter((_, at) => at % 2 === 1);
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
