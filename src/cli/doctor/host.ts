import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { now } from '../../lib/clock.ts';
import { DAY } from '../../lib/durations.ts';
import { MIB, roomOf } from '../disk.ts';
import type { Finding } from './finding.ts';

/** Below this a backup beside the database, or a burst of uploads, may not fit. */
const LITTLE = 1024 * MIB;
const TOO_LITTLE = 100 * MIB;

const NAME = 'data directory';

/** The data directory is there, ours to write with everything in it, and nobody else's to read. */
export function checkDirectory(dataDir: string): Finding[] {
  const found = statSync(dataDir, { throwIfNoEntry: false });
  if (found === undefined)
    return [wrong(`${dataDir} does not exist`, 'start the portal once, restore a backup, or set PMP_DATA_DIR')];
  if (!found.isDirectory()) return [wrong(`${dataDir} is no folder`, 'correct PMP_DATA_DIR')];
  const needed = R_OK | W_OK | X_OK;
  if (!allows(dataDir, needed)) return [refusal(dataDir, needed)];
  const odd = partsOf(dataDir).flatMap(oddityOf);
  if (odd.length > 0) return odd;
  const open = openToOthers(dataDir);
  if (open.length > 0)
    return [wrong(`others on this machine may use ${open.join(', ')}`, `chmod go-rwx ${open.join(' ')}`)];
  return [{ state: 'ok', name: NAME, text: dataDir }];
}

const wrong = (text: string, advice: string): Finding => ({ state: 'wrong', name: NAME, text, advice });
const GIVE = 'give it, with everything in it, to the user as whom the portal runs';

interface Part {
  readonly path: string;
  readonly kind: 'folder' | 'file';
  /** What the portal does with it: `accessSync`'s flags. */
  readonly needed: number;
}

const { R_OK, W_OK, X_OK } = constants;

/** What the portal keeps in its directory. */
function partsOf(dataDir: string): Part[] {
  const part = (kind: Part['kind'], needed: number) => (name: string) => ({ path: join(dataDir, name), kind, needed });
  return [
    ...['keys', 'native', 'outbox', 'backups'].map(part('folder', R_OK | W_OK | X_OK)),
    ...['pmp.sqlite', 'pmp.sqlite-wal', 'pmp.sqlite-shm', 'lock'].map(part('file', R_OK | W_OK)),
    ...['terms.json', ...keyFiles(dataDir)].map(part('file', R_OK)),
  ];
}

/** Of the folder of keys, where it can be looked into. */
function keyFiles(dataDir: string): string[] {
  try {
    return readdirSync(join(dataDir, 'keys')).map((name) => join('keys', name));
  } catch {
    return [];
  }
}

function oddityOf({ path, kind, needed }: Part): Finding[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isDirectory() !== (kind === 'folder'))
    return [wrong(`${path} is no ${kind}`, 'move it away, and put back what belongs there')];
  return allows(path, needed) ? [] : [refusal(path, needed)];
}

function refusal(path: string, needed: number): Finding {
  const what = (needed & W_OK) === 0 ? 'read' : 'read and written';
  return wrong(`${path} cannot be ${what} by this user`, GIVE);
}

function allows(path: string, needed: number): boolean {
  try {
    accessSync(path, needed);
    return true;
  } catch {
    return false;
  }
}

function openToOthers(dataDir: string): string[] {
  const names = ['.', 'pmp.sqlite', 'keys', ...keyFiles(dataDir)];
  const paths = names.map((name) => join(dataDir, name));
  return paths.filter((path) => existsSync(path) && (statSync(path).mode & 0o077) !== 0);
}

/** There is room for more. */
export function checkDisk(dataDir: string): Finding[] {
  if (!existsSync(dataDir)) return [];
  const { bytes, files } = roomOf(dataDir);
  const text = `${Math.floor(bytes / MIB)} MiB free`;
  const advice = 'make room: when the disk is full, every change is refused until there is some again';
  if (bytes < TOO_LITTLE || files < 100) return [{ state: 'wrong', name: 'disk', text, advice }];
  return [bytes < LITTLE ? { state: 'warning', name: 'disk', text, advice } : { state: 'ok', name: 'disk', text }];
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
