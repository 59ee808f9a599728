import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Visitor } from './visitor.ts';

/** Where a data directory of each release is kept: one folder a version. */
export const RELEASES = resolve(import.meta.dirname, '../releases');

/** What is known of a kept data directory, as it was written down when it was made. */
export interface Kept {
  /** ISO 8601. Certificates end, so this is the time at which it is looked at. */
  readonly madeAt: string;
  /** Usernames, and the password of both. */
  readonly admin: string;
  readonly partner: string;
  readonly password: string;
  /** Head of the audit trail, lower-case hex. */
  readonly auditHead: string;
  readonly seen: Seen;
}

/** What people see of it in the pages: ids with their status, and counts. */
export interface Seen {
  readonly chips: Statuses;
  readonly trustStore: Statuses;
  readonly partners: Statuses;
  readonly partnerCertificate: {
    readonly status: string;
    /** Of the partner's own certificate and of the MOSIP-signed one. */
    readonly fingerprints: readonly string[];
  };
  readonly unread: { readonly admin: number; readonly partner: number };
  /** Entries of the trail that are about chips. */
  readonly trailOfChips: number;
}

type Statuses = Readonly<Record<string, string>>;

/** The versions that a changelog has a heading of, which are those that were released. */
export function releasedVersions(changelog: string): string[] {
  return [...changelog.matchAll(/^## (\d+\.\d+\.\d+)\b/gm)].map(([, version]) => version ?? '');
}

/** The versions of which a data directory is kept. */
export function keptVersions(): string[] {
  return readdirSync(RELEASES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** Reads in the pages what they tell an admin and a partner. */
export async function lookAround(admin: Visitor, partner: Visitor): Promise<Seen> {
  const own = await partner.get('/partner-certificate');
  return {
    chips: await statusesIn(admin, '/chips'),
    trustStore: {
      ...(await statusesIn(admin, '/trust-store?type=root')),
      ...(await statusesIn(admin, '/trust-store?type=intermediate')),
    },
    partners: await statusesIn(admin, '/partners'),
    partnerCertificate: {
      status: own.$('main [data-status]').first().attr('data-status') ?? '',
      fingerprints: own
        .$('dl[data-fingerprint]')
        .toArray()
        .map((element) => own.$(element).attr('data-fingerprint') ?? ''),
    },
    unread: { admin: await unreadOf(admin), partner: await unreadOf(partner) },
    trailOfChips: Number((await admin.get('/audit?thing=chip')).$('[data-total]').attr('data-total')),
  };
}

async function statusesIn(visitor: Visitor, list: string): Promise<Statuses> {
  const page = await visitor.get(list);
  const rows = page.$('tr[data-id]').toArray();
  return Object.fromEntries(
    rows.map((row) => [
      page.$(row).attr('data-id') ?? '',
      page.$(row).find('[data-status]').first().attr('data-status') ?? '',
    ]),
  );
}

async function unreadOf(visitor: Visitor): Promise<number> {
  return Number((await visitor.get('/notifications')).$('[data-unread]').attr('data-unread'));
}

/** Databases, which are large and shrink well. */
const COMPRESSED = /\.(?:sqlite|backup)$/;

/** Keeps a data directory that nobody works on: each file as it is, databases compressed. @param folder made here */
export function pack(dataDir: string, kept: Kept, folder: string): void {
  for (const name of filesIn(dataDir).filter((name) => name !== 'lock')) {
    const bytes = readFileSync(join(dataDir, name));
    const isLarge = COMPRESSED.test(name);
    write(join(folder, 'data', isLarge ? `${name}.gz` : name), isLarge ? gzipSync(bytes, { level: 9 }) : bytes);
  }
  write(join(folder, 'kept.json'), `${JSON.stringify(kept, null, 2)}\n`);
}

/** Makes the data directory again, with the modes that git does not keep; returns what is known of it. */
export function unpack(folder: string, dataDir: string): Kept {
  const packed = join(folder, 'data');
  for (const name of filesIn(packed)) {
    const bytes = readFileSync(join(packed, name));
    write(join(dataDir, name.replace(/\.gz$/, '')), name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  }
  return JSON.parse(readFileSync(join(folder, 'kept.json'), 'utf8')) as Kept;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
}

function write(file: string, content: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, content, { mode: 0o600 });
}
