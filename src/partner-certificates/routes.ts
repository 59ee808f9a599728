import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findPartnerById, type Partner } from '../accounts/index.ts';
import { actorOf } from '../audit/index.ts';
import { type CertificateRow, findCertificate, judge, sendMosipSigned, sendOriginal } from '../certificates/index.ts';
import { onTheWayToCommit } from '../db/index.ts';
import { personOf } from '../http/access.ts';
import { type CertificateUpload, receiveCertificates } from '../http/certificate-upload.ts';
import type { Context } from '../http/context.ts';
import { setFlash } from '../http/flash.ts';
import { homeCrumb } from '../http/navigation.ts';
import { redirect } from '../http/redirect.ts';
import {
  type FileVerdict,
  firstJudged,
  refuseUpload,
  showPreview,
  showUploadForm,
  type UploadPage,
  unreadable,
} from '../http/upload-form.ts';
import { MAX_CERTIFICATE_FILE, takeFiles } from '../http/uploads.ts';
import { notFound } from '../lib/errors.ts';
import type { SigningCa } from '../signing-ca/index.ts';
import type { Trust } from '../trust-store/index.ts';
import { type PartnerCertificates, uploadPartnerCertificate } from './upload.ts';
import { partnerCertificatePage } from './view.ts';

const access = 'FTM_PROVIDER';

export function registerPartnerCertificates(
  app: FastifyInstance,
  { db }: Context,
  trust: Trust,
  signingCa: SigningCa,
): void {
  const parts: PartnerCertificates = { db, trust, signingCa };
  const partnerOf = (request: FastifyRequest): Partner => {
    const partner = findPartnerById(db, personOf(request).id);
    if (partner === undefined) throw notFound();
    return partner;
  };
  const currentOr404 = (request: FastifyRequest): CertificateRow => {
    const { certificateId } = partnerOf(request);
    const row = certificateId === null ? undefined : findCertificate(db, certificateId);
    if (row === undefined) throw notFound();
    return row;
  };

  /** The verdict that the file would meet; nothing is stored. */
  const verdictOn = (partner: Partner, upload: CertificateUpload): FileVerdict => {
    if (upload.read === undefined) return unreadable(upload.reasons);
    const [certificate] = upload.read.certificates;
    const { faults, path } = judge(db, trust, partner, certificate, { for: 'partner' });
    return firstJudged(upload.read, faults.length > 0 ? faults : signingCa.objectionsTo(certificate), path);
  };

  /** Takes a partner certificate; `arrived` is called when all that is left is to write it. */
  const takeUpload = async (
    request: FastifyRequest,
    reply: FastifyReply,
    arrived: () => void,
  ): Promise<FastifyReply> => {
    const upload = await receiveCertificates(request, MAX_CERTIFICATE_FILE);
    const refuse = (partner: Partner, verdict: FileVerdict) =>
      refuseUpload(request, reply, uploadPage(request, partner), verdict);
    if (!upload.ok) {
      const partner = partnerOf(request);
      return refuse(partner, verdictOn(partner, upload));
    }
    const [certificate] = upload.read.certificates;
    const actor = { ...actorOf(request), id: personOf(request).id };
    const uploaded = await uploadPartnerCertificate(parts, actor, certificate, arrived);
    if (!uploaded.ok) return refuse(partnerOf(request), firstJudged(upload.read, uploaded.reasons, uploaded.path));
    setFlash(reply, uploaded.endsEarly ? 'partner-certificate-accepted-short' : 'partner-certificate-accepted');
    return redirect(request, reply, '/partner-certificate');
  };

  app.get('/partner-certificate', { config: { access } }, async (request, reply) => {
    const partner = partnerOf(request);
    const title = request.t('partner-certificate.title');
    const model = { ...partnerCertificatePage(parts, request, partner), mayUpload: !partner.deactivated };
    return reply.page('partner-certificates/show', model, {
      title,
      breadcrumbs: [homeCrumb(request), { label: title }],
    });
  });

  app.get('/partner-certificate/new', { config: { access } }, async (request, reply) =>
    showUploadForm(reply, uploadPage(request, partnerOf(request))),
  );

  takeFiles(app, (routes) => {
    routes.post(
      '/partner-certificate',
      { config: { access, action: 'partner-certificate.upload', thing: 'partner' } },
      async (request, reply) => onTheWayToCommit(db, (arrived) => takeUpload(request, reply, arrived)),
    );

    routes.post(
      '/partner-certificate/preview',
      { config: { access, action: null, form: '/partner-certificate/new' } },
      async (request, reply) => {
        const partner = partnerOf(request);
        const page = uploadPage(request, partner);
        const upload = await receiveCertificates(request, MAX_CERTIFICATE_FILE);
        return showPreview(request, reply, page, verdictOn(partner, upload));
      },
    );
  });

  app.get('/partner-certificate/original', { config: { access } }, async (request, reply) =>
    sendOriginal(db, request, reply, currentOr404(request)),
  );
  app.get('/partner-certificate/mosip-signed', { config: { access } }, async (request, reply) =>
    sendMosipSigned(db, signingCa, request, reply, currentOr404(request)),
  );
}

function uploadPage(request: FastifyRequest, partner: Partner): UploadPage {
  const { t } = request;
  const title = t(partner.certificateId === null ? 'partner-certificate.upload' : 'partner-certificate.renew');
  const own = { label: t('partner-certificate.title'), href: '/partner-certificate' };
  return {
    template: 'partner-certificates/new',
    title,
    breadcrumbs: [homeCrumb(request), own, { label: title }],
    address: '/partner-certificate/new',
    action: '/partner-certificate',
    preview: '/partner-certificate/preview',
    cancel: '/partner-certificate',
    hint: t('partner-certificate.hint', { organization: partner.organization }),
  };
}
