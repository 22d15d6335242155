import { expect, test } from 'vitest';
import { drawable, placeholder, visible, visibleLines } from './signs.ts';

test('visible() writes control signs, direction marks and broken halves out, and keeps the rest', () => {
  expect(visible('a\u001B[31m\tb\r\n')).toBe(String.raw`a\u{1b}[31m\tb\r\n`);
  expect(visible('\u202Eevil\u200B\uD800\uFFFE')).toBe(
    String.raw`\u{202e}evil\u{200b}\u{d800}\u{fffe}`,
  );
  expect(visible('שלום 😀 é <&>')).toBe('שלום 😀 é <&>');
});

test('visibleLines() splits at line ends only', () => {
  expect(visibleLines('a\r\nb\nc\rd')).toEqual(['a', 'b', String.raw`c\rd`]);
});

test('drawable() shows a placeholder for each sign that would leave the grid', () => {
  expect(drawable('a😀b').join('')).toBe(`a${placeholder}b`);
  expect(drawable('שלום')).toEqual(Array.from({ length: 4 }, () => placeholder));
  expect(drawable('中\u00A0').join('')).toBe(placeholder.repeat(2));
  expect(drawable('✓ ✗ – → ↪ é Ω щ ≥').join('')).toBe('✓ ✗ – → ↪ é Ω щ ≥');
});

test('drawable() joins a letter and its accent where one sign exists for both', () => {
  expect(drawable('e\u0301')).toEqual(['é']);
  expect(drawable('q\u0301')).toEqual(['q', placeholder]);
});
