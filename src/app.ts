import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { loadTerms, registerAccounts } from './accounts/index.ts';
import { registerAdmins } from './admins/index.ts';
import { registerAudit, registerRefusalTrail } from './audit/index.ts';
import { type BackedUpHead, backUpNightly, writeBackup } from './backup/index.ts';
import { createPathIndex, registerCertificates } from './certificates/index.ts';
import { countWaiting, registerChips } from './chips/index.ts';
import type { Config } from './config.ts';
import { registerDashboard } from './dashboard/index.ts';
import { type Db, placeOf, sessionStore } from './db/index.ts';
import { registerHelp } from './help/index.ts';
import { registerAccess } from './http/access.ts';
import { loadAssets, registerAssets } from './http/assets.ts';
import { registerCompression } from './http/compression.ts';
import type { Context } from './http/context.ts';
import { createDrafts } from './http/drafts.ts';
import { registerErrors } from './http/errors.ts';
import { registerHeaders } from './http/headers.ts';
import { registerHealth } from './http/health.ts';
import { sendTogether } from './http/sending.ts';
import { createServer, registerBasics } from './http/server.ts';
import { createSessions } from './http/session.ts';
import { registerViews } from './http/view.ts';
import { SECOND } from './lib/durations.ts';
import { absolutePath } from './lib/program-files.ts';
import { createSchedules } from './lib/schedules.ts';
import { createMailer } from './mail/index.ts';
import { registerMetrics } from './metrics/index.ts';
import { registerNotifications, unreadCounter } from './notifications/index.ts';
import { registerPartnerCertificates } from './partner-certificates/index.ts';
import { registerPartners } from './partners/index.ts';
import { openSigningCa, passphraseFor, registerSigningCa } from './signing-ca/index.ts';
import { createTrust, registerTrustStore } from './trust-store/index.ts';

export interface AppParts {
  readonly config: Config;
  /** Open and migrated; closed by whoever opened it. */
  readonly db: Db;
  readonly logger?: FastifyServerOptions['logger'];
  /** Writes the nightly backup to a new file; undefined: in this process, which answers nobody while it checks what was written. */
  readonly backUp?: (file: string, stopping: AbortSignal) => Promise<BackedUpHead>;
}

/** Puts the portal together: the one list of its parts, by hand. */
export async function buildApp({
  config,
  db,
  logger = false,
  backUp = (file) => writeBackup(db, config.dataDir, file),
}: AppParts): Promise<FastifyInstance> {
  const app = createServer(config, logger);
  const storedSessions = sessionStore(db);
  const sessions = createSessions(storedSessions, { idleMinutes: config.sessionIdleMinutes });
  const schedules = createSchedules(app.log);
  const sendMail = createMailer({
    smtpUrl: config.smtpUrl,
    from: config.mailFrom,
    dataDir: config.dataDir,
    log: app.log,
  });
  const drafts = createDrafts();
  const context: Context = { config, db, sessions, drafts, sendMail, log: app.log };
  const terms = loadTerms(config.dataDir);
  const assets = loadAssets();
  const trust = createTrust(db);
  const pathIndex = createPathIndex(db, trust);
  const passphrase = passphraseFor(config.dataDir, config.keyPassphrase, app.log);
  const ownCa = { db, config, passphrase, log: app.log };
  const signingCa = await openSigningCa(ownCa);

  registerHeaders(app, config);
  registerCompression(app, config);
  await registerBasics(app, config);
  registerAccess(app, { sessions, drafts, publicUrl: config.publicUrl, termsVersion: terms.version });
  await registerViews(app, {
    assets,
    views: absolutePath('views'),
    timeZone: config.timeZone,
    publicUrl: config.publicUrl,
    unread: unreadCounter(db),
    drafts,
    idleMinutes: config.sessionIdleMinutes,
    waiting: (person) => (person.role === 'PARTNER_ADMIN' ? { '/chips': countWaiting(db) } : {}),
  });
  registerErrors(app);
  registerRefusalTrail(app, db);

  // Opens the signing key at start, so that the log tells at once when it cannot be used.
  app.addHook('onListen', async () => void signingCa.isUsable());

  schedules.add('expired sessions', '30 * * * *', () => storedSessions.deleteExpiredSessions());
  const nightly = { folder: config.backupFolder, keep: config.backupKeep, log: app.log };
  schedules.add('nightly backup', '0 1 * * *', (stopping) =>
    backUpNightly({ ...nightly, write: (file) => backUp(file, stopping) }),
  );
  // Whoever waits for the portal to be ready is answered first.
  let beginning: NodeJS.Timeout | undefined;
  app.addHook('onListen', async () => {
    beginning = setTimeout(() => schedules.start(), SECOND).unref();
  });
  app.addHook('preClose', () => {
    clearTimeout(beginning);
    return schedules.stop(SECOND);
  });

  // Certificates that were accepted before paths were written down get theirs while nobody waits for it.
  app.addHook('onListen', async () => {
    pathIndex.refresh().catch((error: unknown) => {
      if (db.$client.open) app.log.error(error, 'the paths of certificates could not be found anew');
    });
  });

  registerAssets(app, assets);
  registerHealth(app, {
    isReady: () => !app.isClosing() && isUsable(db) && signingCa.isUsable(),
    isInPlace: placeOf(config.dataDir),
  });
  registerAccounts(app, context, terms);
  registerTrustStore(app, context, trust, pathIndex);
  registerSigningCa(app, signingCa, ownCa);
  registerCertificates(app, context, signingCa);
  registerPartnerCertificates(app, context, trust, signingCa);
  registerChips(app, context, trust, pathIndex);
  registerPartners(app, context, pathIndex);
  registerAdmins(app, context);
  registerAudit(app, context, schedules);
  registerNotifications(app, context, schedules);
  registerDashboard(app, context, trust, pathIndex, signingCa);
  registerHelp(app);
  registerMetrics(app, context, signingCa);
  // Behind every other hook of answers.
  sendTogether(app);
  return app;
}

function isUsable(db: Db): boolean {
  try {
    return db.$client.prepare('SELECT 1').get() !== undefined;
  } catch {
    return false;
  }
}
