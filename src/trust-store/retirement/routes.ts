import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { actorOf } from '../../audit/index.ts';
import { personOf } from '../../http/access.ts';
import { setFlash } from '../../http/flash.ts';
import { parseForm, text, typedIn } from '../../http/forms.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { isHtmx, redirect } from '../../http/redirect.ts';
import { refusalOf } from '../../http/view.ts';
import { AppError } from '../../lib/errors.ts';
import type { Reason } from '../../lib/reasons.ts';
import { countBelowWithout } from '../below.ts';
import { findCaOr404, type TrustStore } from '../ca-certificate.ts';
import { showCa } from '../show/show.ts';
import type { CaRow } from '../store.ts';
import { parseCa } from '../trust.ts';
import { retireCaCertificate, retirementConflict } from './retire.ts';

const access = 'PARTNER_ADMIN';
const retirementForm = z.object({ reason: text({ max: 1000, verbatim: true }) });

export function registerRetirement(app: FastifyInstance, store: TrustStore): void {
  const { db } = store;
  const load = async (request: FastifyRequest) => void findCaOr404(db, request);

  app.get('/trust-store/:id/retirement/new', { config: { access }, preHandler: load }, async (request, reply) => {
    const ca = findCaOr404(db, request);
    const conflict = retirementConflict(db, ca.id);
    return conflict === undefined
      ? showConfirmation(store, request, reply, ca, [])
      : answerConflict(store, request, reply, ca, [conflict]);
  });

  app.post(
    '/trust-store/:id/retirement',
    {
      config: {
        access,
        action: 'ca-certificate.retire',
        thing: 'ca-certificate',
        form: '/trust-store/:id/retirement/new',
      },
      preHandler: load,
    },
    async (request, reply) => {
      const ca = findCaOr404(db, request);
      const conflict = retirementConflict(db, ca.id);
      if (conflict !== undefined) return answerConflict(store, request, reply, ca, [conflict]);
      const form = parseForm(retirementForm, request.body);
      if (!form.ok) return showConfirmation(store, request, reply, ca, form.reasons);
      try {
        retireCaCertificate(db, { ...actorOf(request), id: personOf(request).id }, ca, form.value.reason);
      } catch (error) {
        if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
        return answerConflict(store, request, reply, ca, error.reasons);
      }
      setFlash(reply, 'ca-retired');
      return redirect(request, reply, `/trust-store/${ca.id}`);
    },
  );
}

/** 409 with the CA certificate as it stands now. */
function answerConflict(
  store: TrustStore,
  request: FastifyRequest,
  reply: FastifyReply,
  ca: CaRow,
  reasons: readonly Reason[],
): FastifyReply | Promise<FastifyReply> {
  if (!isHtmx(request)) return showCa(store, request, reply, ca, reasons);
  const model = { ca: { id: ca.id, name: parseCa(ca).subject.label }, reasons: refusalOf(request, reasons) };
  return reply.fragment('trust-store/_conflict', model, 409);
}

async function showConfirmation(
  { trust, dependents }: TrustStore,
  request: FastifyRequest,
  reply: FastifyReply,
  ca: CaRow,
  reasons: readonly Reason[],
): Promise<FastifyReply> {
  const { t } = request;
  const name = parseCa(ca).subject.label;
  const status = reasons.length > 0 ? 422 : 200;
  const certificates = await dependents.countLostWithout(ca.id);
  const model = {
    ca: { id: ca.id, name, domain: ca.domain, kind: ca.kind, subject: ca.subject, fingerprint: ca.fingerprint },
    losses: [
      { what: 'partners', count: certificates.partners },
      { what: 'chips', count: certificates.chips },
      { what: 'intermediates', count: await countBelowWithout(trust, ca.domain, ca.id) },
    ],
    typedReason: typedIn(request.body).reason ?? '',
    reasons: refusalOf(request, reasons),
  };
  if (isHtmx(request)) return reply.fragment('trust-store/_retirement', { ...model, inDialog: true }, status);
  const title = t('trust-store.retirement.title', { name });
  const breadcrumbs = [
    homeCrumb(request),
    { label: t('trust-store.title'), href: `/trust-store?type=${ca.kind}` },
    { label: name, href: `/trust-store/${ca.id}` },
    { label: t('trust-store.retirement.retire') },
  ];
  return reply.page('trust-store/retirement', { ...model, inDialog: false }, { title, breadcrumbs, status });
}
