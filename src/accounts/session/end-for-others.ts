import type { FastifyInstance, FastifyRequest } from 'fastify';
import { actorOf } from '../../audit/index.ts';
import { personOf } from '../../http/access.ts';
import type { Context } from '../../http/context.ts';
import { setFlash } from '../../http/flash.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { redirect } from '../../http/redirect.ts';
import type { Person } from '../../http/session.ts';
import { notFound } from '../../lib/errors.ts';
import { endAllSessions } from '../profile/profile.ts';
import { type AccountRow, findAccount } from '../store.ts';

const access = 'PARTNER_ADMIN';

/** Where accounts of a role are seen by admins, and where the page of one of them is. */
const PLACES: readonly { role: Person['role']; list: '/partners' | '/admins'; pageOf(id: string): string }[] = [
  { role: 'FTM_PROVIDER', list: '/partners', pageOf: (id) => `/partners/${id}` },
  { role: 'PARTNER_ADMIN', list: '/admins', pageOf: () => '/admins' },
];

/** Admins end all sessions of an account, as when a computer was stolen (ASVS 7.4.5). It goes on: whoever knows the password signs in again. */
export function registerEndForOthers(app: FastifyInstance, { db }: Context): void {
  for (const { role, list, pageOf } of PLACES) {
    const findOr404 = (request: FastifyRequest): AccountRow => {
      const account = findAccount(db, (request.params as { id: string }).id);
      if (account?.role !== role) throw notFound();
      return account;
    };
    const form = `${list}/:id/sign-out-everywhere/new`;

    app.get(form, { config: { access } }, async (request, reply) => {
      const { t } = request;
      const { id, username } = findOr404(request);
      const back = pageOf(id);
      const breadcrumbs = [
        homeCrumb(request),
        { label: t(`navigation.${list.slice(1)}`), href: list },
        back === list ? { label: username } : { label: username, href: back },
        { label: t('sign-out-everywhere.short') },
      ];
      const model = { username, back, action: `${list}/${id}/sign-out-everywhere` };
      return reply.page('accounts/end-for-others', model, {
        title: t('sign-out-everywhere.title', { username }),
        breadcrumbs,
      });
    });

    app.post(
      `${list}/:id/sign-out-everywhere`,
      { config: { access, action: 'session.end-all', thing: 'account', form } },
      async (request, reply) => {
        const { id } = findOr404(request);
        endAllSessions(db, actorOf(request), id);
        // Who ended the own sessions is told at the sign-in.
        setFlash(reply, id === personOf(request).id ? 'signed-out-everywhere' : 'account-signed-out');
        return redirect(request, reply, id === personOf(request).id ? '/login' : pageOf(id));
      },
    );
  }
}
