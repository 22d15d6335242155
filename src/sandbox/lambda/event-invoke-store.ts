import type { Store } from '../store.ts';

/** What a function, a version or an alias has set for its asynchronous invocations. */
export interface EventInvokeConfig {
  /** With its qualifier; `$LATEST` too. */
  readonly functionArn: string;
  /** After function errors: 0 to 2. Undefined: 2. */
  readonly retries?: number | undefined;
  /** 60 to 21,600 seconds. Undefined: 6 hours. */
  readonly maximumAgeSeconds?: number | undefined;
  /** ARNs of queues. */
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
  /** Lab time, epoch milliseconds. */
  readonly lastModified: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS lambda_event_invoke_configs (
    function_arn TEXT PRIMARY KEY, config TEXT NOT NULL) STRICT;
`;

export type EventInvokeStore = ReturnType<typeof openEventInvokeStore>;

/** By the qualified ARN of what they are for. */
export function openEventInvokeStore(store: Store) {
  store.migrate(schema);
  const read = (row: Record<string, unknown>) =>
    JSON.parse(String(row['config'])) as EventInvokeConfig;
  return {
    find(functionArn: string): EventInvokeConfig | undefined {
      const row = store
        .sql('SELECT config FROM lambda_event_invoke_configs WHERE function_arn = ?')
        .get(functionArn);
      return row === undefined ? undefined : read(row);
    },

    /** All of one function. */
    list(arn: string): EventInvokeConfig[] {
      return store
        .sql(
          `SELECT config FROM lambda_event_invoke_configs
           WHERE substr(function_arn, 1, ?1) = ?2 ORDER BY function_arn`,
        )
        .all(arn.length + 1, `${arn}:`)
        .map(read);
    },

    put(config: EventInvokeConfig): void {
      store
        .sql('INSERT OR REPLACE INTO lambda_event_invoke_configs VALUES (?, ?)')
        .run(config.functionArn, JSON.stringify(config));
    },

    /** With the function go all of them. */
    deleteAll(arn: string): void {
      store
        .sql('DELETE FROM lambda_event_invoke_configs WHERE substr(function_arn, 1, ?1) = ?2')
        .run(arn.length + 1, `${arn}:`);
    },

    /** @returns whether there was one */
    delete(functionArn: string): boolean {
      const { changes } = store
        .sql('DELETE FROM lambda_event_invoke_configs WHERE function_arn = ?')
        .run(functionArn);
      return changes > 0;
    },
  };
}
