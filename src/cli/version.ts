import type { Command } from 'commander';
import { sqliteVersion } from '../db/index.ts';
import { packed, readProgramText } from '../lib/program-files.ts';
import type { Terminal } from './terminal.ts';

/** `pmp version`: what an operator is asked for first. Needs no data directory. */
export function addVersionCommand(program: Command, terminal: Terminal): void {
  program
    .command('version')
    .description('the version of the program and of what it stands on; also --version, -V')
    .action(() => {
      const { version } = JSON.parse(readProgramText('package.json')) as { version: string };
      terminal.out(`pmp ${version}`);
      if (packed !== undefined) terminal.out(`commit ${packed.commit ?? 'unknown'}`);
      terminal.out(`Node ${process.versions.node}`);
      terminal.out(`SQLite ${sqliteVersion()}`);
    });
}
