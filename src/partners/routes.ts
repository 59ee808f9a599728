import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { findPartnerById, organizationField, type Partner } from '../accounts/index.ts';
import { actorOf } from '../audit/index.ts';
import type { PathIndex } from '../certificates/index.ts';
import { listLivingChips } from '../chips/index.ts';
import { personOf } from '../http/access.ts';
import type { Context } from '../http/context.ts';
import { wantsCsv } from '../http/csv.ts';
import { setFlash } from '../http/flash.ts';
import { parseForm, type Typed, text } from '../http/forms.ts';
import { replyWithList } from '../http/list.ts';
import { homeCrumb } from '../http/navigation.ts';
import { redirect } from '../http/redirect.ts';
import { refusalOf } from '../http/view.ts';
import { AppError, notFound } from '../lib/errors.ts';
import type { Reason } from '../lib/reasons.ts';
import { correctOrganization, deactivatePartner, deactivationConflict, organizationConflict } from './change.ts';
import { exportPartners, partnerList } from './list.ts';
import { showPartner } from './show.ts';

const access = 'PARTNER_ADMIN';
const reason = text({ max: 1000, verbatim: true });
const organizationForm = z.object({ organization: organizationField, reason });
const deactivationForm = z.object({ reason });

export function registerPartners(app: FastifyInstance, { db }: Context, paths: PathIndex): void {
  const findOr404 = (request: FastifyRequest): Partner => {
    const partner = findPartnerById(db, (request.params as { id: string }).id);
    if (partner === undefined) throw notFound();
    return partner;
  };
  const conflict = (request: FastifyRequest, reply: FastifyReply, because: readonly Reason[]) =>
    showPartner(db, paths, request, reply, findOr404(request), because);

  app.get('/partners', { config: { access } }, async (request, reply) => {
    if (wantsCsv(request)) return exportPartners(db, paths, request, reply);
    const model = await partnerList(db, paths, request);
    const title = request.t('partners.title');
    return replyWithList(request, reply, 'partners/index', model, {
      title,
      breadcrumbs: [homeCrumb(request), { label: title }],
    });
  });

  app.get('/partners/:id', { config: { access } }, async (request, reply) =>
    showPartner(db, paths, request, reply, findOr404(request)),
  );

  app.get('/partners/:id/organization/new', { config: { access } }, async (request, reply) => {
    const partner = findOr404(request);
    const because = organizationConflict(partner);
    if (because !== undefined) return conflict(request, reply, [because]);
    return showOrganizationForm(request, reply, partner, { organization: partner.organization }, []);
  });

  app.post(
    '/partners/:id/organization',
    {
      config: {
        access,
        action: 'partner.correct-organization',
        thing: 'partner',
        form: '/partners/:id/organization/new',
      },
    },
    async (request, reply) => {
      const partner = findOr404(request);
      const because = organizationConflict(partner);
      if (because !== undefined) return conflict(request, reply, [because]);
      const form = parseForm(organizationForm, request.body);
      if (!form.ok) return showOrganizationForm(request, reply, partner, form.typed, form.reasons);
      try {
        correctOrganization(db, actorOf(request), partner.id, form.value);
      } catch (error) {
        if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
        return conflict(request, reply, error.reasons);
      }
      setFlash(reply, 'organization-corrected');
      return redirect(request, reply, `/partners/${partner.id}`);
    },
  );

  app.get('/partners/:id/deactivation/new', { config: { access } }, async (request, reply) => {
    const partner = findOr404(request);
    const because = deactivationConflict(partner);
    return because === undefined
      ? showDeactivationForm(request, reply, partner, {}, [])
      : conflict(request, reply, [because]);
  });

  app.post(
    '/partners/:id/deactivation',
    { config: { access, action: 'partner.deactivate', thing: 'partner', form: '/partners/:id/deactivation/new' } },
    async (request, reply) => {
      const partner = findOr404(request);
      const because = deactivationConflict(partner);
      if (because !== undefined) return conflict(request, reply, [because]);
      const form = parseForm(deactivationForm, request.body);
      if (!form.ok) return showDeactivationForm(request, reply, partner, form.typed, form.reasons);
      try {
        deactivatePartner(db, { ...actorOf(request), id: personOf(request).id }, partner.id, form.value.reason);
      } catch (error) {
        if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
        return conflict(request, reply, error.reasons);
      }
      setFlash(reply, 'partner-deactivated');
      return redirect(request, reply, `/partners/${partner.id}`);
    },
  );

  function showDeactivationForm(
    request: FastifyRequest,
    reply: FastifyReply,
    partner: Partner,
    typed: Typed,
    reasons: readonly Reason[],
  ) {
    const model = { chips: listLivingChips(db, partner.id).length };
    return showForm(request, reply, partner, 'deactivation', typed, reasons, model);
  }
}

function showOrganizationForm(
  request: FastifyRequest,
  reply: FastifyReply,
  partner: Partner,
  typed: Typed,
  reasons: readonly Reason[],
) {
  return showForm(request, reply, partner, 'organization', typed, reasons, {});
}

function showForm(
  request: FastifyRequest,
  reply: FastifyReply,
  partner: Partner,
  form: 'organization' | 'deactivation',
  typed: Typed,
  reasons: readonly Reason[],
  more: object,
): FastifyReply {
  const { t } = request;
  const title = t(`partners.${form}.title`, { organization: partner.organization });
  const breadcrumbs = [
    homeCrumb(request),
    { label: t('partners.title'), href: '/partners' },
    { label: partner.username, href: `/partners/${partner.id}` },
    { label: t(`partners.${form}.short`) },
  ];
  const model = {
    ...more,
    partner: { id: partner.id, organization: partner.organization },
    typed,
    reasons: refusalOf(request, reasons),
  };
  return reply.page(`partners/${form}`, model, { title, breadcrumbs, status: reasons.length > 0 ? 422 : 200 });
}
