import { readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { createFolder } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { HOUR } from '../lib/durations.ts';
import type { BackedUpHead } from './by-command.ts';
import { instantOf, stampOf } from './format.ts';

export interface NightlyParts {
  /** Writes a backup, a new file. */
  readonly write: (file: string) => Promise<BackedUpHead>;
  /** Where they lie; made when it is not there. */
  readonly folder: string;
  /** So many of them; 0: none are made. */
  readonly keep: number;
  readonly log: Pick<FastifyBaseLogger, 'info'>;
}

const NAME = /^pmp-(\d{8}T\d{6}Z)\.backup$/;
/** One that was not finished: the process was killed. */
const UNFINISHED = /^pmp-(\d{8}T\d{6}Z)\.backup\.[0-9a-f]{32}\.partial/;
/** A restart is no reason for another one. */
const APART = 20 * HOUR;

/** Writes the backup of the day, unless there is one, and takes away the oldest beyond the number that is kept. */
export async function backUpNightly({ write, folder, keep, log }: NightlyParts): Promise<void> {
  if (keep === 0) return;
  createFolder(resolve(folder));
  if (hasRecent(folder)) return;
  const name = nameAt(now());
  const file = resolve(folder, name);
  const { head, headEntry } = await write(file);
  log.info({ file, auditHead: { entryId: headEntry, hash: head } }, 'backup written');
  for (const old of [...listNightly(folder).slice(keep), ...listAbandoned(folder)]) rmSync(join(folder, old));
}

/** By the names: the time of a file is another after it was copied. */
function hasRecent(folder: string): boolean {
  const newest = listNightly(folder)[0];
  return newest !== undefined && isRecent(newest, NAME);
}

function isRecent(name: string, form: RegExp): boolean {
  const age = now() - instantOf(form.exec(name)?.[1] ?? '');
  return age > -HOUR && age < APART;
}

/** The nightly backups of a folder, the newest first; last those of days to come, which a clock that was ahead has dated. */
function listNightly(folder: string): string[] {
  const names = filesOf(folder, NAME).sort().reverse();
  const isToCome = (name: string) => name > nameAt(now() + HOUR);
  return [...names.filter((name) => !isToCome(name)), ...names.filter(isToCome)];
}

/** Unfinished ones that nobody is writing any more. */
function listAbandoned(folder: string): string[] {
  return filesOf(folder, UNFINISHED).filter((name) => !isRecent(name, UNFINISHED));
}

function filesOf(folder: string, form: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && form.test(entry.name))
    .map(({ name }) => name);
}

const nameAt = (time: number) => `pmp-${stampOf(time)}.backup`;
