import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { adminForm, adminReasons } from '../accounts/index.ts';
import { actorOf } from '../audit/index.ts';
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
import { addAdmin, deactivateAdmin, deactivationConflict } from './admins.ts';
import { adminList, exportAdmins } from './list.ts';
import { type Admin, findAdmin } from './store.ts';

const access = 'PARTNER_ADMIN';
const deactivationForm = z.object({ reason: text({ max: 1000, verbatim: true }) });

export function registerAdmins(app: FastifyInstance, { db }: Context): void {
  const findOr404 = (request: FastifyRequest): Admin => {
    const admin = findAdmin(db, (request.params as { id: string }).id);
    if (admin === undefined) throw notFound();
    return admin;
  };
  const showList = (request: FastifyRequest, reply: FastifyReply, reasons: readonly Reason[]) => {
    const title = request.t('admins.title');
    const model = { ...adminList(db, request), reasons: refusalOf(request, reasons) };
    const page = { title, breadcrumbs: crumbs(request, title, false) };
    // What was refused is said on a whole page: its address is not that of the list.
    if (reasons.length > 0) return reply.page('admins/index', model, { ...page, status: 409 });
    return replyWithList(request, reply, 'admins/index', model, page);
  };

  app.get('/admins', { config: { access } }, async (request, reply) =>
    wantsCsv(request) ? exportAdmins(db, request, reply) : showList(request, reply, []),
  );

  app.get('/admins/new', { config: { access } }, async (request, reply) => showForm(request, reply, {}, []));

  app.post(
    '/admins',
    { config: { access, action: 'admin.create', formPage: '/admins/new' } },
    async (request, reply) => {
      const form = parseForm(adminForm, request.body, adminReasons);
      if (!form.ok) return showForm(request, reply, form.typed, form.reasons);
      const created = await addAdmin(db, actorOf(request), { ...form.value, language: request.language });
      if (!created.ok) return showForm(request, reply, form.value, created.reasons);
      setFlash(reply, 'admin-added');
      return redirect(request, reply, '/admins');
    },
  );

  app.get('/admins/:id/deactivation/new', { config: { access } }, async (request, reply) => {
    const admin = findOr404(request);
    const conflict = deactivationConflict(db, admin);
    return conflict === undefined
      ? showConfirmation(request, reply, admin, {}, [])
      : showList(request, reply, [conflict]);
  });

  app.post(
    '/admins/:id/deactivation',
    { config: { access, action: 'admin.deactivate', thing: 'account', form: '/admins/:id/deactivation/new' } },
    async (request, reply) => {
      const admin = findOr404(request);
      const conflict = deactivationConflict(db, admin);
      if (conflict !== undefined) return showList(request, reply, [conflict]);
      const form = parseForm(deactivationForm, request.body);
      if (!form.ok) return showConfirmation(request, reply, admin, form.typed, form.reasons);
      try {
        deactivateAdmin(db, { ...actorOf(request), id: personOf(request).id }, admin.id, form.value.reason);
      } catch (error) {
        if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
        return showList(request, reply, error.reasons);
      }
      setFlash(reply, 'admin-deactivated');
      return redirect(request, reply, '/admins');
    },
  );
}

function showForm(request: FastifyRequest, reply: FastifyReply, typed: Typed, reasons: readonly Reason[]) {
  const title = request.t('admins.new');
  const model = { typed, reasons: refusalOf(request, reasons) };
  return reply.page('admins/new', model, {
    title,
    address: '/admins/new',
    breadcrumbs: crumbs(request, title, true),
    status: reasons.length > 0 ? 422 : 200,
  });
}

function showConfirmation(
  request: FastifyRequest,
  reply: FastifyReply,
  admin: Admin,
  typed: Typed,
  reasons: readonly Reason[],
) {
  const title = request.t('admins.deactivation.title', { username: admin.username });
  const model = { admin: { id: admin.id }, typed, reasons: refusalOf(request, reasons) };
  return reply.page('admins/deactivation', model, {
    title,
    breadcrumbs: crumbs(request, title, true),
    status: reasons.length > 0 ? 422 : 200,
  });
}

function crumbs(request: FastifyRequest, title: string, below: boolean) {
  const { t } = request;
  const admins = below ? [{ label: t('admins.title'), href: '/admins' }] : [];
  return [homeCrumb(request), ...admins, { label: title }];
}
