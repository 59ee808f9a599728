import type { FastifyRequest } from 'fastify';
import type { Partner } from '../accounts/index.ts';
import {
  type CertificateRow,
  findMosipSigned,
  listPartnerCertificates,
  parseStored,
  standingOf,
  uploadEvent,
} from '../certificates/index.ts';
import { certificateView, chainView } from '../http/certificate-view.ts';
import { newestFirst, type TimelineEvent } from '../http/timeline.ts';
import { now } from '../lib/clock.ts';
import { buildPath } from '../pki/index.ts';
import type { PartnerCertificates } from './upload.ts';

/** The view model of a partner's own page: the current certificate, what was issued for it, and the history. */
export function partnerCertificatePage(
  { db, trust, signingCa }: PartnerCertificates,
  request: FastifyRequest,
  partner: Partner,
) {
  const rows = listPartnerCertificates(db, partner.id);
  const [current] = rows;
  return {
    current: current === undefined ? null : currentCertificate(current),
    history: newestFirst(rows.toReversed().map((row) => historyEvent(row))),
  };

  function currentCertificate(row: CertificateRow) {
    const certificate = parseStored(row);
    const path = buildPath(certificate, trust.of('FTM'), now(), 'leaf');
    const signed = findMosipSigned(db, row.id);
    return {
      status: standingOf(trust, certificate),
      uploadedAt: row.uploadedAt,
      certificate: certificateView(certificate, request.fmt),
      chain: path.ok ? chainView(path.path, []) : chainView(path.furthest, [path.fault]),
      signed: signed === undefined ? null : signedView(signed),
    };
  }

  function signedView(signed: NonNullable<ReturnType<typeof findMosipSigned>>) {
    const certificate = parseStored(signed);
    return {
      status: signed.notAfter < now() ? ('expired' as const) : ('valid' as const),
      certificate: certificateView(certificate, request.fmt),
      issuers: signingCa.chainOf(signed.issuerId).map((ca) => ca.subject.label),
    };
  }

  function historyEvent(row: CertificateRow): TimelineEvent {
    const event = uploadEvent(db, request.t, row, { by: partner.username, current: row.id === current?.id });
    const marks = { fingerprint: row.fingerprint, status: standingOf(trust, parseStored(row)) };
    return { ...event, certificate: { ...event.certificate, marks } };
  }
}
