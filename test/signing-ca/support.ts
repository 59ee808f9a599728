import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { parseConfig } from '../../src/config.ts';
import type { Db } from '../../src/db/index.ts';
import type { Portal } from '../support/portal.ts';
import { Visitor } from '../support/visitor.ts';

export interface StoredCa {
  readonly id: string;
  readonly kind: 'root' | 'intermediate' | 'issuing';
  readonly parent_id: string | null;
  readonly fingerprint: string;
  readonly der: Buffer;
}

/** The portal's own CA certificates, the root first. */
export function signingCas(db: Db): StoredCa[] {
  return db.$client.prepare('SELECT * FROM signing_ca_certificates ORDER BY kind DESC').all() as StoredCa[];
}

/** The portal's root; the first one where there are several. */
export function rootOf(db: Db): StoredCa {
  const root = signingCas(db).find(({ kind }) => kind === 'root');
  if (root === undefined) throw new Error('there is no root');
  return root;
}

/** The ids of the issuing CAs, the one that signs now last. */
export function issuingIds(db: Db): string[] {
  return db.$client
    .prepare("SELECT id FROM signing_ca_certificates WHERE kind = 'issuing' ORDER BY created_at, id")
    .pluck()
    .all() as string[];
}

/** Where the private key of a CA lies. */
export function keyFile({ dataDir }: Pick<Portal, 'dataDir'>, id: string): string {
  return join(dataDir, 'keys', `${id}.pem`);
}

export interface Restarted {
  readonly ada: Visitor;
  readonly pia: Visitor;
  readonly guest: Visitor;
  /** What the log has said, as JSON lines. */
  log(): string;
}

/** Starts another app over a portal's database and data directory, as after a restart, with other settings. */
export async function restart(portal: Portal, settings: Record<string, string>): Promise<Restarted> {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  const config = parseConfig({
    PMP_CA_KEY: 'ec-p256',
    PMP_RATE_LIMIT: '0',
    PMP_DATA_DIR: portal.dataDir,
    ...settings,
  });
  const app = await buildApp({ config, db: portal.db, logger: { level: 'warn', stream } });
  onTestFinished(() => app.close());
  return {
    ada: new Visitor(app, portal.ada.cookies),
    pia: new Visitor(app, portal.pia.cookies),
    guest: new Visitor(app),
    log: () => lines.join(''),
  };
}
