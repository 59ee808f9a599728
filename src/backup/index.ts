export { type BackedUpHead, backUpByCommand } from './by-command.ts';
export { checkDatabase } from './check.ts';
export { BackupRefused, type Manifest } from './format.ts';
export { backUpNightly } from './nightly.ts';
export { openUpToDate } from './open.ts';
export { restoreBackup } from './restore.ts';
export { type Written, writeBackup } from './write.ts';
