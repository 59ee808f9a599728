import type { Db, Tx } from './connection.ts';
import { type Sync, transaction } from './transaction.ts';

/** In ms. So long at most does work that could be written wait for other work that is still being prepared. */
const LONGEST_WAIT = 5;

const groups = new WeakMap<Db, Group>();

/**
 * Runs `work` as `transaction` does, as soon as what it needs is `prepared`, and answers when it is on disk. What is prepared at the same
 * time shares one transaction, and so one wait for the disk (docs/decisions/0023). Where one work of a group throws, or the commit fails,
 * nothing of the group has happened, and each runs again in a transaction of its own: `work` may run twice, and so changes nothing but
 * the database.
 */
export function groupCommit<Prepared, T>(
  db: Db,
  prepared: Promise<Prepared>,
  work: (tx: Tx, prepared: Prepared) => Sync<T>,
): Promise<T> {
  const group = groups.get(db) ?? new Group(db);
  groups.set(db, group);
  return group.add(prepared, work);
}

/** Work that can be written, and who is told how it ended. */
interface Ready {
  readonly work: (tx: Tx) => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

class Group {
  readonly #db: Db;
  /** How much work is being prepared. */
  #expected = 0;
  #ready: Ready[] = [];
  #deadline: NodeJS.Timeout | undefined;

  constructor(db: Db) {
    this.#db = db;
  }

  async add<Prepared, T>(prepared: Promise<Prepared>, work: (tx: Tx, prepared: Prepared) => Sync<T>): Promise<T> {
    const written = Promise.withResolvers<unknown>();
    this.#expected += 1;
    try {
      const given = await prepared;
      this.#ready.push({ work: (tx) => work(tx, given), resolve: written.resolve, reject: written.reject });
    } finally {
      this.#expected -= 1;
      this.#arrange();
    }
    return written.promise as Promise<T>;
  }

  /** Writes once everything that is expected has come, or somebody has waited long enough. */
  #arrange(): void {
    if (this.#ready.length === 0) return;
    if (this.#expected === 0) setImmediate(() => this.#write());
    else this.#deadline ??= setTimeout(() => this.#write(), LONGEST_WAIT);
  }

  #write(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    const group = this.#ready;
    this.#ready = [];
    if (group.length < 2 || !this.#wroteTogether(group)) for (const each of group) this.#writeAlone(each);
  }

  /** Whether the whole group was written; otherwise nothing of it. */
  #wroteTogether(group: readonly Ready[]): boolean {
    let results: unknown[];
    try {
      results = transaction(this.#db, (tx) => group.map(({ work }) => work(tx)));
    } catch {
      // Whose fault it is shows when each runs alone.
      return false;
    }
    for (const [index, { resolve }] of group.entries()) resolve(results[index]);
    return true;
  }

  #writeAlone({ work, resolve, reject }: Ready): void {
    try {
      resolve(transaction<unknown>(this.#db, work));
    } catch (error) {
      reject(error);
    }
  }
}
