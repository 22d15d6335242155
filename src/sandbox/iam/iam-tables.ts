import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Store } from '../store.ts';

type Row = Readonly<Record<string, SQLOutputValue>>;

/** A statement on the tables of IAM. */
interface IamStatement {
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): readonly Row[];
  run(...values: SQLInputValue[]): { readonly changes: bigint | number };
}

/** The only way to the tables of IAM: whoever wrote to them past it would not be heard. */
export type IamTables = ReturnType<typeof openIamTables>;

/** Strangers may ask for any number of access keys. */
const mostKept = 500;

/**
 * Every request asks the same of these tables (whose key is this, which policies are there), and they change rarely:
 * what was read is kept until the next write, whatever that writes. Inside of a transaction nothing is kept, since it
 * may be taken back.
 */
export function openIamTables(store: Store) {
  const kept = new Map<string, unknown>();
  const statements = new Map<string, IamStatement>();

  function keep<T>(key: string, read: () => T): T {
    if (store.inTransaction) return read();
    if (kept.has(key)) return kept.get(key) as T;
    const answer = read();
    if (kept.size >= mostKept) kept.clear();
    kept.set(key, answer);
    return answer;
  }

  function statementOf(text: string): IamStatement {
    const reads = text.startsWith('SELECT');
    const keyOf = (how: string, values: SQLInputValue[]) =>
      `${how} ${text} ${JSON.stringify(values)}`;
    const refuse = () => {
      throw new Error(
        `${reads ? 'A read' : 'A write'} of IAM's tables was asked for otherwise: ${text}`,
      );
    };
    return {
      get: reads
        ? (...values) => keep(keyOf('get', values), () => store.sql(text).get(...values))
        : refuse,
      all: reads
        ? (...values) => keep(keyOf('all', values), () => store.sql(text).all(...values))
        : refuse,
      run: reads
        ? refuse
        : (...values) => {
            kept.clear();
            return store.sql(text).run(...values);
          },
    };
  }

  return {
    migrate: (schema: string) => store.migrate(schema),
    transaction: <T>(work: () => T): T => store.transaction(work),
    sql(text: string): IamStatement {
      const statement = statements.get(text) ?? statementOf(text);
      statements.set(text, statement);
      return statement;
    },
  };
}
