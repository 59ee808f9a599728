import { type ExecFileException, execFile } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { promisify } from 'node:util';
import { openFile } from '../db/index.ts';
import { absolutePath, packed } from '../lib/program-files.ts';
import type { Manifest } from './format.ts';

/** Where the audit trail stood in a backup. */
export type BackedUpHead = Pick<Manifest, 'head' | 'headEntry'>;

/**
 * Writes a backup as `pmp backup` does, in a process of its own and after everything else: to check what was written holds a process up for as long as
 * the database is large, half a minute with 200 000 chips, and people are to be answered meanwhile.
 * @param env variables for the command; undefined: those of this process
 * @returns writes a new file; rejects with what the command said, and ends it as soon as `stopping` says so
 */
export function backUpByCommand(
  env?: Readonly<Record<string, string>>,
): (file: string, stopping: AbortSignal) => Promise<BackedUpHead> {
  const program = packed === undefined ? [absolutePath('src/main.ts')] : [];
  return async (file, stopping) => {
    const running = promisify(execFile)(process.execPath, [...program, 'backup', file], {
      signal: stopping,
      ...(env === undefined ? {} : { env }),
    });
    giveWay(running.child.pid);
    await running.catch(({ stderr, message }: ExecFileException) => {
      // Its warnings were in the log at the start.
      const why = String(stderr ?? '')
        .replace(/^warning: .*\n/gm, '')
        .trim();
      throw new Error(`the backup was not written: ${why || message}`);
    });
    return headIn(file);
  };
}

function giveWay(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or the service may not.
  }
}

function headIn(file: string): BackedUpHead {
  const sqlite = openFile(file);
  try {
    return sqlite.prepare('SELECT head, head_entry AS headEntry FROM backup').get() as BackedUpHead;
  } finally {
    sqlite.close();
  }
}
