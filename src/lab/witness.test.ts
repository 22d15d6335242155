import { expect, test } from 'vitest';
import { forLearner } from './learner.ts';
import { lab } from './settings.ts';
import { fact, recording, replaying } from './witness.ts';

test('what is recorded is told again when replayed, and nobody is asked', async () => {
  const work = async () => [await fact('a', async () => 1), await fact('b', async () => undefined)];
  const { value, observations } = await recording(work);
  expect(value).toEqual([1, undefined]);
  expect(JSON.parse(JSON.stringify(observations))).toEqual([
    { fact: 'a', value: 1 },
    { fact: 'b', value: null },
  ]);
  const again = replaying(observations, () =>
    Promise.all(['a', 'b'].map((name) => fact(name, () => Promise.reject(new Error('asked'))))),
  );
  expect(await again).toEqual([1, undefined]);
});

test('what was not recorded cannot be replayed', async () => {
  const look = () => fact('new', async () => 1);
  await expect(replaying([], look)).rejects.toThrow('not in the recorded answers: new');
});

test('answers that lead round in a circle end the work that follows them', async () => {
  const follow = async (page: string): Promise<string> => follow(await fact(page, async () => ''));
  const observations = [
    { fact: 'first', value: 'second' },
    { fact: 'second', value: 'first' },
  ];
  await expect(replaying(observations, () => follow('first'))).rejects.toThrow('in a circle');
});

test('checks that share their answers ask once, and each writes down what it has seen', async () => {
  let asked = 0;
  const look = () => fact('count', async () => (asked += 1));
  const answers = new Map<string, Promise<unknown>>();
  const [first, second] = [await recording(look, answers), await recording(look, answers)];
  expect([asked, first.value, second.value]).toEqual([1, 1, 1]);
  expect(second.observations).toEqual([{ fact: 'count', value: 1 }]);
});

test('a failed look fails the work that needs it, also when another check asked first', async () => {
  const look = () => fact('broken', () => Promise.reject(new Error('no route')));
  const answers = new Map<string, Promise<unknown>>();
  await expect(recording(look, answers)).rejects.toThrow('no route');
  await expect(recording(look, answers)).rejects.toThrow('no route');
});

test('two learners are looked at side by side, each by the own names', async () => {
  const place = async () => ({ accountId: '111122223333', region: 'us-east-1' });
  const name = (prefix: string) =>
    forLearner({ prefix, place }, async () => {
      await Promise.resolve();
      return lab.queueName;
    });
  expect(await Promise.all([name('ada-'), name('bob-')])).toEqual([
    'ada-lab01-worker-queue',
    'bob-lab01-worker-queue',
  ]);
  expect(lab.queueName).toBe('lab01-worker-queue');
});
