import type { FastifyInstance } from 'fastify';
import { wantsCsv } from '../../http/csv.ts';
import { replyWithList } from '../../http/list.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { type Chips, findChipOr404 } from '../chip.ts';
import { exportChips } from './export.ts';
import { chipList } from './list.ts';
import { showChip } from './show.ts';

export function registerChipPages(app: FastifyInstance, chips: Chips): void {
  app.get('/chips', { config: { access: 'signed-in' } }, async (request, reply) => {
    if (wantsCsv(request)) return exportChips(chips, request, reply);
    const model = await chipList(chips, request);
    const title = request.t('chips.title');
    const breadcrumbs = [homeCrumb(request), { label: title }];
    const mayAdd = !model.isAdmin && request.person?.deactivatedAt === null;
    return replyWithList(request, reply, 'chips/index', { ...model, mayAdd }, { title, breadcrumbs });
  });

  app.get('/chips/:id', { config: { access: 'signed-in' } }, async (request, reply) =>
    showChip(chips, request, reply, findChipOr404(chips.db, request)),
  );
}
