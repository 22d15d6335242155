import { describe, expect, test } from 'vitest';
import { clip, fold, textWidth } from './fold.ts';
import { pressOfLine, pressesOf } from './keys.ts';
import { keysLines, waitingLine, taskLines } from './lines.ts';
import { mailbox } from './mailbox.ts';
import { pointingCommands } from '../lab/next.ts';
import { openingLines } from './opening.ts';
import { createPace } from './pace.ts';
import { listSteps, loadCheck } from '../judging/steps.ts';
import { readTask, taskOf, whereIs } from './task.ts';
import { fail, pass, refused, resultOf, view } from '../testing/watch.ts';
import { anyLab } from '../testing/lab/any-lab.ts';

describe('text', () => {
  test('is broken between words, under its sign, and keeps what is too long to break', () => {
    expect(fold('one two three', { width: 9, first: '  ' })).toEqual(['  one two', '  three']);
    expect(fold('arn:aws:sqs:us-east-1', { width: 8, first: '- ' })).toEqual([
      '- arn:aws:sqs:us-east-1',
    ]);
  });

  test('on one line never is wider than its room', () => {
    expect(clip('12345', 5)).toBe('12345');
    expect(clip('123456', 5)).toBe('1234…');
    expect(clip('1', 0)).toBe('');
  });

  test('has a width for every terminal, and for none', () => {
    expect([undefined, 3, 40, 80, 400].map(textWidth)).toEqual([80, 20, 40, 80, 96]);
  });

  test.each([20, 40, 80])('fits %i columns', (width) => {
    const result = resultOf('01', { a: 'pass', b: 'fail' });
    const task = {
      kind: 'make' as const,
      showsRun: false,
      number: '01',
      title: 'A title that is long',
      why: ['Words and words and words.'],
      where: 'docs/x.md',
      cues: [],
    };
    const lines = [
      ...taskLines(task, result, { width, manual: false }),
      ...keysLines({ width, manual: true }),
    ];
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  });
});

describe('the waiting line', () => {
  const at = new Date(2026, 0, 1, 12, 3, 5);
  const line = (result: Parameters<typeof waitingLine>[0]['result']) =>
    waitingLine({ result, at, nextMs: 4000, paused: false });

  test('says how much holds, when it looked, and whose turn it is, in 40 columns', () => {
    expect(line(fail('01'))).toBe('01 looked 12:03:05 · 0/1, your turn');
    expect(line(fail('01')).length).toBeLessThan(40);
    expect(line(pass('01'))).toBe('01 looked 12:03:05 · 1/1, green');
  });

  test('says which clock of AWS runs and what is left of it', () => {
    const clock = { name: 'visibility timeout', atMostSeconds: 30, leftSeconds: 21.6 };
    const waiting = (shown: object) =>
      line(
        resultOf('09', {
          a: 'pass',
          b: { cause: 'AWS not ready yet', clock: { ...clock, ...shown } },
        }),
      );
    expect(waiting({})).toBe('09 looked 12:03:05 · 1/2, 22 s left: visibility timeout (AWS clock)');
    expect(waiting({ leftSeconds: undefined })).toContain('at most 30 s: visibility timeout');
    expect(waiting({ leftSeconds: -3 })).toContain('0 s left');
  });

  test('says when it will ask again', () => {
    expect(line(refused('01'))).toBe(
      '01 looked 12:03:05 · 0/2, no answer: no connection · again in 4.0 s',
    );
  });
});

describe('keys', () => {
  test('are single letters; Ctrl-C, Ctrl-D and q leave', () => {
    expect(pressesOf('h')).toEqual([{ kind: 'key', key: 'h' }]);
    expect(pressesOf('hh')).toHaveLength(2);
    expect(pressesOf('\r')).toEqual([{ kind: 'key', key: 'Enter' }]);
    expect(pressesOf('\u001B[A')).toEqual([{ kind: 'key', key: 'Esc' }]);
    for (const end of ['\u0003', '\u0004', 'q']) expect(pressesOf(end)).toEqual([{ kind: 'quit' }]);
  });

  test('many letters at once are a paste', () => {
    expect(pressesOf('aws sqs list-queues\r')).toEqual([{ kind: 'pasted' }]);
  });

  test('as lines: a letter or its word, Enter alone, and commands are told apart', () => {
    expect(pressOfLine('')).toEqual({ kind: 'key', key: 'Enter' });
    expect(pressOfLine(' h ')).toEqual({ kind: 'key', key: 'h' });
    expect(pressOfLine('hint')).toEqual({ kind: 'key', key: 'h' });
    expect(pressOfLine('aws sqs list-queues')).toEqual({ kind: 'pasted' });
  });
});

describe('the pace', () => {
  const minute = 60_000;

  function paceAt(target: 'aws' | 'sandbox') {
    let now = 0;
    return {
      pace: createPace(target, () => now),
      pass: (milliseconds: number) => {
        now += milliseconds;
      },
    };
  }

  test('is a second in the sandbox and two on AWS', () => {
    expect(paceAt('sandbox').pace.pauseMs()).toBe(1000);
    expect(paceAt('aws').pace.pauseMs()).toBe(2000);
  });

  test('slows down when nothing happens for long, and a change wakes it', () => {
    const { pace, pass: wait } = paceAt('aws');
    wait(3 * minute);
    expect(pace.pauseMs()).toBe(5000);
    wait(10 * minute);
    expect(pace.pauseMs()).toBe(10_000);
    pace.changed();
    expect(pace.pauseMs()).toBe(2000);
  });

  test('backs off further each time when AWS does not answer, and comes back with the first answer', () => {
    const { pace } = paceAt('aws');
    const pauses = Array.from({ length: 6 }, () => {
      pace.looked([pass('00'), refused('01')]);
      return pace.pauseMs();
    });
    expect(pauses).toEqual([4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    pace.looked([fail('01')]);
    expect(pace.pauseMs()).toBe(2000);
  });
});

test('a task is the heading of its page and what stands under it, without the commands', () => {
  const page =
    '# 04 Grant the permissions\n\nWhy `it` is **so** ([page](x.md), `"*"`).\nMore.\n\n## In the console\n\nClick.\n\n## Exam cue\n\n- SQS **never** calls: [G25](a.md#g25), [G26](a.md#g26). Lambda pulls.\n\nTwo.\n\n## If it fails\n\n- Not this.\n';
  expect(taskOf(page)).toEqual({
    title: 'Grant the permissions',
    why: ['Why it is so (page, "*").', 'More.'],
    cues: ['SQS never calls (exam notes: G25, G26). Lambda pulls.', 'Two.'],
  });
});

test('every page has a cue for the exam, and none keeps the marks of its page', async () => {
  const pages = await Promise.all(
    (await listSteps()).map(async (entry) =>
      readTask(anyLab, entry, await loadCheck(anyLab, entry)),
    ),
  );
  expect(pages.filter(({ cues }) => cues.length === 0)).toEqual([]);
  // `forEach(async …)` is code, and keeps its brackets; links, emphasis and code marks are gone.
  for (const cue of pages.flatMap(({ cues }) => cues)) expect(cue).toMatch(/^[^*`[\]#|]+\.$/);
});

test('a learner with a prefix is sent where the commands carry it', () => {
  expect(whereIs('01', 'page', '')).toBe('Commands and console clicks: page');
  expect(whereIs('01', 'page', 'ada-')).toContain('npx lab step 1 --dry-run');
});

describe('the opening', () => {
  const at = (target: 'aws' | 'sandbox', profile: string) =>
    ({ accountId: '111122223333', region: 'us-east-1', target, profile }) as const;

  test('says where this is, and who looks', () => {
    const lines = openingLines(at('sandbox', 'lab-dev'), { ...view, width: 96 }).join('\n');
    expect(lines).toContain('[SANDBOX]  111122223333, us-east-1');
    expect(lines).toMatch(/checks by\s+itself/);
    expect(openingLines(at('aws', 'ada'), { ...view, manual: true }).join('\n')).toMatch(
      /\[AWS\][\s\S]*Press Enter/,
    );
  });

  test('knows how to point another terminal at the same lab', () => {
    expect(pointingCommands(at('sandbox', 'lab-dev'), '', {})).toEqual(['eval "$(npx lab env)"']);
    const variables = { LAB_REGION: 'eu-west-1', LAB_BOUNDARY: '', HOME: '/home/ada' };
    expect(pointingCommands(at('sandbox', 'instructor'), 'ada-', variables)).toEqual([
      'export LAB_PREFIX=ada-',
      'export LAB_REGION=eu-west-1',
      'eval "$(npx lab env)"',
    ]);
    expect(pointingCommands(at('aws', 'ada'), '', {})).toEqual([
      'eval "$(LAB_TARGET=aws npx lab env --profile ada)"',
    ]);
  });
});

test('a mailbox keeps the order, wakes its reader, and gives up after a while', async () => {
  const box = mailbox<number>();
  box.put(1);
  box.put(2);
  expect([await box.next(), await box.next()]).toEqual([1, 2]);
  const next = box.next();
  box.put(3);
  expect(await next).toBe(3);
  expect(await box.next(1)).toBeUndefined();
});
