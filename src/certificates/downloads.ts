import type { FastifyReply, FastifyRequest } from 'fastify';
import { findPartnerById } from '../accounts/index.ts';
import type { Queries } from '../db/index.ts';
import { downloadFormat, sendDownload } from '../http/download.ts';
import { notFound } from '../lib/errors.ts';
import { toP7b, toPem } from '../pki/index.ts';
import type { SigningCa } from '../signing-ca/index.ts';
import { parseStored } from './standing.ts';
import { type CertificateRow, findMosipSigned } from './store.ts';

/** Hands out a certificate as it was uploaded: PEM or DER. Expired ones too. */
export function sendOriginal(
  db: Queries,
  request: FastifyRequest,
  reply: FastifyReply,
  row: CertificateRow,
): FastifyReply {
  const format = downloadFormat(request.query, ['pem', 'der']);
  const name = fileName(db, row, row.chipId === null ? 'partner-certificate' : 'chip-certificate');
  return sendDownload(request, reply, name, format, format === 'der' ? row.der : toPem(parseStored(row)));
}

/** Hands out the MOSIP-signed certificate: PEM, DER, or with its chain (MOSIP-signed, issuing CA, root). Chips have none (404). */
export function sendMosipSigned(
  db: Queries,
  signingCa: SigningCa,
  request: FastifyRequest,
  reply: FastifyReply,
  row: CertificateRow,
): FastifyReply {
  const signed = findMosipSigned(db, row.id);
  if (signed === undefined) throw notFound();
  const format = downloadFormat(request.query, ['pem', 'der', 'p7b']);
  const name = fileName(db, row, 'mosip-signed-certificate');
  if (format === 'der') return sendDownload(request, reply, name, format, signed.der);
  const certificate = parseStored(signed);
  const content = format === 'pem' ? toPem(certificate) : toP7b([certificate, ...signingCa.chainOf(signed.issuerId)]);
  return sendDownload(request, reply, name, format, content);
}

/** Whose and which: "acme-partner-certificate-2026-11-24". */
function fileName(db: Queries, row: CertificateRow, which: string): string {
  const owner = findPartnerById(db, row.partnerId)?.username ?? row.partnerId;
  return `${owner}-${which}-${new Date(row.uploadedAt).toISOString().slice(0, 10)}`;
}
