import type { Command } from 'commander';
import type { Config } from '../../config.ts';
import { CommandFailed } from '../reasons.ts';
import type { Terminal } from '../terminal.ts';
import type { Finding } from './finding.ts';
import { checkClock, checkDirectory, checkDisk } from './host.ts';
import { checkMail } from './mail.ts';
import { checkPortal } from './portal.ts';
import { checkSettings } from './settings.ts';
import { checkTls } from './tls.ts';

/** `pmp doctor`: looks at everything that the portal needs, and says what to do. */
export function addDoctorCommand(program: Command, loadConfig: () => Config, terminal: Terminal): void {
  program
    .command('doctor')
    .description(
      'check settings, data directory, disk, clock, database, audit trail, signing CA, backups, HTTPS, mail server; exit code 1 when something is wrong',
    )
    .action(async () => {
      const config = loadConfig();
      const findings = [
        checkSettings(config),
        checkDirectory(config.dataDir),
        checkDisk(config.dataDir),
        checkClock(config.dataDir),
        ...(await checkPortal(config)),
        checkTls(config),
        await checkMail(config.smtpUrl),
      ].flat();
      for (const finding of findings) for (const line of linesOf(finding)) terminal.out(line);
      const wrong = findings.filter(({ state }) => state === 'wrong').length;
      if (wrong > 0) throw new CommandFailed(`\n${wrong} of ${findings.length} checks found something wrong.`);
    });
}

function linesOf({ state, name, text, advice }: Finding): string[] {
  return [`${state.padEnd(7)} ${name}: ${text}`, ...(advice === undefined ? [] : [`        → ${advice}`])];
}
