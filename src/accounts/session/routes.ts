import type { FastifyInstance } from 'fastify';
import { actorOf, recordChange } from '../../audit/index.ts';
import { personOf, secondsLeft } from '../../http/access.ts';
import type { Context } from '../../http/context.ts';
import { carriedTextsIn } from '../../http/drafts.ts';
import { typedIn } from '../../http/forms.ts';
import { localPath, redirect, signInPath } from '../../http/redirect.ts';

/** What the idle dialog sends: that somebody is still there, or that nobody was until the time was up (docs/decisions/0015). */
export function registerSession(app: FastifyInstance, { db, sessions, drafts }: Context): void {
  app.post(
    '/session/extension',
    { config: { access: 'before-consent', action: null, form: '/' } },
    // The request itself is what makes the session last.
    async (request, reply) =>
      reply
        .header('session-left', String(secondsLeft(personOf(request))))
        .code(204)
        .send(),
  );

  app.post(
    '/session/expiry',
    { config: { access: 'public', withoutConsent: true, action: 'session.end', form: '/login?next=%2F' } },
    async (request, reply) => {
      const page = localPath(typedIn(request.body).next);
      const accountId = request.person?.id ?? (await sessions.formerOwner(request));
      if (request.person !== null) {
        await sessions.expire(request, reply);
        recordChange(db, actorOf(request), { action: 'session.end' });
      }
      if (accountId !== undefined) drafts.keep(accountId, page, carriedTextsIn(request.body));
      return redirect(request, reply, signInPath(page));
    },
  );
}
