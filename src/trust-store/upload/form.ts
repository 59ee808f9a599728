import type { FastifyReply, FastifyRequest } from 'fastify';
import { certificateView, chainView } from '../../http/certificate-view.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { isHtmx } from '../../http/redirect.ts';
import { refusalOf } from '../../http/view.ts';
import type { Reason } from '../../lib/reasons.ts';
import type { Certificate, CertificatePath } from '../../pki/index.ts';
import { DOMAINS } from '../store.ts';

export interface FormState {
  readonly kind: 'root' | 'intermediate';
  readonly domain: string;
  readonly reasons: readonly Reason[];
  /** What was read from a refused file. */
  readonly read: { readonly certificate: Certificate; readonly path: CertificatePath } | null;
}

/** The upload page; after a refusal (422) with the reasons and what was read. */
export function showForm(request: FastifyRequest, reply: FastifyReply, { kind, domain, reasons, read }: FormState) {
  const { t, fmt } = request;
  const title = t(`trust-store.upload.${kind}`);
  const model = {
    reasons: refusalOf(request, reasons),
    certificate: read && certificateView(read.certificate, fmt),
    chain: read && chainView(read.path, reasons),
    form: {
      action: '/trust-store',
      cancel: `/trust-store?type=${kind}`,
      type: kind,
      domain,
      domains: DOMAINS.map((value) => ({ value, label: t(`trust-store.domains.${value}`) })),
      hint: t('trust-store.upload.hint'),
      submit: t('upload.submit'),
    },
  };
  const status = reasons.length > 0 ? 422 : 200;
  if (isHtmx(request) && request.method === 'POST') return reply.fragment('shared/upload-form', model, status);
  const trustStore = { label: t('trust-store.title'), href: `/trust-store?type=${kind}` };
  return reply.page('trust-store/new', model, {
    title,
    status,
    breadcrumbs: [homeCrumb(request), trustStore, { label: title }],
  });
}
