import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { actorOf } from '../../audit/index.ts';
import { personOf } from '../../http/access.ts';
import { parseForm, typedIn } from '../../http/forms.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { isHtmx } from '../../http/redirect.ts';
import { refusalOf } from '../../http/view.ts';
import type { Reason } from '../../lib/reasons.ts';
import { answerConflict, answerDone } from '../answer.ts';
import { type Chips, deactivationConflict, findChipOr404, StateConflict } from '../chip.ts';
import { reasonForm } from '../decision/routes.ts';
import type { ChipRow } from '../store.ts';
import { deactivateChip } from './deactivate.ts';

const access = 'signed-in';

export function registerDeactivation(app: FastifyInstance, chips: Chips): void {
  const { db } = chips;
  const load = async (request: FastifyRequest) => void findChipOr404(db, request);

  app.get('/chips/:id/deactivation/new', { config: { access }, preHandler: load }, async (request, reply) => {
    const chip = findChipOr404(db, request);
    const conflict = deactivationConflict(chip);
    return conflict === undefined
      ? showConfirmation(request, reply, chip, [], '')
      : answerConflict(chips, request, reply, chip.id, [conflict]);
  });

  app.post(
    '/chips/:id/deactivation',
    {
      config: { access, action: 'chip.deactivate', thing: 'chip', form: '/chips/:id/deactivation/new' },
      preHandler: load,
    },
    async (request, reply) => {
      const chip = findChipOr404(db, request);
      const conflict = deactivationConflict(chip);
      if (conflict !== undefined) return answerConflict(chips, request, reply, chip.id, [conflict]);
      const { reason = '' } = typedIn(request.body);
      const person = personOf(request);
      // An admin says why; the provider may, and what it says is kept as well.
      const form =
        person.role === 'PARTNER_ADMIN' || reason.trim() !== '' ? parseForm(reasonForm, request.body) : undefined;
      if (form?.ok === false) return showConfirmation(request, reply, chip, form.reasons, reason);
      try {
        deactivateChip(chips, { ...actorOf(request), id: person.id }, chip.id, form?.value.reason ?? null);
      } catch (error) {
        if (!(error instanceof StateConflict)) throw error;
        return answerConflict(chips, request, reply, chip.id, error.reasons);
      }
      return answerDone(chips, request, reply, chip.id, 'chip-deactivated');
    },
  );
}

function showConfirmation(
  request: FastifyRequest,
  reply: FastifyReply,
  chip: ChipRow,
  reasons: readonly Reason[],
  typedReason: string,
): FastifyReply {
  const { t } = request;
  const name = `${chip.make} ${chip.model}`;
  const status = reasons.length > 0 ? 422 : 200;
  const model = {
    chip: { id: chip.id, name },
    reasonRequired: personOf(request).role === 'PARTNER_ADMIN',
    typedReason,
    reasons: refusalOf(request, reasons),
  };
  if (isHtmx(request)) return reply.fragment('chips/_deactivation', { ...model, inDialog: true }, status);
  const title = t('chips.deactivation.title', { name });
  const breadcrumbs = [
    homeCrumb(request),
    { label: t('chips.title'), href: '/chips' },
    { label: name, href: `/chips/${chip.id}` },
    { label: t('chips.action.deactivate') },
  ];
  return reply.page('chips/deactivation', { ...model, inDialog: false }, { title, breadcrumbs, status });
}
