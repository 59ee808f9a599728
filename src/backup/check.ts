import { connect, type Migration, migrate, openFile, type Sqlite } from '../db/index.ts';
import { BackupRefused } from './format.ts';

/** @throws BackupRefused when the file of a database is damaged, or a row refers to one that is not there */
export function checkDatabase(sqlite: Sqlite): void {
  const rows = sqlite.pragma('integrity_check') as { integrity_check: string }[];
  const [first, ...more] = rows.flatMap(({ integrity_check }) => integrity_check.split('\n'));
  if (first !== 'ok')
    throw new BackupRefused(
      `the database is damaged: ${[first, ...more].slice(0, 2).join(' ')} (${rows.length} faults)`,
    );
  const broken = sqlite.pragma('foreign_key_check') as { table: string }[];
  if (broken[0] !== undefined)
    throw new BackupRefused(`the database is damaged: rows of ${broken[0].table} refer to what is not there`);
}

/**
 * @param sqlite a database with all of the migrations
 * @throws BackupRefused when its tables, indexes and triggers are not those that the migrations make
 */
export function checkSchema(sqlite: Sqlite, migrations: readonly Migration[]): void {
  const made = openFile(':memory:');
  try {
    migrate(connect(made).$client, migrations);
    const [found, expected] = [schemaOf(sqlite), schemaOf(made)];
    const odd = [...found, ...expected].find(
      ({ name, text }) => !(holds(found, name, text) && holds(expected, name, text)),
    );
    if (odd !== undefined)
      throw new BackupRefused(`${odd.name} is not in the database as the portal makes it: the file was changed`);
  } finally {
    made.close();
  }
}

interface Part {
  readonly name: string;
  readonly text: string;
}

/** All but the table of migrations, which none of them makes, and what SQLite keeps for itself. */
function schemaOf(sqlite: Sqlite): Part[] {
  return sqlite
    .prepare(
      "SELECT name, type || ' ' || tbl_name || ' ' || sql AS text FROM sqlite_schema WHERE name <> 'migrations' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all() as Part[];
}

function holds(parts: readonly Part[], name: string, text: string): boolean {
  return parts.some((part) => part.name === name && part.text === text);
}
