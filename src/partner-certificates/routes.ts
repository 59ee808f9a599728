import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findPartnerById, type Partner } from '../accounts/index.ts';
import { actorOf } from '../audit/index.ts';
import { type CertificateRow, findCertificate, sendMosipSigned, sendOriginal } from '../certificates/index.ts';
import { personOf } from '../http/access.ts';
import { atFile, receiveCertificates } from '../http/certificate-upload.ts';
import { certificateView, chainView } from '../http/certificate-view.ts';
import type { Context } from '../http/context.ts';
import { setFlash } from '../http/flash.ts';
import { isHtmx, redirect } from '../http/redirect.ts';
import { MAX_CERTIFICATE_FILE } from '../http/uploads.ts';
import { refusalOf } from '../http/view.ts';
import { notFound } from '../lib/errors.ts';
import type { Reason } from '../lib/reasons.ts';
import type { Certificate, CertificatePath } from '../pki/index.ts';
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

  app.get('/partner-certificate', { config: { access } }, async (request, reply) => {
    const partner = partnerOf(request);
    const title = request.t('partner-certificate.title');
    const model = { ...partnerCertificatePage(parts, request, partner), mayUpload: !partner.deactivated };
    return reply.page('partner-certificates/show', model, { title, breadcrumbs: [home(request), { label: title }] });
  });

  app.get('/partner-certificate/new', { config: { access } }, async (request, reply) =>
    showForm(request, reply, partnerOf(request), [], null),
  );

  app.post(
    '/partner-certificate',
    { config: { access, action: 'partner-certificate.upload', thing: 'partner' } },
    async (request, reply) => {
      const partner = partnerOf(request);
      const upload = await receiveCertificates(request, MAX_CERTIFICATE_FILE);
      if (!upload.ok) return showForm(request, reply, partner, upload.reasons, null);
      const [certificate] = upload.certificates;
      const uploaded = await uploadPartnerCertificate(parts, { ...actorOf(request), id: partner.id }, certificate);
      if (!uploaded.ok)
        return showForm(request, reply, partner, atFile(uploaded.reasons), { certificate, path: uploaded.path });
      setFlash(reply, uploaded.endsEarly ? 'partner-certificate-accepted-short' : 'partner-certificate-accepted');
      return redirect(request, reply, '/partner-certificate');
    },
  );

  app.get('/partner-certificate/original', { config: { access } }, async (request, reply) =>
    sendOriginal(db, request, reply, currentOr404(request)),
  );
  app.get('/partner-certificate/mosip-signed', { config: { access } }, async (request, reply) =>
    sendMosipSigned(db, signingCa, request, reply, currentOr404(request)),
  );
}

type WhatWasRead = { readonly certificate: Certificate; readonly path: CertificatePath } | null;

function showForm(
  request: FastifyRequest,
  reply: FastifyReply,
  partner: Partner,
  reasons: readonly Reason[],
  read: WhatWasRead,
) {
  const { t, fmt } = request;
  const title = t(partner.certificateId === null ? 'partner-certificate.upload' : 'partner-certificate.renew');
  const model = {
    reasons: refusalOf(request, reasons),
    certificate: read && certificateView(read.certificate, fmt, reasons),
    chain: read && chainView(read.path, reasons),
    organization: partner.organization,
    form: {
      action: '/partner-certificate',
      cancel: '/partner-certificate',
      hint: t('partner-certificate.hint', { organization: partner.organization }),
      submit: t('upload.submit'),
    },
  };
  const status = reasons.length > 0 ? 422 : 200;
  if (isHtmx(request) && request.method === 'POST') return reply.fragment('shared/upload-form', model, status);
  const breadcrumbs = [
    home(request),
    { label: t('partner-certificate.title'), href: '/partner-certificate' },
    { label: title },
  ];
  return reply.page('partner-certificates/new', model, { title, status, breadcrumbs });
}

function home(request: FastifyRequest) {
  return { label: request.t('navigation.home'), href: '/' };
}
