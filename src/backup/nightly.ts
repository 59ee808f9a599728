import { readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { createFolder, type Db } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { HOUR } from '../lib/durations.ts';
import { stampOf } from './format.ts';
import { writeBackup } from './write.ts';

export interface NightlyParts {
  readonly db: Db;
  readonly dataDir: string;
  /** Where they lie; made when it is not there. */
  readonly folder: string;
  /** So many of them; 0: none are made. */
  readonly keep: number;
  readonly log: Pick<FastifyBaseLogger, 'info'>;
}

const NAME = /^pmp-\d{8}T\d{6}Z\.backup$/;
/** A restart is no reason for another one. */
const APART = 20 * HOUR;
/** Pages copied before people get their turn: about a millisecond. */
const PACE = 200;

/** Writes the backup of the day, unless there is one, and takes away the oldest beyond the number that is kept. */
export async function backUpNightly({ db, dataDir, folder, keep, log }: NightlyParts): Promise<void> {
  if (keep === 0) return;
  createFolder(resolve(folder));
  if (hasRecent(folder)) return;
  const name = nameAt(now());
  const { file, head, headEntry } = await writeBackup(db, dataDir, join(folder, name), PACE);
  log.info({ file, auditHead: { entryId: headEntry, hash: head } }, 'backup written');
  for (const old of listNightly(folder).slice(keep)) rmSync(join(folder, old));
}

function hasRecent(folder: string): boolean {
  const newest = listNightly(folder)[0];
  if (newest === undefined) return false;
  const age = now() - statSync(join(folder, newest)).mtimeMs;
  return age > -HOUR && age < APART;
}

/** The nightly backups of a folder, the newest first; last those of days to come, which a clock that was ahead has dated. */
function listNightly(folder: string): string[] {
  const names = readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort()
    .reverse();
  const isToCome = (name: string) => name > nameAt(now() + HOUR);
  return [...names.filter((name) => !isToCome(name)), ...names.filter(isToCome)];
}

const nameAt = (time: number) => `pmp-${stampOf(time)}.backup`;
