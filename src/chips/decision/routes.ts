import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { findPartnerById } from '../../accounts/index.ts';
import { actorOf } from '../../audit/index.ts';
import { relatedPartners, standingOf } from '../../certificates/index.ts';
import { personOf } from '../../http/access.ts';
import { certificateView, chainView } from '../../http/certificate-view.ts';
import { parseForm, text, typedIn } from '../../http/forms.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { isHtmx } from '../../http/redirect.ts';
import { refusalOf } from '../../http/view.ts';
import { wordReasons } from '../../http/words.ts';
import { now } from '../../lib/clock.ts';
import { notFound } from '../../lib/errors.ts';
import type { Reason } from '../../lib/reasons.ts';
import { answerConflict, answerDone } from '../answer.ts';
import { type Chips, decisionConflict, findChipOr404, getChip, StateConflict } from '../chip.ts';
import { changesOf } from '../renewal/changes.ts';
import type { ChipRow } from '../store.ts';
import { approveChip, judgeAgain, rejectChip } from './decide.ts';
import { earlierReason, earlierReasons } from './earlier-reasons.ts';

const access = 'PARTNER_ADMIN';
const form = '/chips/:id/decision/new';

/** Shown to the partner as text (rules 6). */
export const reasonForm = z.object({ reason: text({ max: 1000, verbatim: true }) });

export function registerDecisions(app: FastifyInstance, chips: Chips): void {
  const { db } = chips;
  const actor = (request: FastifyRequest) => ({ ...actorOf(request), id: personOf(request).id });

  app.get('/chips/:id/decision/new', { config: { access } }, async (request, reply) => {
    const chip = findChipOr404(db, request);
    const conflict = decisionConflict(chip, undefined);
    return conflict === undefined
      ? showDecision(chips, request, reply, chip, [], 200, earlierReason(db, earlierIn(request)))
      : refuseConflict(chips, request, reply, chip.id, [conflict]);
  });

  app.post(
    '/chips/:id/approval',
    { config: { access, action: 'chip.approve', thing: 'chip', form } },
    async (request, reply) => {
      const chip = findChipOr404(db, request);
      const certificateId = typedIn(request.body).certificateId ?? '';
      return refusingConflicts(request, reply, chip, () => {
        const decided = approveChip(chips, actor(request), chip.id, certificateId);
        return decided.ok
          ? answerDone(chips, request, reply, chip.id, 'chip-approved')
          : showDecision(chips, request, reply, chip, decided.reasons, 422);
      });
    },
  );

  app.post(
    '/chips/:id/rejection',
    { config: { access, action: 'chip.reject', thing: 'chip', form } },
    async (request, reply) => {
      const chip = findChipOr404(db, request);
      const { certificateId = '', reason = '' } = typedIn(request.body);
      return refusingConflicts(request, reply, chip, () => {
        const conflict = decisionConflict(chip, certificateId);
        if (conflict !== undefined) throw new StateConflict(conflict);
        const typed = parseForm(reasonForm, request.body);
        if (!typed.ok) return showDecision(chips, request, reply, chip, typed.reasons, 422, reason);
        rejectChip(chips, actor(request), chip.id, certificateId, typed.value.reason);
        return answerDone(chips, request, reply, chip.id, 'chip-rejected');
      });
    },
  );

  function refusingConflicts(
    request: FastifyRequest,
    reply: FastifyReply,
    chip: ChipRow,
    work: () => FastifyReply,
  ): FastifyReply {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof StateConflict)) throw error;
      return refuseConflict(chips, request, reply, chip.id, error.reasons);
    }
  }
}

/** Which earlier reason the address asks to fill in; without script that is how one is taken. */
function earlierIn(request: FastifyRequest): unknown {
  return (request.query as Record<string, unknown>).earlier;
}

/** 409 with the present state: the decision about the new certificate where one waits, else the chip. */
function refuseConflict(
  chips: Chips,
  request: FastifyRequest,
  reply: FastifyReply,
  chipId: string,
  reasons: readonly Reason[],
): FastifyReply {
  const chip = getChip(chips.db, chipId);
  return chip.status === 'pending_approval'
    ? showDecision(chips, request, reply, chip, reasons, 409)
    : answerConflict(chips, request, reply, chip.id, reasons);
}

function showDecision(
  chips: Chips,
  request: FastifyRequest,
  reply: FastifyReply,
  chip: ChipRow,
  reasons: readonly Reason[],
  status: number,
  typedReason = '',
): FastifyReply {
  const { t, fmt } = request;
  const partner = findPartnerById(chips.db, chip.partnerId);
  if (partner === undefined) throw notFound();
  const { certificate, faults, path } = judgeAgain(chips.db, chips.trust, chip);
  const standing = standingOf(chips.trust, certificate);
  const name = `${chip.make} ${chip.model}`;
  const model = {
    chip: {
      id: chip.id,
      make: chip.make,
      model: chip.model,
      name,
      status: chip.status,
      /** Only what is wrong with the certificate is shown beside the status. */
      standing: standing === 'valid' ? null : standing,
      certificateId: chip.certificateId,
      submittedAt: chip.statusAt,
      waiting: fmt.relative(chip.statusAt, now()),
    },
    partner: { id: partner.id, username: partner.username, organization: partner.organization },
    related: relatedPartners(chips.db, partner, [certificate.key.fingerprint]),
    certificate: certificateView(certificate, fmt, faults),
    chain: chainView(path, faults),
    changes: changesOf(chips, request, chip, certificate),
    mayApprove: faults.length === 0,
    /** What speaks against the certificate today, said before the admin tries. */
    faults: wordReasons(faults, request),
    typedReason,
    earlierReasons: earlierReasons(chips.db, personOf(request).id).map(({ id, text }) => ({
      href: `/chips/${chip.id}/decision/new?earlier=${id}#reason`,
      text,
    })),
    reasons: refusalOf(request, reasons),
  };
  if (isHtmx(request)) return reply.fragment('chips/_decision', { ...model, inDialog: true }, status);
  const title = t('chips.decision.title', { name });
  const breadcrumbs = [
    homeCrumb(request),
    { label: t('chips.title'), href: '/chips' },
    { label: name, href: `/chips/${chip.id}` },
    { label: t('chips.action.decide') },
  ];
  return reply.page('chips/decision', { ...model, inDialog: false }, { title, breadcrumbs, status });
}
