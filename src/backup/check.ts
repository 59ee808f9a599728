import type { Sqlite } from '../db/index.ts';
import { BackupRefused } from './format.ts';

/** @throws BackupRefused when the file of a database is damaged, or a row refers to one that is not there */
export function checkDatabase(sqlite: Sqlite): void {
  const faults = sqlite.pragma('integrity_check') as { integrity_check: string }[];
  const first = faults[0]?.integrity_check;
  if (first !== 'ok') throw new BackupRefused(`the database is damaged: ${first}`);
  const broken = sqlite.pragma('foreign_key_check') as { table: string }[];
  if (broken[0] !== undefined)
    throw new BackupRefused(`the database is damaged: rows of ${broken[0].table} refer to what is not there`);
}
