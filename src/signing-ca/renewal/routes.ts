import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { actorOf } from '../../audit/index.ts';
import { setFlash } from '../../http/flash.ts';
import { parseForm, text } from '../../http/forms.ts';
import { redirect } from '../../http/redirect.ts';
import { refusalOf } from '../../http/view.ts';
import { AppError } from '../../lib/errors.ts';
import type { Reason } from '../../lib/reasons.ts';
import type { SigningCaParts } from '../create.ts';
import { crumbs, showSigningCa } from '../show/routes.ts';
import type { SigningCa } from '../signing-ca.ts';
import { renewalConflict, renewalObstacle, renewSigningCa } from './renew.ts';

const access = 'PARTNER_ADMIN';
const renewalForm = z.object({ replaces: text({ max: 64 }) });

/** A new issuing CA under the same root: confirmation, and the deed. */
export function registerRenewal(app: FastifyInstance, signingCa: SigningCa, parts: SigningCaParts): void {
  const confirm = (request: FastifyRequest, reply: FastifyReply, reasons: readonly Reason[]) => {
    const title = request.t('signing-ca.renewal.title');
    const issuing = signingCa.certificates.issuing();
    const model = {
      replaces: issuing && { id: issuing.id, label: issuing.certificate.subject.label },
      endsAt: signingCa.standing().endsAt,
      reasons: refusalOf(request, reasons),
    };
    const status = reasons.length > 0 ? 422 : 200;
    return reply.page('signing-ca/renewal', model, { title, breadcrumbs: crumbs(request, title), status });
  };

  app.get('/signing-ca/renewal/new', { config: { access } }, async (request, reply) => {
    const conflict = renewalConflict(parts);
    return conflict === undefined
      ? confirm(request, reply, [])
      : showSigningCa(request, reply, signingCa, parts, [conflict]);
  });

  app.post(
    '/signing-ca/renewal',
    { config: { access, action: 'signing-ca.renew', form: '/signing-ca/renewal/new' } },
    async (request, reply) => {
      // The root's key is opened by the deed itself.
      const conflict = renewalObstacle(parts);
      if (conflict !== undefined) return showSigningCa(request, reply, signingCa, parts, [conflict]);
      const form = parseForm(renewalForm, request.body);
      if (!form.ok) return confirm(request, reply, form.reasons);
      try {
        await renewSigningCa(parts, actorOf(request), form.value.replaces);
      } catch (error) {
        if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
        return showSigningCa(request, reply, signingCa, parts, error.reasons);
      }
      setFlash(reply, 'signing-ca-renewed');
      return redirect(request, reply, '/signing-ca');
    },
  );
}
