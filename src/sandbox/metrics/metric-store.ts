import type { MetricKey, MetricsApi, World } from '../types.ts';
import { minuteMs, Series } from './series.ts';
import type { Statistics } from './series.ts';

const schema = `
  CREATE TABLE IF NOT EXISTS metric_minutes (
    series TEXT NOT NULL, minute INTEGER NOT NULL, count REAL NOT NULL, sum REAL NOT NULL,
    minimum REAL NOT NULL, maximum REAL NOT NULL, PRIMARY KEY (series, minute)) STRICT, WITHOUT ROWID;
`;

interface MinuteRow extends Statistics {
  readonly series: string;
  readonly minute: number;
}

/** How often what was measured goes to the disk, in wall time: a kill -9 costs no more than that. */
const writtenEveryMs = 5000;
/** As long as AWS keeps minutes. */
const keptMs = 15 * 24 * 60 * minuteMs;

/**
 * All metrics, in memory, so that measuring costs a message nothing but an addition. They are written to the
 * store now and then and when the sandbox ends, and read again at its start.
 */
export class MetricStore implements MetricsApi {
  readonly #world: Pick<World, 'clock' | 'store'>;
  readonly #series = new Map<string, Series>();
  readonly #measures: (() => void)[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(world: Pick<World, 'clock' | 'store'>) {
    this.#world = world;
    world.store.migrate(schema);
    this.#load();
    this.#timer = setInterval(() => this.#writeInTurn(), writtenEveryMs).unref();
  }

  series(key: MetricKey): Series {
    const text = JSON.stringify([
      key.region,
      key.namespace,
      key.metric,
      key.unit,
      key.dimensions.flatMap(({ Name, Value }) => [Name, Value]),
    ]);
    let series = this.#series.get(text);
    if (series === undefined) {
      series = new Series(key);
      this.#series.set(text, series);
    }
    return series;
  }

  /** Every metric with data, after whoever measures in retrospect has done so. */
  all(): readonly Series[] {
    for (const measure of this.#measures) measure();
    return [...this.#series.values()].filter(({ last }) => last !== undefined);
  }

  /** @param measure called before metrics are read; what came last is called first, as it uses what was there */
  beforeReading(measure: () => void): void {
    this.#measures.unshift(measure);
  }

  /** To be called before the world's store is closed. */
  close(): void {
    clearInterval(this.#timer);
    if (this.#isChanged()) this.#write();
  }

  #isChanged(): boolean {
    return [...this.#series.values()].some((series) => series.isChanged);
  }

  #writeInTurn(): void {
    if (!this.#isChanged()) return;
    this.#world.store
      .grouped(() => this.#write())
      // A full disk, perhaps: what is measured in this minute from now on is written all the same.
      .catch((error: unknown) => console.error('sandbox: metrics cannot be written:', error));
  }

  #write(): void {
    const { store, clock } = this.#world;
    const put = store.sql('INSERT OR REPLACE INTO metric_minutes VALUES (?, ?, ?, ?, ?, ?)');
    store.transaction(() => {
      for (const [text, series] of this.#series) {
        for (const [minute, { count, sum, minimum, maximum }] of series.takeChanged()) {
          put.run(text, minute, count, sum, minimum, maximum);
        }
      }
      store.sql('DELETE FROM metric_minutes WHERE minute < ?').run(clock.now() - keptMs);
    });
  }

  #load(): void {
    const rows = this.#world.store
      .sql('SELECT * FROM metric_minutes ORDER BY series, minute')
      .all() as unknown as MinuteRow[];
    for (const { series, minute, ...statistics } of rows) {
      this.series(keyOf(series)).put(minute, statistics);
    }
  }
}

function keyOf(text: string): MetricKey {
  const [region, namespace, metric, unit, names] = JSON.parse(text) as [
    string,
    string,
    string,
    string,
    string[],
  ];
  const dimensions = names.flatMap((Name, i) =>
    i % 2 === 0 ? [{ Name, Value: names[i + 1] ?? '' }] : [],
  );
  return { region, namespace, metric, unit, dimensions };
}
