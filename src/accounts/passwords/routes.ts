import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Context } from '../../http/context.ts';
import { setFlash } from '../../http/flash.ts';
import { parseForm, type Typed, typedIn } from '../../http/forms.ts';
import { redirect } from '../../http/redirect.ts';
import { clearStorage } from '../../http/session.ts';
import { refusalOf } from '../../http/view.ts';
import { AppError } from '../../lib/errors.ts';
import type { Reason } from '../../lib/reasons.ts';
import * as fields from '../fields.ts';
import { findPartner } from '../store.ts';
import { resetAccount, resetPassword, sendResetLink } from './reset.ts';

const emailForm = z.object({ email: fields.email });
const passwordForm = z.object({ password: fields.password, confirmPassword: fields.password });

export function registerPasswords(app: FastifyInstance, context: Context): void {
  const { db, sendMail, config, log } = context;
  const later = afterAnswer(app);

  app.get('/forgot-password', { config: { access: 'public' } }, async (request, reply) =>
    showEmailForm(request, reply, {}, []),
  );

  app.post(
    '/forgot-password',
    { config: { access: 'public', action: 'password.request-link', ...fewPerMinute(config.rateLimit) } },
    async (request, reply) => {
      const form = parseForm(emailForm, request.body);
      if (!form.ok) return showEmailForm(request, reply, form.typed, form.reasons);
      const wanted = { email: form.value.email, address: request.ip, baseUrl: config.mailUrl };
      later(() => sendResetLink(db, sendMail, log, wanted));
      setFlash(reply, 'reset-link-sent');
      return redirect(request, reply, '/login');
    },
  );

  app.get<{ Querystring: { token?: unknown } }>(
    '/reset-password',
    { config: { access: 'public' } },
    async (request, reply) => {
      if (resetAccount(db, request.query.token) === undefined) throw deadLink();
      return showPasswordForm(request, reply, String(request.query.token), []);
    },
  );

  app.post<{ Querystring: { token?: unknown } }>(
    '/reset-password',
    { config: { access: 'public', action: 'password.reset' } },
    async (request, reply) => {
      const token = String(request.query.token ?? typedIn(request.body).token ?? '');
      const account = resetAccount(db, token);
      if (account === undefined) throw deadLink();
      const own = { ...account, organization: findPartner(db, account.id)?.organization ?? null };
      const form = parseForm(passwordForm, request.body, (typed) => fields.newPasswordReasons(typed, own));
      if (!form.ok) return showPasswordForm(request, reply, token, form.reasons);
      if (!(await resetPassword(db, token, account, form.value.password, request.ip))) throw deadLink();
      if (request.person?.id === account.id) clearStorage(reply);
      setFlash(reply, 'password-changed');
      return redirect(request, reply, '/login');
    },
  );
}

/** Runs work after the answer, so that its time does not tell whether the address is known. Closing the app waits for it. */
function afterAnswer(app: FastifyInstance): (work: () => Promise<void>) => void {
  const pending = new Set<Promise<void>>();
  app.addHook('onClose', async () => {
    await Promise.all(pending);
  });
  return (work) => {
    const done: Promise<void> = new Promise((turn) => setImmediate(turn))
      .then(work)
      .finally(() => pending.delete(done));
    pending.add(done);
  };
}

/** Mails go to whoever is named, so an address may cause only a few (ASVS 2.4.1). */
function fewPerMinute(rateLimit: number) {
  return rateLimit > 0 ? { rateLimit: { max: Math.min(10, rateLimit), timeWindow: '1 minute' } } : {};
}

function deadLink(): AppError {
  return new AppError('gone', [{ code: 'PMP-AU-004', name: 'link-dead' }]);
}

function showEmailForm(request: FastifyRequest, reply: FastifyReply, typed: Typed, reasons: readonly Reason[]) {
  return reply.page(
    'accounts/forgot-password',
    { typed, reasons: refusalOf(request, reasons) },
    { title: request.t('forgot-password.title'), status: reasons.length > 0 ? 422 : 200 },
  );
}

function showPasswordForm(request: FastifyRequest, reply: FastifyReply, token: string, reasons: readonly Reason[]) {
  return reply.page(
    'accounts/reset-password',
    { action: `/reset-password?token=${encodeURIComponent(token)}`, reasons: refusalOf(request, reasons) },
    { title: request.t('reset-password.title'), status: reasons.length > 0 ? 422 : 200 },
  );
}
