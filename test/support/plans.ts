import type { Sqlite } from '../../src/db/index.ts';

/** Notes every statement that is prepared from now on. */
export function noteStatements(sqlite: Sqlite): Set<string> {
  const statements = new Set<string>();
  const prepare = sqlite.prepare.bind(sqlite);
  sqlite.prepare = ((source: string) => {
    statements.add(source);
    return prepare(source);
  }) as Sqlite['prepare'];
  return statements;
}

/** How SQLite would answer a statement, step by step. */
export function planOf(sqlite: Sqlite, statement: string): string[] {
  const places = statement.replace(/'[^']*'/g, '').match(/\?/g)?.length ?? 0;
  const rows = sqlite.prepare(`EXPLAIN QUERY PLAN ${statement}`).all(...Array(places).fill(null));
  return (rows as { detail: string }[]).map(({ detail }) => detail);
}

/** The steps that read a whole table, or sort. */
export function slowSteps(plan: readonly string[]): string[] {
  return plan.filter(
    (step) => (/^SCAN /.test(step) && !/ INDEX /.test(step)) || /TEMP B-TREE FOR .*ORDER BY/.test(step),
  );
}
