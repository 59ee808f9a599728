import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findPartnerById } from '../../accounts/index.ts';
import { actorOf } from '../../audit/index.ts';
import { findCertificate, partnerObstacle, sendOriginal } from '../../certificates/index.ts';
import { personOf } from '../../http/access.ts';
import { atFile, receiveCertificates } from '../../http/certificate-upload.ts';
import { certificateView, chainView } from '../../http/certificate-view.ts';
import { setFlash } from '../../http/flash.ts';
import { isHtmx, redirect } from '../../http/redirect.ts';
import { MAX_CERTIFICATE_FILE } from '../../http/uploads.ts';
import { refusalOf } from '../../http/view.ts';
import { AppError, notFound } from '../../lib/errors.ts';
import type { Reason } from '../../lib/reasons.ts';
import type { Certificate, CertificatePath } from '../../pki/index.ts';
import { type Chips, findChipOr404, getChip, uploadConflict } from '../chip.ts';
import { showChip } from '../list/show.ts';
import type { ChipRow } from '../store.ts';
import { uploadChipCertificate } from './upload.ts';

const access = 'FTM_PROVIDER';

export function registerChipCertificate(app: FastifyInstance, chips: Chips): void {
  const { db, trust } = chips;
  const load = async (request: FastifyRequest) => void findChipOr404(db, request);
  /** What forbids uploading now: the chip's state, or the partner's own certificate. */
  const obstacleTo = (chip: ChipRow): Reason | undefined => {
    const partner = findPartnerById(db, chip.partnerId);
    return uploadConflict(chip) ?? (partner && partnerObstacle(db, trust, partner));
  };

  app.get('/chips/:id/certificate', { config: { access: 'signed-in' } }, async (request, reply) =>
    showChip(chips, request, reply, findChipOr404(db, request), 'certificate'),
  );

  app.get('/chips/:id/certificate/original', { config: { access: 'signed-in' } }, async (request, reply) => {
    const chip = findChipOr404(db, request);
    const row = chip.certificateId === null ? undefined : findCertificate(db, chip.certificateId);
    if (row === undefined) throw notFound();
    return sendOriginal(db, request, reply, row);
  });

  app.get('/chips/:id/certificate/new', { config: { access }, preHandler: load }, async (request, reply) => {
    const chip = findChipOr404(db, request);
    const obstacle = obstacleTo(chip);
    return obstacle === undefined
      ? showForm(request, reply, chip, [], null)
      : showChip(chips, request, reply, chip, 'certificate', [obstacle]);
  });

  app.post(
    '/chips/:id/certificate',
    { config: { access, action: 'chip.upload-certificate', thing: 'chip' }, preHandler: load },
    async (request, reply) => {
      const chip = findChipOr404(db, request);
      const obstacle = obstacleTo(chip);
      if (obstacle !== undefined) return refuse(request, reply, chip, [obstacle]);
      const upload = await receiveCertificates(request, MAX_CERTIFICATE_FILE);
      if (!upload.ok) return showForm(request, reply, chip, upload.reasons, null);
      const [certificate] = upload.certificates;
      try {
        const uploaded = uploadChipCertificate(
          chips,
          { ...actorOf(request), id: personOf(request).id },
          chip.id,
          certificate,
        );
        if (!uploaded.ok)
          return showForm(request, reply, chip, atFile(uploaded.reasons), { certificate, path: uploaded.path });
        setFlash(reply, uploaded.renewal ? 'chip-certificate-renewed' : 'chip-certificate-uploaded');
        return redirect(request, reply, `/chips/${chip.id}`);
      } catch (error) {
        if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
        return refuse(request, reply, getChip(db, chip.id), error.reasons);
      }
    },
  );

  /** 409 with the present state; htmx gets the upload form's place filled with the reasons. */
  function refuse(request: FastifyRequest, reply: FastifyReply, chip: ChipRow, reasons: readonly Reason[]) {
    if (isHtmx(request))
      return reply.fragment(
        'chips/_upload-refused',
        { chip: { id: chip.id, status: chip.status }, reasons: refusalOf(request, reasons) },
        409,
      );
    return showChip(chips, request, reply, chip, 'certificate', reasons);
  }
}

type WhatWasRead = { readonly certificate: Certificate; readonly path: CertificatePath } | null;

function showForm(
  request: FastifyRequest,
  reply: FastifyReply,
  chip: ChipRow,
  reasons: readonly Reason[],
  read: WhatWasRead,
) {
  const { t, fmt } = request;
  const name = `${chip.make} ${chip.model}`;
  const title = t(chip.status === 'approved' ? 'chips.upload.renew' : 'chips.upload.first');
  const model = {
    chip: { name, renewal: chip.status === 'approved' },
    reasons: refusalOf(request, reasons),
    certificate: read && certificateView(read.certificate, fmt, reasons),
    chain: read && chainView(read.path, reasons),
    form: {
      action: `/chips/${chip.id}/certificate`,
      cancel: `/chips/${chip.id}`,
      hint: t('chips.upload.hint', { organization: personOf(request).organization ?? '' }),
      submit: t('upload.submit'),
    },
  };
  const status = reasons.length > 0 ? 422 : 200;
  if (isHtmx(request) && request.method === 'POST') return reply.fragment('shared/upload-form', model, status);
  const breadcrumbs = [
    { label: t('navigation.home'), href: '/' },
    { label: t('chips.title'), href: '/chips' },
    { label: name, href: `/chips/${chip.id}` },
    { label: title },
  ];
  return reply.page('chips/upload', model, { title, status, breadcrumbs });
}
