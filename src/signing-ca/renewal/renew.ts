import type { Actor } from '../../audit/index.ts';
import { now } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Reason } from '../../lib/reasons.ts';
import { createIssuingCa, type Signer } from '../../pki/index.ts';
import { keepCertificate, keepWithKeys, noteCa, optionsOf, type SigningCaParts } from '../create.ts';
import { keyFileMark } from '../key-file.ts';
import { type OwnCertificate, type OwnCertificates, ownCertificates } from '../own-certificate.ts';
import { openSigner } from '../signers.ts';
import { endsTooSoon } from '../standing.ts';

/**
 * Makes a new issuing CA under the root of the present one; it signs from then on. The old ones stay, and with them what they
 * signed (rules 5).
 * @param replaces the id of the issuing CA that was present when the person decided
 * @throws AppError conflict: the root's key is not here, cannot be opened or is not its own, or the root ends too soon (PMP-CA-003);
 *   somebody else was faster (PMP-CA-004)
 */
export async function renewSigningCa(parts: SigningCaParts, actor: Actor, replaces: string): Promise<string> {
  const certificates = ownCertificates(parts.db);
  refuseIfReplaced(certificates, replaces);
  const opened = openRoot(parts, certificates);
  if (!opened.ok) throw new AppError('conflict', [opened.reason]);
  const { root, signer } = opened;
  const made = await createIssuingCa(optionsOf(parts.config), signer);
  const id = newId();
  await keepWithKeys(parts, [{ id, key: made.privateKey }], (tx) => {
    refuseIfReplaced(certificates, replaces);
    keepCertificate(tx, { id, kind: 'issuing', parentId: root.id, certificate: made.certificate });
    noteCa(tx, actor, 'signing-ca.renew', id, made.certificate);
  });
  return id;
}

/** Why there can be no new issuing CA under the present root. Opens the root's key, which takes as long as a sign-in. */
export function renewalConflict(parts: SigningCaParts): Reason | undefined {
  const opened = openRoot(parts, ownCertificates(parts.db));
  return opened.ok ? undefined : opened.reason;
}

/** The same as far as it can be told without opening a key. */
export function renewalObstacle(parts: SigningCaParts): Reason | undefined {
  const root = rootOf(ownCertificates(parts.db));
  const keyIsThere = root !== undefined && keyFileMark(parts.config.dataDir, root.id) !== 'missing';
  return keyIsThere ? tooLate(root) : renewalConflict(parts);
}

type OpenedRoot =
  | { readonly ok: true; readonly root: OwnCertificate; readonly signer: Signer }
  | { readonly ok: false; readonly reason: Reason };

function openRoot({ config, passphrase }: SigningCaParts, certificates: OwnCertificates): OpenedRoot {
  const root = rootOf(certificates);
  if (root === undefined) return { ok: false, reason: impossible({ code: 'PMP-CA-001', name: 'ca-missing' }) };
  const late = tooLate(root);
  if (late !== undefined) return { ok: false, reason: late };
  const opened = openSigner(root, config.dataDir, passphrase);
  return opened.ok ? { ...opened, root } : { ok: false, reason: impossible(opened.reason) };
}

/** A new issuing CA ends with its root at the latest, and issues only while it has 366 days left. */
function tooLate(root: OwnCertificate): Reason | undefined {
  const late = endsTooSoon([root.certificate], now());
  return late && impossible(late);
}

function impossible({ name, data }: Reason): Reason {
  return { code: 'PMP-CA-003', name: 'ca-renewal-impossible', data: { ...data, because: name } };
}

/** The root above the issuing CA that signs now. */
function rootOf(certificates: OwnCertificates): OwnCertificate | undefined {
  const issuing = certificates.issuing();
  return issuing === undefined ? undefined : certificates.chain(issuing.id).at(-1);
}

function refuseIfReplaced(certificates: OwnCertificates, replaces: string): void {
  if (certificates.issuing()?.id !== replaces)
    throw new AppError('conflict', [{ code: 'PMP-CA-004', name: 'ca-renewed-already' }]);
}
