import type { FastifyReply, FastifyRequest } from 'fastify';
import { findPartnerById } from '../../accounts/index.ts';
import {
  findCertificate,
  listChipCertificates,
  parseStored,
  partnerObstacle,
  standingOf,
} from '../../certificates/index.ts';
import { personOf } from '../../http/access.ts';
import { certificateView, chainView } from '../../http/certificate-view.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { refusalOf } from '../../http/view.ts';
import { now } from '../../lib/clock.ts';
import type { Reason } from '../../lib/reasons.ts';
import { buildPath } from '../../pki/index.ts';
import { type Chips, uploadConflict } from '../chip.ts';
import { findRejectionReason } from '../own/store.ts';
import { changesOf } from '../renewal/changes.ts';
import type { ChipRow } from '../store.ts';
import { nextWaiting } from '../waiting/next.ts';
import { chipHistory } from './history.ts';
import { addAgainPath, chipActions, rightsOf } from './list.ts';

/** Which of the two pages about a chip: the whole, or its certificates. */
export type ChipPage = 'show' | 'certificate';

/** Answers with a page about a chip as it stands now; with reasons when something was refused because of its state (409). */
export function showChip(
  chips: Chips,
  request: FastifyRequest,
  reply: FastifyReply,
  chip: ChipRow,
  page: ChipPage = 'show',
  reasons: readonly Reason[] = [],
) {
  const { t } = request;
  const name = `${chip.make} ${chip.model}`;
  const breadcrumbs = [homeCrumb(request), { label: t('chips.title'), href: '/chips' }];
  const model = { ...chipDetails(chips, request, chip), reasons: refusalOf(request, reasons) };
  const status = reasons.length > 0 ? 409 : 200;
  if (page === 'show')
    return reply.page('chips/show', model, { title: name, breadcrumbs: [...breadcrumbs, { label: name }], status });
  const title = t('chips.action.manage');
  return reply.page('chips/certificate', model, {
    title,
    breadcrumbs: [...breadcrumbs, { label: name, href: `/chips/${chip.id}` }, { label: title }],
    status,
  });
}

function chipDetails(chips: Chips, request: FastifyRequest, chip: ChipRow) {
  const { db, trust } = chips;
  const { t } = request;
  const person = personOf(request);
  const partner = findPartnerById(db, chip.partnerId);
  if (partner === undefined) throw new Error(`chip ${chip.id} has no provider`);
  const isOwner = person.id === chip.partnerId;
  const obstacle = isOwner ? partnerObstacle(db, trust, partner) : undefined;
  const certificates = listChipCertificates(db, chip.id);
  return {
    chip: {
      id: chip.id,
      make: chip.make,
      model: chip.model,
      status: chip.status,
      createdAt: chip.createdAt,
      statusAt: chip.statusAt,
      organization: partner.organization,
      partner: partner.username,
      partnerHref: person.role === 'PARTNER_ADMIN' ? `/partners/${partner.id}` : null,
    },
    ...currentCertificate(chips, request, chip),
    actions: chipActions(chip, rightsOf(person), t).filter(
      (action) => action.href !== `/chips/${chip.id}` && action.download !== true,
    ),
    upload: isOwner && person.deactivatedAt === null ? uploadState(chip, obstacle, t) : null,
    obstacle: obstacle === undefined ? null : t(`reasons.${obstacle.name}.title`),
    certificates: certificates.map((row) => ({
      id: row.id,
      subject: row.subject,
      fingerprint: row.fingerprint,
      uploadedAt: row.uploadedAt,
      notAfter: row.notAfter,
      current: row.id === chip.certificateId,
    })),
    rejection: rejectionOf(db, chip, isOwner && person.deactivatedAt === null),
    history: chipHistory(db, t, chip, partner.username, certificates),
    trail: person.role === 'PARTNER_ADMIN' ? `/audit?thing=${chip.id}` : null,
    /** Where an admin goes on who has just decided; shown with the message that says so. */
    onward: person.role === 'PARTNER_ADMIN' && isDecided(chip) ? nextWaiting(db, request, chip) : null,
  };
}

/** Why a chip was rejected, and where its owner adds it again; null where it was not. */
function rejectionOf(db: Chips['db'], chip: ChipRow, mayAdd: boolean) {
  if (chip.status !== 'rejected') return null;
  return { reason: findRejectionReason(db, chip.id) ?? '', again: mayAdd ? addAgainPath(chip) : null };
}

const isDecided = ({ status }: ChipRow) => status === 'approved' || status === 'rejected';

/** Whether the owner can upload now, and what the page says about it. */
function uploadState(chip: ChipRow, obstacle: Reason | undefined, t: FastifyRequest['t']) {
  if (uploadConflict(chip) !== undefined)
    return { possible: false, label: '', text: t(`chips.upload.not-now.${chip.status}`) };
  const label = t(chip.status === 'approved' ? 'chips.upload.renew' : 'chips.upload.first');
  if (obstacle !== undefined) return { possible: false, label, text: t(`reasons.${obstacle.name}.next`) };
  return { possible: true, label, text: t(`chips.upload.now.${chip.status}`) };
}

function currentCertificate(chips: Chips, request: FastifyRequest, chip: ChipRow) {
  const { db, trust } = chips;
  const row = chip.certificateId === null ? undefined : findCertificate(db, chip.certificateId);
  if (row === undefined) return { current: null, changes: null };
  const certificate = parseStored(row);
  const path = buildPath(certificate, trust.of('FTM'), now(), 'leaf');
  return {
    current: {
      standing: standingOf(trust, certificate),
      certificate: certificateView(certificate, request.fmt),
      chain: path.ok ? chainView(path.path, []) : chainView(path.furthest, [path.fault]),
    },
    /** Against the certificate that was approved before, while the renewal waits. */
    changes: chip.status === 'pending_approval' ? changesOf(chips, request, chip, certificate) : null,
  };
}
