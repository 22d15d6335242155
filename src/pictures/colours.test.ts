import { expect, test } from 'vitest';
import { areas, edge, grounds, inks, lightOf, onInk, themed } from './colours.ts';

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test('contrast() knows the two ends of the scale', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#777777', '#777777')).toBe(1);
});

test('whatever is written stands out by 4.5:1 or more', () => {
  for (const ink of Object.values(inks)) {
    for (const ground of Object.values(grounds)) {
      expect(contrast(ink, ground), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(onInk, ink), `${onInk} on ${ink}`).toBeGreaterThanOrEqual(4.5);
  }
});

test('on a light page it does so too, and every colour has a light counterpart', () => {
  const light = (colour: string) => lightOf[colour] ?? '';
  for (const ink of Object.values(inks)) {
    for (const ground of Object.values(grounds)) {
      const ratio = contrast(light(ink), light(ground));
      expect(ratio, `${light(ink)} on ${light(ground)}`).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(light(onInk), light(ink)), `on ${light(ink)}`).toBeGreaterThanOrEqual(4.5);
  }
  const all = [...Object.values(inks), ...Object.values(grounds), ...Object.values(areas)];
  for (const colour of [...all, onInk, edge]) expect(light(colour)).toMatch(/^#[0-9a-f]{6}$/);
});

test('themed() changes colours and nothing else, and refuses one that has no light counterpart', () => {
  const rectangle = `<rect x="1" fill="${grounds.card}" stroke="none"/>`;
  expect(themed(rectangle, 'dark')).toBe(rectangle);
  expect(themed(rectangle, 'light')).toBe('<rect x="1" fill="#ffffff" stroke="none"/>');
  expect(() => themed('<rect fill="#123456"/>', 'light')).toThrow('#123456 has no light');
});
