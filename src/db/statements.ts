import type { Database, Statement } from 'better-sqlite3';

/** The texts of the portal's queries are some hundreds; only `IN (?, ?, …)` makes more. */
const MOST_KEPT = 1_000;

/** What Drizzle asks of a statement. */
type Used = Pick<Statement, 'run' | 'all' | 'get' | 'raw'>;

/**
 * A database as Drizzle asks for it, which has every query compiled each time it runs: here a text is compiled once. When the schema has
 * changed, SQLite compiles it again by itself.
 */
export function rememberStatements(sqlite: Database): Database {
  const known = new Map<string, Used>();
  const prepare = (text: string): Used => {
    const statement = known.get(text) ?? compile(sqlite, text);
    if (known.size >= MOST_KEPT) known.clear();
    known.set(text, statement);
    return statement;
  };
  const asked: Pick<Database, 'transaction'> & { prepare: typeof prepare } = {
    prepare,
    transaction: (work) => sqlite.transaction(work),
  };
  return asked as unknown as Database;
}

/** Answers in arrays come from a statement of their own: the choice would stay with the one that is kept. */
function compile(sqlite: Database, text: string): Used {
  const statement = sqlite.prepare(text);
  let inArrays: Statement | undefined;
  return {
    run: (...values) => statement.run(...values),
    all: (...values) => statement.all(...values),
    get: (...values) => statement.get(...values),
    raw: () => {
      inArrays ??= sqlite.prepare(text).raw();
      return inArrays;
    },
  };
}
