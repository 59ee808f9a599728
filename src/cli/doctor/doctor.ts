import type { Command } from 'commander';
import type { Config } from '../../config.ts';
import { CommandFailed } from '../reasons.ts';
import type { Terminal } from '../terminal.ts';
import type { Finding } from './finding.ts';
import { checkClock, checkDirectory, checkDisk } from './host.ts';
import { checkMail } from './mail.ts';
import { checkPortal } from './portal.ts';
import { checkSettings, checkTerms } from './settings.ts';
import { checkTls } from './tls.ts';

/** `pmp doctor`: looks at everything that the portal needs, and says what to do. */
export function addDoctorCommand(program: Command, loadConfig: () => Config, terminal: Terminal): void {
  program
    .command('doctor')
    .description(
      'check settings, data directory, disk, clock, database, audit trail, signing CA, backups, own terms, HTTPS, mail server; exit code 1 when something is wrong',
    )
    .action(async () => {
      const config = loadConfig();
      const findings = [
        await found('settings', () => checkSettings(config)),
        await found('data directory', () => checkDirectory(config.dataDir)),
        await found('disk', () => checkDisk(config.dataDir)),
        await found('clock', () => checkClock(config.dataDir)),
        await found('portal', () => checkPortal(config)),
        await found('terms', () => checkTerms(config.dataDir)),
        await found('HTTPS', () => checkTls(config)),
        await found('mail', () => checkMail(config.smtpUrl)),
      ].flat();
      for (const finding of findings) for (const line of linesOf(finding)) terminal.out(line);
      const wrong = findings.filter(({ state }) => state === 'wrong').length;
      if (wrong > 0) throw new CommandFailed(`\n${wrong} of ${findings.length} checks found something wrong.`);
    });
}

type Findings = Finding | Finding[];

/** What a check finds. That it cannot be made is a finding, too: the others are made all the same. */
async function found(name: string, check: () => Findings | Promise<Findings>): Promise<Findings> {
  try {
    return await check();
  } catch (error) {
    const text = `it cannot be looked at: ${(error as Error).message}`;
    const advice = 'everything in the data directory must belong to the user as whom the portal runs';
    return { state: 'wrong', name, text, advice };
  }
}

function linesOf({ state, name, text, advice }: Finding): string[] {
  return [`${state.padEnd(7)} ${name}: ${text}`, ...(advice === undefined ? [] : [`        → ${advice}`])];
}
