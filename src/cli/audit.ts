import type { Command } from 'commander';
import { checkTrail, type TrailFault } from '../audit/index.ts';
import type { Config } from '../config.ts';
import { withDataDirectory } from './data-directory.ts';
import { CommandFailed } from './reasons.ts';
import type { Terminal } from './terminal.ts';

/** `pmp audit …`: whether the trail is as it was written. */
export function addAuditCommands(program: Command, loadConfig: () => Config, terminal: Terminal): void {
  const audit = program.command('audit').description('the audit trail');
  audit
    .command('verify')
    .description(
      'check that no entry was changed, removed, inserted or moved; exit code 1 and the first one when there is',
    )
    .option('--head <hash>', 'a head written down earlier (log, backup, page Audit): the trail must still contain it')
    .action((options: { head?: string }) =>
      withDataDirectory(loadConfig(), terminal, { create: false }, async ({ db }) => {
        const expected = headOf(options);
        const { sound, head, fault } = checkTrail(db, expected);
        if (fault !== undefined) throw new CommandFailed(wordFault(fault));
        terminal.out(
          `The trail is sound: ${sound} entries${expected === undefined ? '' : ', and contains the head that was given'}.`,
        );
        terminal.out(`head ${head.hash} (entry ${head.entryId})`);
      }),
    );
}

/** @throws CommandFailed rather than call a trail another one for a head that was not copied whole */
function headOf({ head }: { head?: string }): string | undefined {
  if (head !== undefined && !/^[0-9a-f]{64}$/i.test(head))
    throw new CommandFailed(`--head ${head}: this is no hash of 64 hexadecimal digits.`);
  return head?.toLowerCase();
}

function wordFault(fault: TrailFault): string {
  switch (fault.kind) {
    case 'broken':
      return `Entry ${fault.entryId} is not as it was written: it was changed, inserted or moved, or an entry right before it is missing.`;
    case 'cut-off':
      return `The trail ends at entry ${fault.entryId}, but its head is entry ${fault.until}: what came after was removed, or the head was changed.`;
    case 'head-unknown':
      return 'The trail is sound in itself, but does not contain the head that was given: it is another trail, or was written anew.';
  }
}
