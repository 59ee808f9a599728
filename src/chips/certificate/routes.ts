import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findPartnerById, getActivePartner } from '../../accounts/index.ts';
import { actorOf } from '../../audit/index.ts';
import { findCertificate, partnerObstacle, sendOriginal } from '../../certificates/index.ts';
import { personOf } from '../../http/access.ts';
import { type CertificateUpload, receiveCertificates } from '../../http/certificate-upload.ts';
import { setFlash } from '../../http/flash.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { isHtmx, redirect } from '../../http/redirect.ts';
import {
  type FileVerdict,
  firstJudged,
  refuseUpload,
  showPreview,
  showUploadForm,
  type UploadPage,
  unreadable,
} from '../../http/upload-form.ts';
import { MAX_CERTIFICATE_FILE } from '../../http/uploads.ts';
import { refusalOf } from '../../http/view.ts';
import { AppError, notFound } from '../../lib/errors.ts';
import type { Reason } from '../../lib/reasons.ts';
import { type Chips, findChipOr404, getChip, uploadConflict } from '../chip.ts';
import { showChip } from '../list/show.ts';
import type { ChipRow } from '../store.ts';
import { judgeChipCertificate, uploadChipCertificate } from './upload.ts';

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
      ? showUploadForm(reply, uploadPage(request, chip))
      : showChip(chips, request, reply, chip, 'certificate', [obstacle]);
  });

  app.post(
    '/chips/:id/certificate',
    { config: { access, action: 'chip.upload-certificate', thing: 'chip' }, preHandler: load },
    async (request, reply) => {
      const chip = findChipOr404(db, request);
      const obstacle = obstacleTo(chip);
      if (obstacle !== undefined) return refuse(request, reply, chip, [obstacle]);
      const page = uploadPage(request, chip);
      const upload = await receiveCertificates(request, MAX_CERTIFICATE_FILE);
      if (!upload.ok) return refuseUpload(request, reply, page, verdictOn(request, chip, upload));
      const actor = { ...actorOf(request), id: personOf(request).id };
      try {
        const uploaded = await uploadChipCertificate(chips, actor, chip.id, upload.read.certificates[0]);
        if (!uploaded.ok)
          return refuseUpload(request, reply, page, firstJudged(upload.read, uploaded.reasons, uploaded.path));
        setFlash(reply, uploaded.renewal ? 'chip-certificate-renewed' : 'chip-certificate-uploaded');
        return redirect(request, reply, `/chips/${chip.id}`);
      } catch (error) {
        if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
        return refuse(request, reply, getChip(db, chip.id), error.reasons);
      }
    },
  );

  app.post(
    '/chips/:id/certificate/preview',
    { config: { access, action: null, form: '/chips/:id/certificate/new' }, preHandler: load },
    async (request, reply) => {
      const chip = findChipOr404(db, request);
      const obstacle = obstacleTo(chip);
      // Where nothing can be uploaded, the answer takes the place of the whole form.
      if (obstacle !== undefined) return refuse(request, reply.header('HX-Retarget', '#upload'), chip, [obstacle]);
      const page = uploadPage(request, chip);
      const upload = await receiveCertificates(request, MAX_CERTIFICATE_FILE);
      return showPreview(request, reply, page, verdictOn(request, chip, upload));
    },
  );

  /** The verdict that the file would meet; nothing is stored. */
  function verdictOn(request: FastifyRequest, chip: ChipRow, upload: CertificateUpload): FileVerdict {
    if (upload.read === undefined) return unreadable(upload.reasons);
    const partner = getActivePartner(db, personOf(request).id);
    const { faults, path } = judgeChipCertificate(db, trust, partner, chip, upload.read.certificates[0]);
    return firstJudged(upload.read, faults, path);
  }

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

function uploadPage(request: FastifyRequest, chip: ChipRow): UploadPage {
  const { t } = request;
  const renewal = chip.status === 'approved';
  const name = `${chip.make} ${chip.model}`;
  const title = t(renewal ? 'chips.upload.renew' : 'chips.upload.first');
  return {
    template: 'chips/upload',
    title,
    breadcrumbs: [
      homeCrumb(request),
      { label: t('chips.title'), href: '/chips' },
      { label: name, href: `/chips/${chip.id}` },
      { label: title },
    ],
    address: `/chips/${chip.id}/certificate/new`,
    action: `/chips/${chip.id}/certificate`,
    preview: `/chips/${chip.id}/certificate/preview`,
    cancel: `/chips/${chip.id}`,
    hint: t('chips.upload.hint', { organization: personOf(request).organization ?? '' }),
    model: { chip: { name, renewal } },
  };
}
