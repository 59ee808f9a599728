import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Partner } from '../accounts/index.ts';
import {
  type CertificateRow,
  findMosipSigned,
  listPartnerCertificates,
  type PathIndex,
  relatedPartners,
  type Standing,
} from '../certificates/index.ts';
import { listNewestChips } from '../chips/index.ts';
import type { Db } from '../db/index.ts';
import { homeCrumb } from '../http/navigation.ts';
import { refusalOf } from '../http/view.ts';
import { now } from '../lib/clock.ts';
import type { Reason } from '../lib/reasons.ts';
import { deactivationConflict, organizationConflict } from './change.ts';
import { partnerHistory } from './history.ts';
import type { PartnerStatus } from './store.ts';

/** So many chips are on the page of a partner, the newest; the list has them all. */
const CHIPS_SHOWN = 16;

export function statusOf(partner: Partner): PartnerStatus {
  if (partner.deactivated) return 'deactivated';
  return partner.certificateId === null ? 'no_certificate' : 'active';
}

/** What is wrong with the current certificate of an active partner, shown beside the status; null: nothing. */
export function standingBeside(
  status: PartnerStatus,
  certificate: Pick<CertificateRow, 'id'> | null,
  standings: ReadonlyMap<string, Standing>,
): Standing | null {
  const standing = status === 'active' && certificate !== null ? standings.get(certificate.id) : 'valid';
  return standing === undefined || standing === 'valid' ? null : standing;
}

/** Answers with the page of a partner as it stands now; with reasons when its state forbade something (409). */
export function showPartner(
  db: Db,
  paths: PathIndex,
  request: FastifyRequest,
  reply: FastifyReply,
  partner: Partner,
  reasons: readonly Reason[] = [],
): FastifyReply {
  const { t } = request;
  const rows = listPartnerCertificates(db, partner.id);
  const status = statusOf(partner);
  const current = rows.find((row) => row.id === partner.certificateId) ?? null;
  const chips = listNewestChips(db, partner.id, now(), CHIPS_SHOWN);
  const standings = paths.standingsOf([...rows, ...chips.rows.flatMap(({ certificate }) => certificate ?? [])]);
  const model = {
    partner: { ...partner, status, standing: standingBeside(status, current, standings) },
    history: partnerHistory(db, t, partner, rows),
    mayCorrect: organizationConflict(partner) === undefined,
    mayDeactivate: deactivationConflict(partner) === undefined,
    certificates: rows.map((row) => ({
      id: row.id,
      fingerprint: row.fingerprint,
      subject: row.subject,
      issuer: row.issuer,
      uploadedAt: row.uploadedAt,
      notAfter: row.notAfter,
      signedNotAfter: findMosipSigned(db, row.id)?.notAfter ?? null,
      current: row.id === partner.certificateId,
      status: standings.get(row.id),
    })),
    /** Where all of them are, if there are more. */
    allChips:
      chips.total > CHIPS_SHOWN
        ? { href: `/chips?${new URLSearchParams({ partner: partner.username })}`, count: chips.total }
        : null,
    chips: chips.rows.map((chip) => ({
      id: chip.id,
      make: chip.make,
      model: chip.model,
      status: chip.status,
      createdAt: chip.createdAt,
      standing:
        chip.certificate !== null && (chip.status === 'approved' || chip.status === 'pending_approval')
          ? standings.get(chip.certificate.id)
          : null,
    })),
    related: relatedPartners(
      db,
      partner,
      rows.map((row) => row.keyFingerprint),
    ),
    trail: {
      thing: `/audit?thing=${partner.id}`,
      actor: `/audit?${new URLSearchParams({ actor: partner.username })}`,
    },
    reasons: refusalOf(request, reasons),
  };
  const breadcrumbs = [
    homeCrumb(request),
    { label: t('partners.title'), href: '/partners' },
    { label: partner.username },
  ];
  return reply.page('partners/show', model, {
    title: partner.organization,
    breadcrumbs,
    status: reasons.length > 0 ? 409 : 200,
  });
}
