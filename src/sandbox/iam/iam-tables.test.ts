import { afterEach, beforeEach, expect, test } from 'vitest';
import { Store } from '../store.ts';
import { openIamTables } from './iam-tables.ts';
import type { IamTables } from './iam-tables.ts';

let store: Store;
let tables: IamTables;
beforeEach(() => {
  store = new Store(':memory:');
  tables = openIamTables(store);
  tables.migrate('CREATE TABLE policies (owner TEXT, document TEXT) STRICT');
});
afterEach(() => store.close());

const put = (owner: string, document: string) =>
  tables.sql('INSERT INTO policies VALUES (?, ?)').run(owner, document);
const read = (owner: string) =>
  tables
    .sql('SELECT document FROM policies WHERE owner = ?')
    .all(owner)
    .map(({ document }) => document);

test('what was read is kept, for each question by itself, until something is written', () => {
  put('a', 'allow');
  expect([read('a'), read('b')]).toEqual([['allow'], []]);
  store.sql("UPDATE policies SET document = 'past the tables'").run();
  expect([read('a'), read('b')]).toEqual([['allow'], []]);
  put('b', 'deny');
  expect([read('a'), read('b')]).toEqual([['past the tables'], ['deny']]);
});

test('a transaction sees its own writes, and what is taken back is never seen after it', () => {
  expect(read('a')).toEqual([]);
  expect(() =>
    tables.transaction(() => {
      put('a', 'allow');
      expect(read('a')).toEqual(['allow']);
      throw new Error('taken back');
    }),
  ).toThrow('taken back');
  expect(read('a')).toEqual([]);
  tables.transaction(() => {
    put('a', 'allow');
    expect(read('a')).toEqual(['allow']);
  });
  expect(read('a')).toEqual(['allow']);
});

test('questions of any number do not fill the memory', () => {
  put('a', 'allow');
  for (let n = 0; n < 2_000; n += 1) read(`stranger ${n}`);
  store.sql("UPDATE policies SET document = 'past the tables'").run();
  expect(read('a')).toEqual(['past the tables']);
});

test('a write that is read, or a read that is run, is a mistake of the program', () => {
  expect(() => tables.sql('DELETE FROM policies').all()).toThrow('DELETE FROM policies');
  expect(() => tables.sql('SELECT 1').run()).toThrow('SELECT 1');
});
