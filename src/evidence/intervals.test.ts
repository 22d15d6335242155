import { expect, test } from 'vitest';
import { shapesOf, shapesOfRun, timesInShapes } from './intervals.ts';

const run = [0, 2565, 6768, 11_840, 19_038, 40_097];

test('a run that is moved in time keeps its shapes, and another one shares none of them', () => {
  const shapes = shapesOf(run);
  expect(shapes).toEqual(['2565 4203 5072 7198', '4203 5072 7198 21059']);
  expect(shapesOf(run.map((at) => at + 86_400_123))).toEqual(shapes);
  const other = new Set(shapesOf([0, 2565, 6768, 11_841, 19_038, 40_097]));
  expect(shapes.filter((shape) => other.has(shape))).toEqual([]);
});

test('times that are the same for everybody have no shape: at once, or whole seconds apart', () => {
  expect(shapesOf([0, 0, 0, 0, 0, 0])).toEqual([]);
  expect(shapesOf([0, 1, 3, 5, 8, 9, 12])).toEqual([]);
  expect(shapesOf([0, 1000, 3000, 33_000, 63_000, 93_000])).toEqual([]);
});

test('what answers date belongs to the shape of a run, also in a line of the worker’s log', () => {
  const output = {
    Role: { CreateDate: new Date(2_000_000_000_700).toISOString() },
    Attributes: { CreatedTimestamp: '2000000001' },
    events: [{ timestamp: 2_000_000_002_300, message: '{"sentAt":2000000001950}' }],
  };
  const question = { service: 'sqs', operation: 'X', input: {} } as const;
  const one = {
    time: new Date(2_000_000_003_000).toISOString(),
    observations: [{ question, output }],
  };
  expect(shapesOfRun([one])).toEqual(['300 950 350 700']);
});

test('the recordings in a known shape are found, and others beside them are not', () => {
  const times = [-50_000, ...run].map((at) => new Date(2_000_000_000_000 + at).toISOString());
  expect([...timesInShapes(times, new Set(shapesOf(run)))]).toEqual(times.slice(1));
});
