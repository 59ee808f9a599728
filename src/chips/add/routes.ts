import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findPartnerById } from '../../accounts/index.ts';
import { actorOf } from '../../audit/index.ts';
import { requireUsablePartner } from '../../certificates/index.ts';
import { personOf } from '../../http/access.ts';
import { setFlash } from '../../http/flash.ts';
import { parseForm, type Typed } from '../../http/forms.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { redirect } from '../../http/redirect.ts';
import { refusalOf } from '../../http/view.ts';
import { notFound } from '../../lib/errors.ts';
import type { Reason } from '../../lib/reasons.ts';
import type { Chips } from '../chip.ts';
import { addChip, chipForm, MAX_NAME } from './add.ts';

const access = 'FTM_PROVIDER';

export function registerAddChip(app: FastifyInstance, chips: Chips): void {
  const { db, trust } = chips;
  const requirePartner = (request: FastifyRequest) => {
    const partner = findPartnerById(db, personOf(request).id);
    if (partner === undefined) throw notFound();
    requireUsablePartner(db, trust, partner);
  };

  app.get<{ Querystring: Record<string, unknown> }>('/chips/new', { config: { access } }, async (request, reply) => {
    requirePartner(request);
    const { make, model } = request.query;
    return showForm(request, reply, { make: prefilled(make), model: prefilled(model) }, []);
  });

  app.post('/chips', { config: { access, action: 'chip.add', formPage: '/chips/new' } }, async (request, reply) => {
    requirePartner(request);
    const form = parseForm(chipForm, request.body);
    if (!form.ok) return showForm(request, reply, form.typed, form.reasons);
    const added = addChip(chips, { ...actorOf(request), id: personOf(request).id }, form.value);
    if (!added.ok) return showForm(request, reply, form.value, added.reasons);
    setFlash(reply, 'chip-added');
    return redirect(request, reply, `/chips/${added.id}/certificate/new`);
  });
}

/** What “Add again” fills in: at most as many characters as a chip's name may have. */
function prefilled(value: unknown): string {
  return [...String(value ?? '')].slice(0, MAX_NAME).join('');
}

function showForm(request: FastifyRequest, reply: FastifyReply, typed: Typed, reasons: readonly Reason[]) {
  const { t } = request;
  const title = t('chips.add.title');
  const breadcrumbs = [homeCrumb(request), { label: t('chips.title'), href: '/chips' }, { label: title }];
  const model = { typed, reasons: refusalOf(request, reasons) };
  const status = reasons.length > 0 ? 422 : 200;
  return reply.page('chips/new', model, { title, breadcrumbs, address: '/chips/new', status });
}
