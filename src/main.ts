import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { createFirstAdmin, createSetupToken } from './accounts/index.ts';
import { buildApp } from './app.ts';
import { type Config, ConfigError, loadConfig } from './config.ts';
import { type Db, migrate, openDatabase, readMigrations } from './db/index.ts';

/** The process: configuration, database, migrations, app, listen; close on a signal. */
async function main(): Promise<void> {
  process.umask(0o077);
  const config = loadConfig();
  const db = open(config);
  migrate(db.$client, readMigrations(fileURLToPath(new URL('../migrations', import.meta.url))));
  const app = await buildApp({ config, db, logger: { level: config.logLevel } });
  await prepareFirstAdmin(config, db);
  const address = await listen(app, config);
  warnOfPlainHttp(app, config);
  announce(config, db, address);
  closeOnSignal(app, db);
}

function open(config: Config): Db {
  try {
    return openDatabase(config.dataDir);
  } catch (error) {
    throw new ConfigError(
      `PMP_DATA_DIR: the data directory ${config.dataDir} cannot be used: ${(error as Error).message}`,
    );
  }
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

function announce(config: Config, db: Db, address: string): void {
  console.log(`\nPartner Management Portal: ${config.publicUrl ?? address}`);
  const token = createSetupToken(db);
  if (token !== undefined) {
    console.log(
      'There is no admin yet. Open this link within 24 hours to create the first one (a new start makes a new link):',
    );
    console.log(`\n  ${config.publicUrl ?? address}/setup?token=${token}\n`);
  }
}

function closeOnSignal(app: FastifyInstance, db: Db): void {
  const close = async () => {
    await app.close();
    db.$client.close();
    process.exit(0);
  };
  process.once('SIGTERM', close);
  process.once('SIGINT', close);
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
});
