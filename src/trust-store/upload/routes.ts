import type { FastifyInstance, FastifyRequest } from 'fastify';
import { actorOf } from '../../audit/index.ts';
import { personOf } from '../../http/access.ts';
import { setFlash } from '../../http/flash.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { redirect } from '../../http/redirect.ts';
import { type FileVerdict, refuseUpload, showPreview, showUploadForm, unreadable } from '../../http/upload-form.ts';
import { notFound } from '../../lib/errors.ts';
import { checkAhead } from '../../pki/index.ts';
import { kindOf, type TrustStore } from '../ca-certificate.ts';
import { addCaCertificates } from './add.ts';
import { type Received, receiveForm, uploadPage, verdictOf } from './form.ts';
import { judgeFile } from './judge.ts';
import { outcomesOfUpload } from './outcomes.ts';
import { findUpload, listOutcomes } from './store.ts';

const access = 'PARTNER_ADMIN';
const form = '/trust-store/new';

export function registerUpload(app: FastifyInstance, { db, trust }: TrustStore): void {
  app.get<{ Querystring: { type?: unknown } }>('/trust-store/new', { config: { access } }, async (request, reply) =>
    showUploadForm(reply, uploadPage(request, { kind: kindOf(request.query.type), domain: 'FTM' })),
  );

  /** The verdict that a file would meet, its signatures checked ahead in the thread pool; nothing is stored. */
  async function verdictOn(request: FastifyRequest, received: Received): Promise<FileVerdict> {
    const { read, place } = received;
    if (read === undefined) return unreadable(received.reasons);
    await checkAhead((budget) => judgeFile(db, trust, read.certificates, place, budget));
    return verdictOf(request, read, judgeFile(db, trust, read.certificates, place));
  }

  app.post('/trust-store', { config: { access, action: 'ca-certificate.add' } }, async (request, reply) => {
    const received = await receiveForm(request);
    const { page, place } = received;
    if (!received.ok) return refuseUpload(request, reply, page, await verdictOn(request, received));
    const { read } = received;
    const actor = { ...actorOf(request), id: personOf(request).id };
    const { judged, added, uploadId } = await addCaCertificates(db, trust, actor, read.certificates, place);
    if (added === 0) return refuseUpload(request, reply, page, verdictOf(request, read, judged));
    if (added < judged.length) setFlash(reply, 'ca-partly-added');
    else setFlash(reply, 'ca-added');
    const list = `/trust-store?type=${place.kind}`;
    return redirect(request, reply, uploadId === null ? list : `/trust-store/uploads/${uploadId}`);
  });

  app.post('/trust-store/preview', { config: { access, action: null, form } }, async (request, reply) => {
    const received = await receiveForm(request);
    return showPreview(request, reply, received.page, await verdictOn(request, received));
  });

  app.get<{ Params: { id: string } }>('/trust-store/uploads/:id', { config: { access } }, async (request, reply) => {
    const upload = findUpload(db, request.params.id);
    if (upload === undefined) throw notFound();
    const { t } = request;
    const outcomes = outcomesOfUpload(request, listOutcomes(db, upload.id));
    const added = outcomes.filter(({ outcome }) => outcome === 'added');
    const tabs = (['root', 'intermediate'] as const).map((kind) => ({
      href: `/trust-store?type=${kind}`,
      label: t(`trust-store.tab.${kind}`),
    }));
    const title = t('outcomes.title');
    return reply.page(
      'trust-store/uploaded',
      { outcomes, added: added.length, domain: upload.domain, tabs, planned: false },
      {
        title,
        breadcrumbs: [homeCrumb(request), { label: t('trust-store.title'), href: '/trust-store' }, { label: title }],
      },
    );
  });
}
