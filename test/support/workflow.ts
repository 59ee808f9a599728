import { expect } from 'vitest';
import { asFile, fingerprintOf, type MadeCertificate, makeIntermediate, makeLeaf, makeRoot } from './certificates.ts';
import { PASSWORD, type Portal } from './portal.ts';
import type { Answer, UploadFile, Visitor } from './visitor.ts';

type Der = Pick<MadeCertificate, 'der'>;
export type Domain = 'FTM' | 'DEVICE' | 'AUTH';
export type Kind = 'root' | 'intermediate';

/** A certificate as a PEM file of an ordinary name. */
export function pemFile(made: Der, name = 'certificate.cer'): UploadFile {
  return { name, bytes: asFile(made) };
}

/** Uploads a CA certificate by the admin's form. */
export function uploadCa(
  visitor: Visitor,
  made: Der,
  { domain = 'FTM', type = 'root' }: { domain?: Domain; type?: Kind } = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  return visitor.upload('/trust-store', pemFile(made), { domain, type }, headers);
}

/** Puts a CA certificate into the trust store, as Ada does; returns its id. */
export async function trustCa(portal: Portal, made: Der, type: Kind, domain: Domain = 'FTM'): Promise<string> {
  const answer = await uploadCa(portal.ada, made, { domain, type });
  expect(answer.codes).toEqual([]);
  expect(answer.status).toBe(303);
  portal.ada.cookies.delete('pmp_flash');
  return caId(portal, made, domain);
}

/** The id under which a CA certificate is stored in a domain; '' when it is not. */
export function caId({ db }: Portal, { der }: Der, domain: Domain = 'FTM'): string {
  const find = db.$client.prepare('SELECT id FROM ca_certificates WHERE fingerprint = ? AND domain = ?').pluck();
  return (find.get(fingerprintOf(der), domain) as string | undefined) ?? '';
}

export interface Authority {
  readonly root: MadeCertificate;
  readonly ca: MadeCertificate;
}

/** A root and a CA below it, both trusted for chips. */
export async function trustAuthority(portal: Portal): Promise<Authority> {
  const root = makeRoot();
  const ca = makeIntermediate(root);
  await trustCa(portal, root, 'root');
  await trustCa(portal, ca, 'intermediate');
  return { root, ca };
}

/** Uploads a partner certificate by the partner's form. */
export function uploadPartner(visitor: Visitor, made: Der, headers: Record<string, string> = {}): Promise<Answer> {
  return visitor.upload('/partner-certificate', pemFile(made), {}, headers);
}

/** Has Pia's (or another's) partner certificate accepted; returns its id. */
export async function acceptPartner(portal: Portal, visitor: Visitor, made: Der): Promise<string> {
  const answer = await uploadPartner(visitor, made);
  expect(answer.codes).toEqual([]);
  expect(answer.status).toBe(303);
  visitor.cookies.delete('pmp_flash');
  const ids = portal.db.$client
    .prepare('SELECT id FROM certificates WHERE fingerprint = ? ORDER BY rowid DESC')
    .pluck();
  return ids.get(fingerprintOf(made.der)) as string;
}

/** The same for Pia with a fresh certificate below a fresh authority. */
export async function acceptPia(portal: Portal): Promise<Authority & { leaf: MadeCertificate; id: string }> {
  const authority = await trustAuthority(portal);
  const leaf = makeLeaf(authority.ca);
  return { ...authority, leaf, id: await acceptPartner(portal, portal.pia, leaf) };
}

/** The organisation that Otto typed when registering. */
export const OTTOS_ORGANIZATION = 'Nordic Silicon AS';

/** Signs one of the cast in again, in a new browser: for when the clock was moved beyond a session's life. */
export async function signIn(portal: Portal, identifier: 'ada' | 'pia' | 'otto'): Promise<Visitor> {
  const visitor = portal.visitor();
  const answer = await visitor.post('/login', { identifier, password: PASSWORD });
  expect(answer.status).toBe(303);
  visitor.cookies.delete('pmp_flash');
  return visitor;
}

/** How many rows a table has. */
export function rowsIn({ db }: Portal, table: string): number {
  return db.$client.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
}

/** Deactivates a partner behind the portal's back, as another process would. */
export function deactivate({ db, idOf }: Portal, username: string): void {
  const insert = db.$client.prepare(
    'INSERT INTO account_deactivations (account_id, at, by, reason) VALUES (?, ?, ?, ?)',
  );
  insert.run(idOf(username), Date.now(), idOf('ada'), 'left the programme');
}
