import { expect, test } from 'vitest';
import { anyLab, labNamed } from '../testing/lab/any-lab.ts';
import type { Look } from './lab.ts';
import { recording, replaying } from './look.ts';

test('what is recorded is told again when replayed, and nobody is asked', async () => {
  const work = async ({ fact }: Look) => [
    await fact('a', async () => 1),
    await fact('b', async () => undefined),
  ];
  const { value, observations } = await recording(anyLab, work);
  expect(value).toEqual([1, undefined]);
  expect(JSON.parse(JSON.stringify(observations))).toEqual([
    { fact: 'a', value: 1 },
    { fact: 'b', value: null },
  ]);
  const { fact } = replaying(anyLab, observations);
  const again = ['a', 'b'].map((name) => fact(name, () => Promise.reject(new Error('asked'))));
  expect(await Promise.all(again)).toEqual([1, undefined]);
});

test('what was not recorded cannot be replayed', async () => {
  const asked = replaying(anyLab, []).fact('new', async () => 1);
  await expect(asked).rejects.toThrow('not in the recorded answers: new');
});

test('a lab of recorded answers has no session', async () => {
  const question = { service: 'sts', operation: 'GetCallerIdentity', input: {} } as const;
  await expect(anyLab.look.ask(question)).rejects.toThrow('nothing may be asked');
});

test('answers that lead round in a circle end the work that follows them', async () => {
  const { fact } = replaying(anyLab, [
    { fact: 'first', value: 'second' },
    { fact: 'second', value: 'first' },
  ]);
  const follow = async (page: string): Promise<string> => follow(await fact(page, async () => ''));
  await expect(follow('first')).rejects.toThrow('form a loop');
});

test('checks that share their answers ask once, and each writes down what it has seen', async () => {
  let asked = 0;
  const work = ({ fact }: Look) => fact('count', async () => (asked += 1));
  const answers = new Map<string, Promise<unknown>>();
  const first = await recording(anyLab, work, answers);
  const second = await recording(anyLab, work, answers);
  expect([asked, first.value, second.value]).toEqual([1, 1, 1]);
  expect(second.observations).toEqual([{ fact: 'count', value: 1 }]);
});

test('a failed look fails the work that needs it, also when another check asked first', async () => {
  const work = ({ fact }: Look) => fact('broken', () => Promise.reject(new Error('no route')));
  const answers = new Map<string, Promise<unknown>>();
  await expect(recording(anyLab, work, answers)).rejects.toThrow('no route');
  await expect(recording(anyLab, work, answers)).rejects.toThrow('no route');
});

test('every lab has the names of its prefix', () => {
  const names = ['ada-', 'bob-', ''].map((prefix) => labNamed(prefix).queueName);
  expect(names).toEqual(['ada-lab01-worker-queue', 'bob-lab01-worker-queue', 'lab01-worker-queue']);
});
