import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkTrail } from '../../audit/index.ts';
import { BackupRefused, checkDatabase } from '../../backup/index.ts';
import type { Config } from '../../config.ts';
import { type Db, hasPending, openDatabase, openFile, programMigrations } from '../../db/index.ts';
import { now } from '../../lib/clock.ts';
import { DAY, HOUR } from '../../lib/durations.ts';
import { passphraseFile, readPassphrase, signingCaOf } from '../../signing-ca/index.ts';
import { isFull } from '../disk.ts';
import { reasonLines } from '../reasons.ts';
import { hasDatabase, REMAINS_ADVICE, remainsOf } from '../remains.ts';
import type { Finding } from './finding.ts';

/** What lies in the data directory: database, migrations, trail, signing CA, passphrase, backups. Nothing is changed. */
export async function checkPortal(config: Config): Promise<Finding[]> {
  if (existsSync(config.dataDir) && !isOurs(config.dataDir)) return [];
  if (!hasDatabase(config.dataDir)) return [missingDatabase(config), ...addonFindings(config.dataDir)];
  const db = openOrFinding(config.dataDir);
  if ('state' in db) return [db, passphraseFinding(config), backupFinding(config)];
  try {
    const database = databaseFinding(db);
    const migrated = migrationFinding(db);
    const usable = database.state === 'ok' && migrated.state === 'ok';
    return [
      database,
      migrated,
      ...(usable ? [trailFinding(db), ...signingCaFindings(db, config)] : []),
      passphraseFinding(config),
      backupFinding(config),
    ];
  } finally {
    db.$client.close();
  }
}

function missingDatabase(config: Config): Finding {
  const remains = remainsOf(config);
  const name = 'database';
  if (remains !== undefined)
    return { state: 'wrong', name, text: `it is missing or empty, but there are ${remains}`, advice: REMAINS_ADVICE };
  return { state: 'warning', name, text: 'there is none yet', advice: 'it is made at the first start' };
}

/** Where the program is loaded from: the packed one writes a library of its own into the directory, as a start would. */
function addonFindings(dataDir: string): Finding[] {
  if (!existsSync(dataDir)) return [];
  try {
    openFile(':memory:').close();
    return [];
  } catch (error) {
    const text = `its library cannot be loaded: ${(error as Error).message}`;
    return [{ state: 'wrong', name: 'database', text, advice: OWNED }];
  }
}

const OWNED =
  'the directory and everything in it must belong to the user as whom the portal runs, and its file system must not be mounted noexec';

/** Whether this user can look into it; where not, the check of the directory has said so. */
function isOurs(dataDir: string): boolean {
  try {
    accessSync(dataDir, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const RESTORE = 'stop the portal, keep the directory as it is, and restore the newest backup elsewhere';

/** The database; where not even its head can be read, what is to be done. */
function openOrFinding(dataDir: string): Db | Finding {
  try {
    return openDatabase(dataDir);
  } catch (error) {
    const damaged = /^SQLITE_(CORRUPT|NOTADB)/.test((error as { code?: string }).code ?? '');
    return {
      state: 'wrong',
      name: 'database',
      text: `it cannot be opened: ${(error as Error).message}`,
      advice: damaged ? RESTORE : isFull(dataDir) ? 'make room on its disk' : OWNED,
    };
  }
}

function databaseFinding(db: Db): Finding {
  const name = 'database';
  try {
    checkDatabase(db.$client);
    return { state: 'ok', name, text: 'sound' };
  } catch (error) {
    if (!(error instanceof BackupRefused) && (error as { code?: string }).code?.startsWith('SQLITE_') !== true)
      throw error;
    return {
      state: 'wrong',
      name,
      text: (error as Error).message,
      advice: RESTORE,
    };
  }
}

function migrationFinding(db: Db): Finding {
  const name = 'version';
  try {
    return hasPending(db.$client, programMigrations()) === 'current'
      ? { state: 'ok', name, text: 'the database is that of this program' }
      : {
          state: 'wrong',
          name,
          text: 'an earlier version of the program has written the database',
          advice: 'start this version once: it makes a backup and brings it up to date',
        };
  } catch (error) {
    return {
      state: 'wrong',
      name,
      text: (error as Error).message,
      advice: 'use the program that wrote it, or a newer one',
    };
  }
}

function trailFinding(db: Db): Finding {
  const { sound, head, fault } = checkTrail(db);
  return fault === undefined
    ? { state: 'ok', name: 'audit trail', text: `${sound} entries, head ${head.hash}` }
    : {
        state: 'wrong',
        name: 'audit trail',
        text: 'it is not as it was written',
        advice: 'pmp audit verify names the first entry',
      };
}

function signingCaFindings(db: Db, config: Config): Finding[] {
  const silent = { warn: () => undefined, error: () => undefined };
  const passphrase = readPassphrase(config.dataDir, config.keyPassphrase);
  const { obstacle, advice } = signingCaOf({ db, config, passphrase, log: silent }).standing();
  const reason = obstacle ?? advice;
  const name = 'signing CA';
  if (reason === undefined) return [{ state: 'ok', name, text: 'it can issue' }];
  return [
    {
      state: obstacle === undefined ? 'warning' : 'wrong',
      name,
      text: reasonLines([reason], config.timeZone).join(' '),
    },
  ];
}

function passphraseFinding(config: Config): Finding {
  const name = 'passphrase of the keys';
  if (config.keyPassphrase !== undefined)
    return { state: 'ok', name, text: 'configured; keep it on another machine as well' };
  const file = passphraseFile(config.dataDir);
  if (!existsSync(file))
    return {
      state: 'wrong',
      name,
      text: 'it is missing',
      advice: `set PMP_KEY_PASSPHRASE_FILE to a file that holds it, or put ${file} back (mode 0600)`,
    };
  return {
    state: 'warning',
    name,
    text: 'it lies beside the keys, and in no backup',
    advice: `keep ${file} elsewhere, and set PMP_KEY_PASSPHRASE_FILE to a file outside the data directory`,
  };
}

function backupFinding({ backupFolder, backupKeep }: Config): Finding {
  const name = 'backups';
  let newest = 0;
  try {
    if (existsSync(backupFolder)) newest = newestBackup(backupFolder);
  } catch (error) {
    const text = `${backupFolder} cannot be read and written: ${(error as Error).message}`;
    return { state: 'wrong', name, text, advice: 'give the folder to the user as whom the portal runs' };
  }
  const advice = backupKeep === 0 ? 'make some: pmp backup FILE' : 'start the portal: it writes one each night';
  if (newest === 0) return { state: 'warning', name, text: `none in ${backupFolder}`, advice };
  const days = Math.floor((now() - newest) / DAY);
  const text = `the newest in ${backupFolder} is ${days} days old; copy them to another machine`;
  return days > 2 ? { state: 'warning', name, text, advice } : { state: 'ok', name, text };
}

/**
 * When the newest backup of a folder was written; 0 where there is none.
 * @throws Error when the folder cannot be read or written, as a backup must
 */
function newestBackup(folder: string): number {
  accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  const times = readdirSync(folder)
    .filter((file) => file.endsWith('.backup'))
    .map((file) => statSync(join(folder, file)).mtimeMs)
    // A clock that was ahead has dated those.
    .filter((writtenAt) => writtenAt <= now() + HOUR);
  return Math.max(0, ...times);
}
