import type { Statement } from 'better-sqlite3';
import { onceInATurn } from '../lib/turn.ts';
import type { Db, Queries } from './connection.ts';

/** So many answers of a kind are remembered. */
const MOST_REMEMBERED = 1_000;

/**
 * Remembers what was read until anything in the database changes, by this program or by another one: for what every page asks and what seldom
 * changes, such as whose a session is. Inside a transaction it is read each time: what was written there may be taken back.
 * @param read reads what depends on the key and the database alone, not on the time
 */
export function untilChanged<T>(read: (db: Queries, key: string) => T): (db: Queries, key: string) => T {
  const remembered = new WeakMap<Queries, { state: number; answers: Map<string, T> }>();
  return (db, key) => {
    const { $client } = db as Db;
    if ($client.inTransaction) return read(db, key);
    const state = changesOf(db as Db).state();
    let known = remembered.get(db);
    if (known?.state !== state || known.answers.size >= MOST_REMEMBERED) {
      known = { state, answers: new Map() };
      remembered.set(db, known);
    }
    if (!known.answers.has(key)) known.answers.set(key, read(db, key));
    return known.answers.get(key) as T;
  };
}

const ofDatabases = new WeakMap<Db, Changes>();

function changesOf(db: Db): Changes {
  const changes = ofDatabases.get(db) ?? new Changes(db);
  ofDatabases.set(db, changes);
  return changes;
}

/** Tells whether a database is still as it was. */
class Changes {
  /** The rows that this connection has inserted, changed and deleted so far (sqlite.org/c3ref/total_changes.html). */
  readonly #own: Statement<[], number>;
  /** Another number whenever another connection has written (sqlite.org/pragma.html#pragma_data_version). */
  readonly #byOthers: () => number | undefined;
  #seen: { readonly own: number | undefined; readonly byOthers: number | undefined } = { own: -1, byOthers: -1 };
  #state = 0;

  constructor({ $client }: Db) {
    this.#own = $client.prepare<[], number>('SELECT total_changes()').pluck();
    const byOthers = $client.prepare<[], number>('PRAGMA data_version').pluck();
    this.#byOthers = onceInATurn(() => byOthers.get());
  }

  /** The same number as long as nothing has changed. */
  state(): number {
    const seen = { own: this.#own.get(), byOthers: this.#byOthers() };
    if (seen.own !== this.#seen.own || seen.byOthers !== this.#seen.byOthers) this.#state += 1;
    this.#seen = seen;
    return this.#state;
  }
}
