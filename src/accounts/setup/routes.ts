import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../http/context.ts';
import { setFlash } from '../../http/flash.ts';
import { parseForm, type Typed, typedIn } from '../../http/forms.ts';
import { redirect } from '../../http/redirect.ts';
import { refusalOf } from '../../http/view.ts';
import { AppError } from '../../lib/errors.ts';
import type { Reason } from '../../lib/reasons.ts';
import { findLink } from '../links.ts';
import { hasActiveAdmin } from '../store.ts';
import { adminForm, adminReasons, setUpFirstAdmin } from './setup.ts';

export function registerSetup(app: FastifyInstance, { db, sessions }: Context): void {
  const requireLink = (token: unknown): string => {
    if (hasActiveAdmin(db) || findLink(db, 'setup', token) === undefined) throw deadLink();
    return String(token);
  };

  app.get<{ Querystring: { token?: unknown } }>('/setup', { config: { access: 'public' } }, async (request, reply) =>
    showForm(request, reply, requireLink(request.query.token), {}, []),
  );

  app.post<{ Querystring: { token?: unknown } }>(
    '/setup',
    { config: { access: 'public', action: 'admin.create' } },
    async (request, reply) => {
      const token = requireLink(request.query.token ?? typedIn(request.body).token);
      const form = parseForm(adminForm, request.body, adminReasons);
      if (!form.ok) return showForm(request, reply, token, form.typed, form.reasons);
      const admin = { ...form.value, language: request.language };
      const created = await setUpFirstAdmin(db, token, admin, request.ip);
      if (!created.ok && created.reasons === 'link-dead') throw deadLink();
      if (!created.ok) return showForm(request, reply, token, form.value, created.reasons);
      await sessions.start(request, reply, created.accountId);
      setFlash(reply, 'admin-set-up');
      return redirect(request, reply, '/');
    },
  );
}

function deadLink(): AppError {
  return new AppError('gone', [{ code: 'PMP-AU-004', name: 'setup-link-dead' }]);
}

function showForm(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  typed: Typed,
  reasons: readonly Reason[],
) {
  return reply.page(
    'accounts/setup',
    { action: `/setup?token=${encodeURIComponent(token)}`, typed, reasons: refusalOf(request, reasons) },
    { title: request.t('setup.title'), status: reasons.length > 0 ? 422 : 200 },
  );
}
