import { type Db, openDatabase } from '../../src/db/index.ts';
import { type Ran, watchStatements } from '../../test/support/plans.ts';

/** The statements by which some work reads from the database of a data directory. (The driver's own `verbose` cuts long values off.) */
export function recordReads(dataDir: string, work: (db: Db) => void): Ran[] {
  const ran: Ran[] = [];
  const db = openDatabase(dataDir);
  watchStatements(db.$client, (each) => ran.push(each));
  work(db);
  db.$client.close();
  return ran;
}
