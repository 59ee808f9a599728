import type { Db, Tx } from './connection.ts';
import { searchLater } from './search-later.ts';
import { type Sync, transaction } from './transaction.ts';

/** In ms. So long at most does work that could be written wait for other work that is on its way. */
const LONGEST_WAIT = 20;

/** As soon as so much work can be written, it waits for no more. */
const ENOUGH = 16;

const groups = new WeakMap<Db, Group>();

function groupOf(db: Db): Group {
  const group = groups.get(db) ?? new Group(db);
  groups.set(db, group);
  return group;
}

/**
 * Runs `work` as `transaction` does, as soon as what it needs is `prepared`, and answers when it is on disk. What is on its way at the same
 * time shares one transaction, and so one wait for the disk (docs/decisions/0023). Where one work of a group throws, or the commit fails,
 * nothing of the group has happened, and each runs again in a transaction of its own: `work` may run twice, and so changes nothing but
 * the database.
 */
export function groupCommit<Prepared, T>(
  db: Db,
  prepared: Promise<Prepared>,
  work: (tx: Tx, prepared: Prepared) => Sync<T>,
): Promise<T> {
  return groupOf(db).add(prepared, work);
}

/** Runs what will most likely end in a `groupCommit`, such as the whole of an upload: those that can be written wait for it, though not for long. */
export async function onTheWayToCommit<T>(db: Db, run: (arrived: () => void) => Promise<T>): Promise<T> {
  const arrived = groupOf(db).expect();
  try {
    return await run(arrived);
  } finally {
    arrived();
  }
}

/** Work that can be written, and who is told how it ended. */
interface Ready {
  readonly work: (tx: Tx) => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

class Group {
  readonly #db: Db;
  /** How much work is on its way. */
  #expected = 0;
  #ready: Ready[] = [];
  #deadline: NodeJS.Timeout | undefined;
  #next: NodeJS.Immediate | undefined;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Until the result is called, for the first time, work is expected. */
  expect(): () => void {
    let isExpected = true;
    this.#expected += 1;
    return () => {
      if (!isExpected) return;
      isExpected = false;
      this.#expected -= 1;
      this.#arrange();
    };
  }

  async add<Prepared, T>(prepared: Promise<Prepared>, work: (tx: Tx, prepared: Prepared) => Sync<T>): Promise<T> {
    const written = Promise.withResolvers<unknown>();
    const arrived = this.expect();
    try {
      const given = await prepared;
      this.#ready.push({ work: (tx) => work(tx, given), resolve: written.resolve, reject: written.reject });
    } finally {
      arrived();
    }
    return written.promise as Promise<T>;
  }

  /** Writes once everything that is expected has come, or enough, or somebody has waited long enough. */
  #arrange(): void {
    if (this.#ready.length === 0) return;
    if (this.#expected === 0 || this.#ready.length >= ENOUGH) this.#writeNext();
    else this.#deadline ??= setTimeout(() => this.#writeNext(), LONGEST_WAIT);
  }

  /** After what has come meanwhile was looked at: while the thread was busy, more may have become ready. */
  #writeNext(): void {
    this.#next ??= setImmediate(() => this.#write());
  }

  #write(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    this.#next = undefined;
    const group = this.#ready;
    this.#ready = [];
    if (group.length < 2 || !this.#wroteTogether(group)) for (const each of group) this.#writeAlone(each);
  }

  /** Whether the whole group was written; otherwise nothing of it. */
  #wroteTogether(group: readonly Ready[]): boolean {
    let results: unknown[];
    try {
      results = transaction(this.#db, (tx) => searchLater(tx, () => group.map(({ work }) => work(tx))));
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
