export {
  connect,
  createFolder,
  type Db,
  openDatabase,
  openFile,
  placeOf,
  type Queries,
  type Sqlite,
  StrayLog,
  sqliteVersion,
  strayLog,
  type Tx,
} from './connection.ts';
export { flatRows } from './flat-rows.ts';
export { groupCommit, onTheWayToCommit } from './group-commit.ts';
export {
  countRows,
  type ListSource,
  listBlocks,
  listPage,
  type Selection,
  type SortColumns,
} from './list.ts';
export { DirectoryInUse, lockDirectory } from './lock.ts';
export { beginning, matchOf } from './match.ts';
export { hasPending, type Migration, MigrationRefused, migrate, programMigrations, readMigrations } from './migrate.ts';
export { givenText, insertOnce, preparedOnce } from './prepared.ts';
export * as schema from './schema/index.ts';
export {
  deleteSessionsOf,
  ENDED_SESSIONS_KEPT,
  type StoredPerson,
  type StoredSession,
  sessionStore,
} from './sessions.ts';
export { isHeldByAnother, isStorageFailure } from './storage-failure.ts';
export { isUniqueViolation, readTogether, transaction } from './transaction.ts';
export { untilChanged } from './unchanged.ts';
