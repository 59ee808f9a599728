import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { actorOf } from '../../audit/index.ts';
import { hasConsented, personOf } from '../../http/access.ts';
import type { Context } from '../../http/context.ts';
import { setFlash } from '../../http/flash.ts';
import { typedIn } from '../../http/forms.ts';
import { redirect } from '../../http/redirect.ts';
import { refusalOf } from '../../http/view.ts';
import type { Reason } from '../../lib/reasons.ts';
import { acceptTerms, type Terms } from './terms.ts';

export function registerConsent(app: FastifyInstance, { db }: Context, terms: Terms): void {
  const show = (request: FastifyRequest, reply: FastifyReply, status: number, reasons: readonly Reason[]) =>
    reply.page(
      'accounts/consent',
      {
        version: terms.version,
        accepted: hasConsented(personOf(request), terms.version),
        blocks: terms.paragraphs(request.language).map(toBlock),
        reasons: refusalOf(request, reasons),
      },
      { title: request.t('terms.title'), status },
    );

  app.get('/consent', { config: { access: 'before-consent' } }, async (request, reply) =>
    show(request, reply, 200, []),
  );

  app.post(
    '/consent',
    { config: { access: 'before-consent', action: 'consent.give', whileDeactivated: true } },
    async (request, reply) => {
      const { accept, version } = typedIn(request.body);
      if (version !== String(terms.version))
        return show(request, reply, 409, [{ code: 'PMP-FV-004', name: 'terms-changed' }]);
      if (accept !== 'on')
        return show(request, reply, 422, [{ code: 'PMP-FV-001', name: 'terms-not-accepted', field: 'accept' }]);
      const person = personOf(request);
      acceptTerms(db, { ...actorOf(request), id: person.id }, terms.version);
      setFlash(reply, 'terms-accepted');
      return redirect(request, reply, '/');
    },
  );
}

function toBlock(paragraph: string): { heading: boolean; text: string } {
  return paragraph.startsWith('# ') ? { heading: true, text: paragraph.slice(2) } : { heading: false, text: paragraph };
}
