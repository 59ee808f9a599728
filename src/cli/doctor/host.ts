import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { now } from '../../lib/clock.ts';
import { DAY } from '../../lib/durations.ts';
import type { Finding } from './finding.ts';

const MIB = 1024 * 1024;
/** Below this a backup beside the database, or a burst of uploads, may not fit. */
const LITTLE = 1024 * MIB;
const TOO_LITTLE = 100 * MIB;

/** The data directory is there, ours to write, and nobody else's to read. */
export function checkDirectory(dataDir: string): Finding[] {
  const name = 'data directory';
  if (!existsSync(dataDir))
    return [
      {
        state: 'wrong',
        name,
        text: `${dataDir} does not exist`,
        advice: 'start the portal once, restore a backup, or set PMP_DATA_DIR',
      },
    ];
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [
      {
        state: 'wrong',
        name,
        text: `${dataDir} cannot be written by this user`,
        advice: 'give it to the user as whom the portal runs',
      },
    ];
  }
  const open = openToOthers(dataDir);
  if (open.length > 0)
    return [
      {
        state: 'wrong',
        name,
        text: `others on this machine may use ${open.join(', ')}`,
        advice: `chmod go-rwx ${open.join(' ')}`,
      },
    ];
  return [{ state: 'ok', name, text: dataDir }];
}

function openToOthers(dataDir: string): string[] {
  const keys = join(dataDir, 'keys');
  const paths = [
    dataDir,
    join(dataDir, 'pmp.sqlite'),
    keys,
    ...(existsSync(keys) ? readdirSync(keys).map((name) => join(keys, name)) : []),
  ];
  return paths.filter((path) => existsSync(path) && (statSync(path).mode & 0o077) !== 0);
}

/** There is room for more. */
export function checkDisk(dataDir: string): Finding[] {
  if (!existsSync(dataDir)) return [];
  const { bavail, bsize, files, ffree } = statfsSync(dataDir);
  const free = bavail * bsize;
  const text = `${Math.floor(free / MIB)} MiB free`;
  const advice = 'make room: when the disk is full, every change is refused until there is some again';
  if (free < TOO_LITTLE || (files > 0 && ffree < 100)) return [{ state: 'wrong', name: 'disk', text, advice }];
  return [free < LITTLE ? { state: 'warning', name: 'disk', text, advice } : { state: 'ok', name: 'disk', text }];
}

/** Validity depends on the clock: it must not lie before what was written already, nor before this program was made. */
export function checkClock(dataDir: string): Finding[] {
  const file = join(dataDir, 'pmp.sqlite');
  const newest = existsSync(file) ? statSync(file).mtimeMs : 0;
  const at = new Date(now()).toISOString();
  if (now() < newest - DAY / 24)
    return [
      {
        state: 'wrong',
        name: 'clock',
        text: `it is ${at}, but the database was written later`,
        advice: 'set the clock, and let NTP keep it: certificates are judged by it',
      },
    ];
  return [{ state: 'ok', name: 'clock', text: `${at}; compare it with a clock you trust` }];
}
