export { connect, type Db, openDatabase, type Queries, type Sqlite, type Tx } from './connection.ts';
export {
  countRows,
  type ListSource,
  listBlocks,
  listPage,
  type Selection,
  type SortColumns,
} from './list.ts';
export { beginning, matchOf } from './match.ts';
export { type Migration, migrate, readMigrations } from './migrate.ts';
export * as schema from './schema/index.ts';
export { ENDED_SESSIONS_KEPT, type StoredPerson, type StoredSession, sessionStore } from './sessions.ts';
export { isUniqueViolation, transaction } from './transaction.ts';
