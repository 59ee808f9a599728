import type {} from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../http/context.ts';
import { parseForm, type Typed } from '../../http/forms.ts';
import { languageChoices, rememberLanguage } from '../../http/language.ts';
import { redirect } from '../../http/redirect.ts';
import { refusalOf } from '../../http/view.ts';
import { MINUTE, SECOND } from '../../lib/durations.ts';
import type { Reason } from '../../lib/reasons.ts';
import { newAccountReasons } from '../fields.ts';
import { registerPartner, registrationForm } from './register.ts';

/** So many forms without a fault an address may send in an hour: a course that registers together has room, a machine has not (ASVS 2.4.1). */
const MOST_PER_HOUR = 60;

export function registerRegistration(app: FastifyInstance, { db, sessions, config }: Context): void {
  const timeToWait = countPerAddress(app, config.rateLimit);

  app.get('/register', { config: { access: 'public' } }, async (request, reply) => showForm(request, reply, {}, []));

  app.post('/register', { config: { access: 'public', action: 'partner.register' } }, async (request, reply) => {
    const form = parseForm(registrationForm, request.body, newAccountReasons);
    if (!form.ok) return showForm(request, reply, form.typed, form.reasons);
    const wait = await timeToWait(request);
    if (wait > 0) return refuseForNow(request, reply, form.value, wait);
    const created = await registerPartner(db, form.value, request.ip);
    if (!created.ok) return showForm(request, reply, form.value, created.reasons);
    await sessions.start(request, reply, created.accountId);
    rememberLanguage(reply, form.value.language);
    return redirect(request, reply, '/consent');
  });
}

/**
 * Counts the registrations of each address, whether they succeed or only tell that a name is taken.
 * @returns what tells how long the sender of a request has to wait, in ms; 0 also without a limit (PMP_RATE_LIMIT=0)
 */
function countPerAddress(app: FastifyInstance, rateLimit: number): (request: FastifyRequest) => Promise<number> {
  if (rateLimit === 0) return async () => 0;
  const count = app.createRateLimit({ max: Math.min(MOST_PER_HOUR, rateLimit), timeWindow: 60 * MINUTE });
  return async (request) => {
    const counted = await count(request);
    return !counted.isAllowed && counted.isExceeded ? counted.ttl : 0;
  };
}

/** 429 with the form as it was typed, and when to send it again. */
function refuseForNow(request: FastifyRequest, reply: FastifyReply, typed: Typed, wait: number) {
  reply.header('retry-after', String(Math.ceil(wait / SECOND)));
  const reason = { code: 'PMP-AU-002', name: 'registrations-slowed', data: { count: Math.ceil(wait / MINUTE) } };
  return showForm(request, reply, typed, [reason], 429);
}

function showForm(
  request: FastifyRequest,
  reply: FastifyReply,
  typed: Typed,
  reasons: readonly Reason[],
  status = reasons.length > 0 ? 422 : 200,
) {
  return reply.page(
    'accounts/register',
    {
      typed: { language: request.language, ...typed },
      languages: languageChoices(request.t),
      reasons: refusalOf(request, reasons),
    },
    { title: request.t('register.title'), status },
  );
}
