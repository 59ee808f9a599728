import type { FastifyBaseLogger } from 'fastify';
import type { Reason } from '../lib/reasons.ts';
import { createSigner, type Signer } from '../pki/index.ts';
import { closeKeyFile, keyFileMark, readKeyFile } from './key-file.ts';
import type { OwnCertificate } from './own-certificate.ts';

export type OpenedSigner =
  | { readonly ok: true; readonly signer: Signer }
  | { readonly ok: false; readonly reason: Reason };

/** Opens the private key of one of the portal's own CA certificates, or says why it cannot. */
export type OpenSigner = (ca: OwnCertificate) => OpenedSigner;

/**
 * Opens the keys of a data directory: each when it is first needed, and again when its file has changed or is gone, so that a key that was
 * lost or mixed up shows while somebody can still put it right, not at the next start. In between neither the log nor the processor is
 * bothered.
 */
export function signersOf(
  dataDir: string,
  passphrase: string | undefined,
  log: Pick<FastifyBaseLogger, 'error' | 'warn'>,
): OpenSigner {
  const open = new Map<string, { mark: string; signer: OpenedSigner }>();
  return (ca) => {
    const known = open.get(ca.id);
    if (known !== undefined && known.mark === keyFileMark(dataDir, ca.id)) return known.signer;
    if (closeKeyFile(dataDir, ca.id))
      log.warn({ ca: ca.id }, 'others could read the key file of the issuing CA; its mode is 0600 again');
    const mark = keyFileMark(dataDir, ca.id);
    const opened = openSigner(ca, dataDir, passphrase);
    open.set(ca.id, { mark, signer: opened });
    if (!opened.ok) {
      const facts = { ca: ca.id, reason: opened.reason.name, ...opened.reason.data };
      log.error(facts, 'the key of the issuing CA cannot be used: nothing can be issued');
    }
    return opened;
  };
}

/** Opens a key afresh, without keeping it: for a root, whose key is needed once in years. */
export function openSigner(ca: OwnCertificate, dataDir: string, passphrase: string | undefined): OpenedSigner {
  const read = readKeyFile(dataDir, ca.id, passphrase);
  const { label: subject } = ca.certificate.subject;
  if (!read.ok) return { ok: false, reason: { ...read.reason, data: { ...read.reason.data, subject } } };
  try {
    return { ok: true, signer: createSigner(ca.certificate, read.key) };
  } catch {
    return {
      ok: false,
      reason: { code: 'PMP-CA-001', name: 'ca-key-differs', data: { file: `keys/${ca.id}.pem`, subject } },
    };
  }
}
