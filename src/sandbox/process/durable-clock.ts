import { LabClock } from '../clock.ts';
import type { Skip } from '../clock.ts';
import type { Store } from '../store.ts';

export interface RecordedSkip extends Skip {
  /** Counts up from 1. */
  readonly id: number;
}

/** The jumps of the clock, the newest of them in detail. */
export interface SkipLog {
  since(id: number): RecordedSkip[];
  readonly last: RecordedSkip | undefined;
  readonly totalMs: number;
}

const offsetSetting = 'clock.offsetMs';
const mostSkips = 10_000;
const schema = `CREATE TABLE IF NOT EXISTS clock_skips (
  id INTEGER PRIMARY KEY AUTOINCREMENT, from_ms REAL NOT NULL, to_ms REAL NOT NULL,
  reason TEXT NOT NULL) STRICT`;

/** Lab time never goes back: how far it is ahead is in the store before anybody sees it. */
export function openDurableClock(
  store: Store,
  { realTime }: { readonly realTime: boolean },
): { clock: LabClock; skips: SkipLog } {
  store.migrate(schema);
  const record = (skip: Skip, offsetMs: number): void => {
    store.transaction(() => {
      store.setSetting(offsetSetting, String(offsetMs));
      const { lastInsertRowid } = store
        .sql('INSERT INTO clock_skips (from_ms, to_ms, reason) VALUES (?, ?, ?)')
        .run(skip.from, skip.to, skip.reason);
      store.sql('DELETE FROM clock_skips WHERE id <= ?').run(Number(lastInsertRowid) - mostSkips);
      if (store.watched) store.tell({ kind: 'skipped', ...skip });
    });
  };
  const clock = new LabClock({
    offsetMs: Number(store.setting(offsetSetting) ?? 0),
    skipping: !realTime,
    onSkip: record,
    // A clock that stood is less far ahead than before, but never behind what anybody has seen.
    onDrift: (offsetMs) =>
      store.transaction(() => store.setSetting(offsetSetting, String(offsetMs))),
    onPace: () => {
      if (store.watched) store.tell({ kind: 'clock' });
    },
    onStop: ({ reason }) => {
      console.error(`sandbox: the clock stops skipping. ${reason}`);
      if (store.watched) store.tell({ kind: 'clock' });
    },
  });
  const read = (sql: string, ...values: number[]): RecordedSkip[] =>
    store
      .sql(sql)
      .all(...values)
      .map((row) => ({
        id: Number(row['id']),
        from: Number(row['from_ms']),
        to: Number(row['to_ms']),
        reason: String(row['reason']),
      }));
  const skips: SkipLog = {
    since: (id) => read('SELECT * FROM clock_skips WHERE id > ? ORDER BY id', id),
    get last() {
      return read('SELECT * FROM clock_skips ORDER BY id DESC LIMIT 1')[0];
    },
    // All jumps go forward and none is ever taken back, so the offset is their sum; time in which the clock stood is less.
    get totalMs() {
      return clock.offsetMs;
    },
  };
  return { clock, skips };
}
