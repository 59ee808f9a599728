import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { actorOf } from '../../audit/index.ts';
import { personOf } from '../../http/access.ts';
import type { Context } from '../../http/context.ts';
import { setFlash } from '../../http/flash.ts';
import { parseForm, type Typed, typedIn } from '../../http/forms.ts';
import { languageChoices, rememberLanguage } from '../../http/language.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { localPath, redirect } from '../../http/redirect.ts';
import { bringRefusedForm } from '../../http/refused-forms.ts';
import { clearStorage } from '../../http/session.ts';
import { refusalOf } from '../../http/view.ts';
import { isLanguage } from '../../i18n/index.ts';
import { AppError } from '../../lib/errors.ts';
import type { Reason } from '../../lib/reasons.ts';
import * as fields from '../fields.ts';
import { findPartner } from '../store.ts';
import {
  changeLanguage,
  changePassword,
  confirmEmailChange,
  endAllSessions,
  findEmailChange,
  isCurrentPassword,
  requestEmailChange,
} from './profile.ts';

const passwordForm = z.object({
  currentPassword: fields.password,
  password: fields.password,
  confirmPassword: fields.password,
});
const emailForm = z.object({ email: fields.email, currentPassword: fields.password });

export function registerProfile(app: FastifyInstance, context: Context): void {
  const { db, sessions, sendMail, config } = context;
  const form = '/profile';
  const isOwnPassword = (request: FastifyRequest, password: string) =>
    isCurrentPassword(db, actorOf(request), password, config.rateLimit > 0);
  const show = (request: FastifyRequest, reply: FastifyReply, typed: Typed, reasons: readonly Reason[]) =>
    showProfile(request, reply, context, typed, reasons);

  app.get('/profile', { config: { access: 'signed-in' } }, async (request, reply) => show(request, reply, {}, []));

  app.post(
    '/profile/password',
    { config: { access: 'signed-in', action: 'password.change', whileDeactivated: true, form } },
    async (request, reply) => {
      const person = personOf(request);
      const typed = parseForm(passwordForm, request.body, (values) => fields.newPasswordReasons(values, person));
      if (!typed.ok) return show(request, reply, {}, typed.reasons);
      if (!(await isOwnPassword(request, typed.value.currentPassword)))
        return show(request, reply, {}, [wrongPassword]);
      await changePassword(db, { ...actorOf(request), id: person.id }, typed.value.password);
      await sessions.start(request, reply, person.id);
      setFlash(reply, 'password-changed');
      return redirect(request, reply, '/profile');
    },
  );

  app.post(
    '/profile/email',
    { config: { access: 'signed-in', action: 'email.request-change', form } },
    async (request, reply) => {
      const person = personOf(request);
      const typed = parseForm(emailForm, request.body);
      if (!typed.ok) return show(request, reply, typed.typed, typed.reasons);
      if (!(await isOwnPassword(request, typed.value.currentPassword))) {
        return show(request, reply, { email: typed.value.email }, [wrongPassword]);
      }
      const reason = await requestEmailChange(db, sendMail, person, actorOf(request), {
        email: typed.value.email,
        baseUrl: config.mailUrl,
      });
      if (reason !== undefined) return show(request, reply, { email: typed.value.email }, [reason]);
      setFlash(reply, 'email-link-sent');
      return redirect(request, reply, '/profile');
    },
  );

  app.get<{ Querystring: { token?: unknown } }>(
    '/profile/email/confirmation',
    { config: { access: 'public' } },
    async (request, reply) => {
      const change = findEmailChange(db, request.query.token);
      if (change?.email == null) throw deadLink();
      const action = `/profile/email/confirmation?token=${encodeURIComponent(String(request.query.token))}`;
      return reply.page(
        'accounts/confirm-email',
        { action, email: change.email },
        { title: request.t('confirm-email.title') },
      );
    },
  );

  app.post<{ Querystring: { token?: unknown } }>(
    '/profile/email/confirmation',
    { config: { access: 'public', action: 'email.change' } },
    async (request, reply) => {
      const outcome = confirmEmailChange(db, String(request.query.token ?? ''), request.ip);
      if (outcome === 'link-dead') throw deadLink();
      if (outcome === 'email-taken')
        throw new AppError('conflict', [{ code: 'PMS_PRT_011', name: 'email-taken-meanwhile' }]);
      setFlash(reply, 'email-changed');
      return redirect(request, reply, request.person ? '/profile' : '/login');
    },
  );

  app.post(
    '/profile/sign-out-everywhere',
    { config: { access: 'signed-in', action: 'session.end-all', whileDeactivated: true, form } },
    async (request, reply) => {
      endAllSessions(db, actorOf(request), personOf(request).id);
      clearStorage(reply);
      setFlash(reply, 'signed-out-everywhere');
      return redirect(request, reply, '/login');
    },
  );

  app.post(
    '/language',
    { config: { access: 'public', withoutConsent: true, action: 'language.change', form: '/' } },
    async (request, reply) => {
      const { language, back, refused } = typedIn(request.body);
      if (!isLanguage(language)) throw new AppError('bad-request');
      if (request.person) changeLanguage(db, { ...actorOf(request), id: request.person.id }, language);
      rememberLanguage(reply, language);
      bringRefusedForm(reply, refused);
      return redirect(request, reply, back === undefined ? refererPath(request) : localPath(back));
    },
  );
}

const wrongPassword: Reason = { code: 'PMP-AU-001', name: 'current-password-wrong', field: 'currentPassword' };

function deadLink(): AppError {
  return new AppError('gone', [{ code: 'PMP-AU-004', name: 'link-dead' }]);
}

/** The page of this site that the form was on. */
function refererPath(request: FastifyRequest): string {
  const { referer } = request.headers;
  if (referer === undefined || !URL.canParse(referer)) return '/';
  const url = new URL(referer);
  return localPath(url.pathname + url.search);
}

function showProfile(
  request: FastifyRequest,
  reply: FastifyReply,
  { db }: Context,
  typed: Typed,
  reasons: readonly Reason[],
) {
  const { t } = request;
  const person = personOf(request);
  const partner = findPartner(db, person.id);
  return reply.page(
    'accounts/profile',
    {
      person,
      partner: partner ?? null,
      typed,
      languages: languageChoices(t),
      reasons: refusalOf(request, reasons),
    },
    {
      title: t('profile.title'),
      breadcrumbs: [homeCrumb(request), { label: t('profile.title') }],
      status: reasons.length > 0 ? 422 : 200,
    },
  );
}
