import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../http/context.ts';
import { parseForm, type Typed } from '../../http/forms.ts';
import { languageChoices, rememberLanguage } from '../../http/language.ts';
import { redirect } from '../../http/redirect.ts';
import { refusalOf } from '../../http/view.ts';
import type { Reason } from '../../lib/reasons.ts';
import { registerPartner, registrationForm, registrationReasons } from './register.ts';

export function registerRegistration(app: FastifyInstance, { db, sessions }: Context): void {
  app.get('/register', { config: { access: 'public' } }, async (request, reply) => showForm(request, reply, {}, []));

  app.post('/register', { config: { access: 'public', action: 'partner.register' } }, async (request, reply) => {
    const form = parseForm(registrationForm, request.body, registrationReasons);
    if (!form.ok) return showForm(request, reply, form.typed, form.reasons);
    const created = await registerPartner(db, form.value, request.ip);
    if (!created.ok) return showForm(request, reply, form.value, created.reasons);
    await sessions.start(request, reply, created.accountId);
    rememberLanguage(reply, form.value.language);
    return redirect(request, reply, '/consent');
  });
}

function showForm(request: FastifyRequest, reply: FastifyReply, typed: Typed, reasons: readonly Reason[]) {
  return reply.page(
    'accounts/register',
    {
      typed: { language: request.language, ...typed },
      languages: languageChoices(request.t),
      reasons: refusalOf(request, reasons),
    },
    { title: request.t('register.title'), status: reasons.length > 0 ? 422 : 200 },
  );
}
