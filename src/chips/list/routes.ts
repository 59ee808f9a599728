import type { FastifyInstance } from 'fastify';
import { homeCrumb } from '../../http/navigation.ts';
import { wantsFragment } from '../../http/view.ts';
import { type Chips, findChipOr404 } from '../chip.ts';
import { chipList } from './list.ts';
import { showChip } from './show.ts';

export function registerChipPages(app: FastifyInstance, chips: Chips): void {
  app.get('/chips', { config: { access: 'signed-in' } }, async (request, reply) => {
    const model = await chipList(chips, request);
    if (wantsFragment(request)) return reply.fragment('chips/_list', model);
    const title = request.t('chips.title');
    const breadcrumbs = [homeCrumb(request), { label: title }];
    return reply.page(
      'chips/index',
      { ...model, mayAdd: !model.isAdmin && request.person?.deactivatedAt === null },
      { title, breadcrumbs },
    );
  });

  app.get('/chips/:id', { config: { access: 'signed-in' } }, async (request, reply) =>
    showChip(chips, request, reply, findChipOr404(chips.db, request)),
  );
}
