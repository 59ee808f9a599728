import type { Statement } from 'better-sqlite3';
import type { Sqlite } from '../../src/db/index.ts';

/** A statement as it ran. */
export interface Ran {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Tells of every statement that reads or writes from now on, also of those that were prepared before. */
export function watchStatements(sqlite: Sqlite, tell: (ran: Ran) => void): void {
  const methods = Object.getPrototypeOf(sqlite.prepare('SELECT 1'));
  for (const name of ['run', 'all', 'get']) {
    const execute = methods[name];
    methods[name] = function (this: Statement, ...values: unknown[]) {
      if (this.database === sqlite) tell({ text: this.source, values });
      return execute.apply(this, values);
    };
  }
}

/** Notes the text of every statement from now on. */
export function noteStatements(sqlite: Sqlite): Set<string> {
  const statements = new Set<string>();
  watchStatements(sqlite, ({ text }) => statements.add(text));
  return statements;
}

/** How SQLite would answer a statement, step by step. */
export function planOf(sqlite: Sqlite, statement: string): string[] {
  const places = statement.replace(/'[^']*'/g, '').match(/\?/g)?.length ?? 0;
  const rows = sqlite.prepare(`EXPLAIN QUERY PLAN ${statement}`).all(...Array(places).fill(null));
  return (rows as { detail: string }[]).map(({ detail }) => detail);
}

/** The steps that read a whole table, or sort. How a subquery finds what is read of it stands in steps of its own. */
export function slowSteps(plan: readonly string[]): string[] {
  return plan.filter(
    (step) =>
      (/^SCAN (?!\(subquery-|CONSTANT ROW)/.test(step) && !/ INDEX /.test(step)) ||
      /TEMP B-TREE FOR .*ORDER BY/.test(step),
  );
}
