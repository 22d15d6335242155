import { expect, test } from 'vitest';
import { compileFilters, readFilters } from './filter-criteria.ts';

/** Does a message with this body pass a filter with this pattern for `body`? */
function passes(pattern: unknown, body: unknown): boolean {
  const patterns = readFilters({ Filters: [{ Pattern: JSON.stringify({ body: pattern }) }] });
  return compileFilters(patterns)(typeof body === 'string' ? body : JSON.stringify(body));
}

test.each([
  [{ kind: ['order'] }, { kind: 'order' }, true],
  [{ kind: ['order'] }, { kind: 'Order' }, false],
  [{ kind: ['order', 'refund'] }, { kind: 'refund' }, true],
  [{ kind: ['order'] }, {}, false],
  // Several fields: all of them.
  [{ kind: ['order'], total: [5] }, { kind: 'order', total: 5 }, true],
  [{ kind: ['order'], total: [5] }, { kind: 'order', total: 6 }, false],
  [{ total: [5] }, { total: '5' }, false],
  [{ paid: [true] }, { paid: true }, true],
  [{ user: [null] }, { user: null }, true],
  [{ user: [null] }, {}, false],
  [{ name: [''] }, { name: '' }, true],
  [{ customer: { country: ['DE'] } }, { customer: { country: 'DE' } }, true],
  [{ customer: { country: ['DE'] } }, { customer: 'DE' }, false],
  // A list of values, or of objects: one of them.
  [{ tags: ['a'] }, { tags: ['b', 'a'] }, true],
  [{ items: { id: ['x'] } }, { items: [{ id: 'y' }, { id: 'x' }] }, true],
  [{ name: [{ prefix: 'A-' }] }, { name: 'A-17' }, true],
  [{ name: [{ prefix: 'A-' }] }, { name: 'B-17' }, false],
  [{ name: [{ suffix: '.png' }] }, { name: 'cat.png' }, true],
  [{ name: [{ suffix: '.png' }] }, { name: 17 }, false],
  [{ name: [{ 'equals-ignore-case': 'ADA' }] }, { name: 'Ada' }, true],
  [{ name: [{ 'anything-but': ['Ada', 'Bob'] }] }, { name: 'Cem' }, true],
  [{ name: [{ 'anything-but': ['Ada', 'Bob'] }] }, { name: 'Bob' }, false],
  [{ name: [{ 'anything-but': 'Ada' }] }, {}, false],
  [{ name: [{ 'anything-but': { prefix: 'A' } }] }, { name: 'Ada' }, false],
  [{ total: [{ numeric: ['=', 5] }] }, { total: 5.0 }, true],
  [{ total: [{ numeric: ['>', 10, '<=', 20] }] }, { total: 20 }, true],
  [{ total: [{ numeric: ['>', 10, '<=', 20] }] }, { total: 10 }, false],
  [{ total: [{ numeric: ['>', 10] }] }, { total: '11' }, false],
  [{ error: [{ exists: true }] }, { error: 'x' }, true],
  [{ error: [{ exists: true }] }, {}, false],
  [{ error: [{ exists: false }] }, {}, true],
  [{ error: [{ exists: false }] }, { error: null }, false],
  [{ $or: [{ kind: ['order'] }, { total: [5] }] }, { total: 5 }, true],
  [{ $or: [{ kind: ['order'] }, { total: [5] }] }, { total: 6 }, false],
  // Rules for plain text.
  [['hello'], 'hello', true],
  [[{ prefix: 'ord' }], 'order 5', true],
  [['hello'], 'bye', false],
  // The kinds must agree.
  [{ kind: ['order'] }, 'kind order', false],
  [[{ prefix: '{' }], { kind: 'order' }, false],
])('a filter for the body %j lets %j pass: %s', (pattern, body, expected) => {
  expect(passes(pattern, body)).toBe(expected);
});

test('of several filters one has to fit', () => {
  const Filters = ['a', 'b'].map((kind) => ({
    Pattern: JSON.stringify({ body: { kind: [kind] } }),
  }));
  const filter = compileFilters(readFilters({ Filters }));
  expect(['a', 'b', 'c'].map((kind) => filter(JSON.stringify({ kind })))).toEqual([
    true,
    true,
    false,
  ]);
});

test('without filters everything passes', () => {
  expect(compileFilters(readFilters({}))('anything')).toBe(true);
  expect(compileFilters(readFilters({ Filters: [] }))('anything')).toBe(true);
});

test.each([
  'no JSON',
  '"text"',
  '[]',
  '{}',
  '{"body":{}}',
  '{"body":[]}',
  '{"body":"hello"}',
  '{"body":{"kind":"order"}}',
  '{"body":{"kind":[]}}',
  '{"body":{"kind":[{"prefix":5}]}}',
  '{"body":{"kind":[{"unknown":"x"}]}}',
  '{"body":{"kind":[{"prefix":"a","suffix":"b"}]}}',
  '{"body":{"total":[{"numeric":[">"]}]}}',
  '{"body":{"total":[{"numeric":["~",5]}]}}',
  '{"body":{"total":[{"exists":"yes"}]}}',
  '{"body":{"total":[{"anything-but":[]}]}}',
  '{"body":{"$or":[{"kind":["a"]}]}}',
  `{"body":${'{"a":'.repeat(200)}["x"]${'}'.repeat(200)}}`,
])('the pattern %s is refused', (Pattern) => {
  expect(() => readFilters({ Filters: [{ Pattern }] })).toThrow(
    'Invalid filter pattern definition.',
  );
});

test('a pattern on something else than the body is refused, not ignored', () => {
  const Pattern = JSON.stringify({ attributes: { SenderId: ['x'] }, body: ['x'] });
  expect(() => readFilters({ Filters: [{ Pattern }] })).toThrow('is not in the sandbox');
});
