import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Store, StoreDamagedError } from './store.ts';
import { randomFrom } from '../testing/sandbox/random.ts';

// Each commit waits for the disk.
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = () => join(folder, 'store.db');

function open(path = file()): Store {
  const store = new Store(path);
  store.migrate('CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY, text TEXT) STRICT');
  store.migrate('CREATE INDEX IF NOT EXISTS numbers_by_text ON numbers (text)');
  return store;
}

function add(store: Store, n: number, text = `number ${n}`): void {
  store.sql('INSERT INTO numbers VALUES (?, ?)').run(n, text);
}

function numbers(store: Store): number[] {
  return store
    .sql('SELECT n FROM numbers ORDER BY n')
    .all()
    .map(({ n }) => Number(n));
}

const failing = () => {
  throw new Error('no');
};

describe('transaction()', () => {
  test('leaves nothing of what failed, and the next one works', () => {
    const store = open(':memory:');
    const halfDone = () =>
      store.transaction(() => {
        add(store, 1);
        failing();
      });
    expect(halfDone).toThrow('no');
    store.transaction(() => add(store, 2));
    expect(numbers(store)).toEqual([2]);
  });

  test('on a full disk it fails with what SQLite says, and works when there is space again', () => {
    const store = open();
    const fill = () =>
      store.transaction(() => {
        for (let n = 1; n <= 100; n += 1) add(store, n, 'x'.repeat(10_000));
      });
    fillDisk(store);
    expect(fill).toThrow(/full/);
    expect(numbers(store)).toEqual([]);
    freeDisk(store);
    fill();
    expect(numbers(store)).toHaveLength(100);
    store.close();
  });
});

describe('grouped()', () => {
  test('runs the work of one turn in order, and each sees what came before', async () => {
    const store = open(':memory:');
    const seen = await Promise.all(
      [1, 2, 3].map((n) =>
        store.grouped(() => {
          add(store, n);
          return numbers(store).length;
        }),
      ),
    );
    expect(seen).toEqual([1, 2, 3]);
  });

  test('nothing is done before its turn', async () => {
    const store = open(':memory:');
    const done = store.grouped(() => add(store, 1));
    expect(numbers(store)).toEqual([]);
    expect(store.busy).toBe(true);
    await done;
    expect(numbers(store)).toEqual([1]);
    expect(store.busy).toBe(false);
  });

  test('a piece that fails takes back only itself', async () => {
    const store = open(':memory:');
    const results = await Promise.allSettled([
      store.grouped(() => add(store, 1)),
      store.grouped(() => {
        add(store, 2);
        failing();
      }),
      store.grouped(() => store.transaction(() => add(store, 3))),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(numbers(store)).toEqual([1, 3]);
  });

  test('when it resolves, another reader of the file finds it', async () => {
    const store = open();
    await store.grouped(() => add(store, 1));
    const copy = join(folder, 'copy.db');
    copyFileSync(file(), copy);
    copyFileSync(`${file()}-wal`, `${copy}-wal`);
    expect(numbers(open(copy))).toEqual([1]);
    store.close();
  });

  test('it resolves when the disk has it and not before, and what others read meanwhile is told them then', async () => {
    let done: (error: Error | null) => void = () => undefined;
    const store = new Store(file(), (_fd, callback) => (done = callback));
    store.migrate('CREATE TABLE IF NOT EXISTS numbers (n INTEGER, text TEXT)');
    let told = false;
    const writing = store.grouped(() => add(store, 1)).then(() => (told = true));
    expect(store.whenOnDisk()).toBeUndefined();
    await new Promise(setImmediate);
    expect(numbers(store)).toEqual([1]);
    const reading = store.whenOnDisk();
    expect(reading).toBeInstanceOf(Promise);
    await new Promise(setImmediate);
    expect(told).toBe(false);
    expect(store.busy).toBe(true);
    done(null);
    await Promise.all([writing, reading]);
    expect(told).toBe(true);
    expect(store.whenOnDisk()).toBeUndefined();
    store.close();
  });

  test('a disk that fails is told to all who wait, and nothing succeeds after it', async () => {
    const store = new Store(file(), (_fd, done) => done(new Error('EIO')));
    store.migrate('CREATE TABLE IF NOT EXISTS numbers (n INTEGER, text TEXT)');
    await expect(store.grouped(() => add(store, 1))).rejects.toThrow('EIO');
    await expect(store.grouped(() => add(store, 2))).rejects.toThrow('EIO');
    store.close();
  });

  test('on a full disk nobody is told of a success that is not on disk', async () => {
    const store = open();
    fillDisk(store);
    const results = await Promise.allSettled(
      [1, 2, 3].map((n) => store.grouped(() => add(store, n, 'x'.repeat(100_000)))),
    );
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(numbers(store)).toEqual([]);
    freeDisk(store);
    await store.grouped(() => add(store, 4));
    expect(numbers(store)).toEqual([4]);
    store.close();
  });

  test('what waits when the store is closed is done first', async () => {
    const store = open();
    const done = store.grouped(() => add(store, 1));
    store.close();
    await done;
    expect(numbers(open())).toEqual([1]);
  });
});

describe('the write-ahead log', () => {
  test('is emptied into the database file before it grows large', () => {
    const store = open();
    let largest = 0;
    for (let n = 1; n <= 256; n += 1) {
      store.transaction(() => add(store, n, 'x'.repeat(50_000)));
      largest = Math.max(largest, statSync(`${file()}-wal`).size);
    }
    expect(statSync(file()).size).toBeGreaterThan(10 * 1024 * 1024);
    expect(largest).toBeLessThan(12 * 1024 * 1024);
    store.close();
  });

  test('cut off anywhere, it leaves the state after one of its commits', () => {
    const store = open();
    const commits = 80;
    // Where the log ended after each commit; an emptied log starts a new list.
    let ends: { readonly bytes: number; readonly n: number }[] = [];
    for (let n = 1; n <= commits; n += 1) {
      store.transaction(() => add(store, n, 'x'.repeat(n === 60 ? 5_000_000 : 3_000)));
      const bytes = statSync(`${file()}-wal`).size;
      if (bytes < (ends.at(-1)?.bytes ?? 0)) ends = [];
      ends.push({ bytes, n });
    }
    const [database, log] = [readFileSync(file()), readFileSync(`${file()}-wal`)];
    store.close();
    const inDatabase = (ends[0]?.n ?? 1) - 1;
    expect(inDatabase).toBeGreaterThan(0);
    const random = randomFrom(20_261_123);
    for (let cut = 0; cut < 25; cut += 1) {
      const length = random(log.length + 1);
      const copy = join(folder, `copy-${cut}.db`);
      writeFileSync(copy, database);
      writeFileSync(`${copy}-wal`, log.subarray(0, length));
      const kept = ends.findLast(({ bytes }) => bytes <= length)?.n ?? inDatabase;
      const cutStore = open(copy);
      expect(numbers(cutStore), `cut at byte ${length}`).toEqual(upTo(kept));
      cutStore.close();
    }
  });

  test('damaged anywhere, it counts up to the damage', () => {
    const store = open();
    for (let n = 1; n <= 50; n += 1) store.transaction(() => add(store, n, 'x'.repeat(3_000)));
    const [database, log] = [readFileSync(file()), readFileSync(`${file()}-wal`)];
    store.close();
    const random = randomFrom(7);
    for (let time = 0; time < 40; time += 1) {
      const copy = join(folder, `copy-${time}.db`);
      const damaged = Buffer.from(log);
      const at = random(log.length);
      damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << random(8)), at);
      writeFileSync(copy, database);
      writeFileSync(`${copy}-wal`, damaged);
      const found = numbersOrRefusal(copy);
      const kept = found === 'refused' ? 0 : found.length;
      expect(['refused', upTo(kept)], `bit flipped in byte ${at}`).toContainEqual(found);
    }
  });
});

describe('a damaged database file', () => {
  test('is refused with the way out, or says what it said before', () => {
    const store = open();
    store.transaction(() => {
      for (let n = 1; n <= 400; n += 1) add(store, n);
    });
    store.close();
    const whole = readFileSync(file());
    const random = randomFrom(99);
    let refused = 0;
    for (let time = 0; time < 80; time += 1) {
      const damaged = Buffer.from(whole);
      for (let bytes = 0; bytes < 16; bytes += 1) {
        damaged.writeUInt8(random(256), random(damaged.length));
      }
      const copy = join(folder, `copy-${time}.db`);
      writeFileSync(copy, damaged);
      const found = numbersOrRefusal(copy);
      if (found === 'refused') refused += 1;
      expect(['refused', upTo(400)]).toContainEqual(found);
    }
    expect(refused).toBeGreaterThan(60);
  });

  test('cut off is refused with the way out', () => {
    const store = open();
    store.transaction(() => {
      for (let n = 1; n <= 400; n += 1) add(store, n);
    });
    store.close();
    const whole = readFileSync(file());
    for (const length of [
      1,
      511,
      512,
      99,
      4_095,
      4_096,
      10_000,
      whole.length - 4_096,
      whole.length - 1,
    ]) {
      writeFileSync(file(), whole.subarray(0, length));
      expect(() => open(), `cut at byte ${length}`).toThrow(/lab sandbox reset/);
    }
  });
});

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

/** As many pages as there are now: what needs another one finds the disk full. */
function fillDisk(store: Store): void {
  store.migrate('PRAGMA max_page_count = 1');
}

function freeDisk(store: Store): void {
  store.migrate('PRAGMA max_page_count = 1073741823');
}

function numbersOrRefusal(path: string): number[] | 'refused' {
  let store: Store | undefined;
  try {
    store = open(path);
    return numbers(store);
  } catch (error) {
    if (error instanceof StoreDamagedError && error.message.includes('lab sandbox reset')) {
      return 'refused';
    }
    throw error;
  } finally {
    store?.close();
  }
}
