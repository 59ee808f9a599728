import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { actorOf, recordChange } from '../../audit/index.ts';
import type { Context } from '../../http/context.ts';
import { carriedFields, carriedTextsIn } from '../../http/drafts.ts';
import { setFlash } from '../../http/flash.ts';
import { typedIn } from '../../http/forms.ts';
import { rememberLanguage } from '../../http/language.ts';
import { localPath, redirect } from '../../http/redirect.ts';
import { refusalOf } from '../../http/view.ts';
import type { Reason } from '../../lib/reasons.ts';
import { signIn } from './sign-in.ts';

export function registerSignIn(app: FastifyInstance, context: Context): void {
  const { db, sessions, drafts, config } = context;

  app.get<{ Querystring: { next?: unknown } }>('/login', { config: { access: 'public' } }, async (request, reply) => {
    const next = localPath(request.query.next);
    if (request.person) return redirect(request, reply, next);
    // What the person had typed when the session ended goes with the form, and is forgotten here once it is sent.
    const owner = await sessions.formerOwner(request);
    const texts = owner === undefined ? null : drafts.find(owner, next);
    return showForm(request, reply, { identifier: '', next, carried: carriedFields(texts) }, []);
  });

  app.post('/login', { config: { access: 'public', action: 'session.start' } }, async (request, reply) => {
    const typed = typedIn(request.body);
    const { identifier = '', password = '' } = typed;
    const next = localPath(typed.next);
    const account = await signIn(db, { identifier: identifier.trim(), password }, request.ip, config.rateLimit > 0);
    const texts = carriedTextsIn(request.body);
    if (account === undefined) {
      const again = { identifier, next, carried: carriedFields(texts) };
      return showForm(request, reply, again, [{ code: 'PMP-AU-001', name: 'sign-in-failed' }]);
    }
    // The same person finds the form filled in; nobody else gets to see what was typed.
    const owner = await sessions.formerOwner(request);
    if (owner !== undefined) drafts.take(owner, next);
    if (owner === account.id) drafts.keep(owner, next, texts);
    await sessions.start(request, reply, account.id);
    rememberLanguage(reply, account.language);
    recordChange(db, { id: account.id, name: account.username, address: request.ip }, { action: 'session.start' });
    return redirect(request, reply, next);
  });

  app.post(
    '/logout',
    { config: { access: 'before-consent', action: 'session.end', whileDeactivated: true, form: '/' } },
    async (request, reply) => {
      await sessions.end(request, reply);
      recordChange(db, actorOf(request), { action: 'session.end' });
      setFlash(reply, 'signed-out');
      return redirect(request, reply, '/login');
    },
  );
}

function showForm(
  request: FastifyRequest,
  reply: FastifyReply,
  typed: { identifier: string; next: string; carried: ReturnType<typeof carriedFields> },
  reasons: readonly Reason[],
) {
  return reply.page(
    'accounts/login',
    { typed, reasons: refusalOf(request, reasons) },
    {
      title: request.t('login.title'),
      address: loginPath(typed.next),
      status: reasons.length > 0 ? 422 : 200,
      // What was typed may have been meant for another field.
      keep: reasons.length === 0 && typed.carried.length === 0,
    },
  );
}

/** The sign-in page that leads on to a path. */
function loginPath(next: string): string {
  return next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`;
}
