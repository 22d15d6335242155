import { expect, test } from 'vitest';
import { asLabError, describeError, LabError, readingReasonOf, reasonOf } from './errors.ts';

const systemError = (code: string) =>
  Object.assign(new Error(`${code}: as it said`), { code, path: '/lab/x', syscall: 'open' });

test.each([
  ['ENOSPC', 'Error: Cannot open /lab/x: the disk is full (ENOSPC)\nNext:  Free some space'],
  ['EROFS', 'Error: Cannot open /lab/x: the disk is read-only (EROFS)\nNext:  Clone the kit'],
  [
    'EACCES',
    'Error: Cannot open /lab/x: you may not write there (EACCES)\nNext:  Make it writable',
  ],
])('%s is told in words, with what to do', (code, text) => {
  expect(describeError(systemError(code))).toContain(text);
});

test('a full disk is one also where SQLite says it', () => {
  expect(asLabError(new Error('database or disk is full'))?.message).toContain('the disk is full');
});

test('what nobody foresaw keeps its stack', () => {
  expect(asLabError(new Error('odd'))).toBeUndefined();
  expect(describeError(new Error('odd'))).toContain('errors.test.ts');
});

test('a LabError stays what it is', () => {
  const error = new LabError('no', { hint: 'do' });
  expect(asLabError(error)).toBe(error);
});

test.each([
  ['EACCES', 'you may not write there', 'you may not read it'],
  ['EISDIR', 'a folder is in its place', 'it is a folder'],
  ['ENOENT', 'there is no such file or folder', 'there is no such file or folder'],
  ['ENOSPC', 'the disk is full', 'the disk is full'],
])('%s is another reason to a writer than to a reader', (code, writing, reading) => {
  expect(reasonOf(systemError(code))).toBe(`${writing} (${code})`);
  expect(readingReasonOf(systemError(code))).toBe(`${reading} (${code})`);
});

test('of what is no error of the operating system the reason is its message', () => {
  expect([reasonOf(new Error('odd')), readingReasonOf('text')]).toEqual(['odd', 'text']);
});
