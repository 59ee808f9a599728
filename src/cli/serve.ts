import { statSync } from 'node:fs';
import type { Command } from 'commander';
import type { FastifyInstance } from 'fastify';
import { createFirstAdmin, createSetupToken } from '../accounts/index.ts';
import { buildApp } from '../app.ts';
import { backUpByCommand, openUpToDate } from '../backup/index.ts';
import { type Config, ConfigError } from '../config.ts';
import { type Db, lockDirectory, programMigrations } from '../db/index.ts';
import { type OpenedAhead, rememberKey } from '../signing-ca/index.ts';
import { unusable } from './data-directory.ts';
import type { HeldSignals } from './early-signals.ts';
import { refuseRemains } from './remains.ts';
import { endOnSignal, reloadOnSignal } from './signals.ts';
import type { Terminal } from './terminal.ts';

/** `pmp serve`, or `pmp` alone: the portal, until it is told to end. */
export function addServeCommand(
  program: Command,
  loadConfig: () => Config,
  terminal: Terminal,
  key: Promise<OpenedAhead | undefined>,
  signals?: HeldSignals,
): void {
  program
    .command('serve', { isDefault: true })
    .description('start the portal; this is also what happens without a command. SIGTERM or Ctrl-C ends it')
    .action(() => serve(loadConfig(), terminal, key, signals));
}

/** Data directory, database, app, listen; close on a signal. Done once the portal answers, the process then stays for its sake; or once everything is closed again, where a signal came meanwhile. */
async function serve(
  config: Config,
  terminal: Terminal,
  key: Promise<OpenedAhead | undefined>,
  signals?: HeldSignals,
): Promise<void> {
  if (await signals?.isToEnd()) return;
  const { db, backup, release } = await open(config);
  let app: FastifyInstance | undefined;
  const close = async () => {
    await app?.close();
    db.$client.close();
    release();
  };
  try {
    if (await signals?.isToEnd()) return await close();
    app = await buildApp({ config, db, logger: { level: config.logLevel }, backUp: backUpByCommand() });
    if (backup !== undefined)
      app.log.warn({ file: backup }, 'the database was brought up to date; as it was before lies in a backup');
    await prepareFirstAdmin(config, db);
    // The key is most likely still being opened, in another thread.
    await app.ready();
    rememberKey(await key);
    if (await signals?.isToEnd()) return await close();
    const address = await listen(app, config);
    if (await signals?.isToEnd()) return await close();
    signals?.release();
    endOnSignal(app, close);
    reloadOnSignal(app, config);
    warnOfPlainHttp(app, config);
    for (const name of config.unknownSettings) app.log.warn(`there is no setting ${name}: it is passed over`);
    announce(config, db, address, terminal);
  } catch (error) {
    await close();
    throw error;
  }
}

/** Takes the data directory for this process, and opens what lies in it. */
async function open(config: Config): Promise<{ db: Db; backup?: string; release: () => void }> {
  try {
    const release = lockDirectory(config.dataDir);
    refuseRemains(config);
    refuseNoFolder(config);
    return { ...(await openUpToDate(config.dataDir, programMigrations())), release };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw unusable(config.dataDir, error);
  }
}

/** @throws ConfigError where the nightly backups could lie nowhere */
function refuseNoFolder({ backupFolder, backupKeep }: Config): void {
  const found = backupKeep > 0 ? statSync(backupFolder, { throwIfNoEntry: false }) : undefined;
  if (found !== undefined && !found.isDirectory())
    throw new ConfigError(`PMP_BACKUP_DIR: ${backupFolder} is no folder`);
}

async function prepareFirstAdmin(config: Config, db: Db): Promise<void> {
  if (config.firstAdmin === undefined) return;
  const reasons = await createFirstAdmin(db, config.firstAdmin);
  if (reasons !== undefined) {
    const faults = reasons.map(
      (reason) => `PMP_ADMIN_${(reason.field ?? '').toUpperCase()} ${reason.name} (${reason.code})`,
    );
    throw new ConfigError(`the first admin cannot be created: ${faults.join(', ')}`);
  }
}

async function listen(app: FastifyInstance, config: Config): Promise<string> {
  try {
    return await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'another program uses it' : message;
    throw new ConfigError(`PMP_HOST, PMP_PORT: cannot listen on ${config.host} port ${config.port}: ${why}`);
  }
}

function warnOfPlainHttp(app: FastifyInstance, config: Config): void {
  const host = config.publicUrl === undefined ? config.host : new URL(config.publicUrl).hostname;
  if (!config.secure && !['127.0.0.1', '::1', '[::1]', 'localhost'].includes(host)) {
    app.log.warn(
      `people reach the portal by plain http on ${host}: passwords can be read on the way. Set PMP_PUBLIC_URL to an https address.`,
    );
  }
}

function announce(config: Config, db: Db, address: string, terminal: Terminal): void {
  terminal.out(`\nPartner Management Portal: ${config.publicUrl ?? address}`);
  const token = createSetupToken(db);
  if (token !== undefined) {
    terminal.out(
      'There is no admin yet. Open this link within 24 hours to create the first one (a new start makes a new link):',
    );
    terminal.out(`\n  ${config.publicUrl ?? address}/setup?token=${token}\n`);
  }
}
