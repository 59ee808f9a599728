import type { FastifyRequest } from 'fastify';
import { atFile, type ReadUpload, receiveCertificates } from '../../http/certificate-upload.ts';
import { homeCrumb } from '../../http/navigation.ts';
import type { FileVerdict, UploadPage } from '../../http/upload-form.ts';
import { MAX_TRUST_STORE_FILE } from '../../http/uploads.ts';
import type { Reason } from '../../lib/reasons.ts';
import { kindOf } from '../ca-certificate.ts';
import { DOMAINS } from '../store.ts';
import type { Judged, UploadPlace } from './judge.ts';
import { outcomesOfJudged } from './outcomes.ts';

/** The upload page of a tab, with the domain that was chosen. */
export function uploadPage(request: FastifyRequest, { kind, domain }: UploadPlace): UploadPage {
  const { t } = request;
  const title = t(`trust-store.upload.${kind}`);
  const list = `/trust-store?type=${kind}`;
  const domains = DOMAINS.map((value) => ({ value, label: t(`trust-store.domains.${value}`) }));
  return {
    template: 'trust-store/new',
    title,
    breadcrumbs: [homeCrumb(request), { label: t('trust-store.title'), href: list }, { label: title }],
    address: `/trust-store/new?type=${kind}`,
    action: '/trust-store',
    preview: '/trust-store/preview',
    cancel: list,
    hint: t('trust-store.upload.hint'),
    fields: { type: kind, domain, domains },
  };
}

/** What the form brought, with the page to answer on: certificates to judge, or every reason against file and domain. */
export type Received = { readonly page: UploadPage; readonly place: UploadPlace } & (
  | { readonly ok: true; readonly reasons: readonly []; readonly read: ReadUpload }
  | { readonly ok: false; readonly reasons: readonly Reason[]; readonly read: ReadUpload | undefined }
);

export async function receiveForm(request: FastifyRequest): Promise<Received> {
  const upload = await receiveCertificates(request, MAX_TRUST_STORE_FILE);
  const domain = DOMAINS.find((known) => known === upload.fields.domain);
  const place: UploadPlace = { kind: kindOf(upload.fields.type), domain: domain ?? 'FTM' };
  const page = uploadPage(request, place);
  if (domain !== undefined) return { page, place, ...upload };
  // Without a domain there is nothing to judge the certificates against.
  const reasons = [...upload.reasons, unknownDomain(upload.fields.domain)];
  return { page, place, ok: false, reasons, read: undefined };
}

/** How a judged file is shown: what was read of its one certificate, or one line for each of several. */
export function verdictOf(
  request: FastifyRequest,
  { file, reasons }: ReadUpload,
  judged: readonly Judged[],
): FileVerdict {
  const [first] = judged;
  if (first !== undefined && judged.length === 1) {
    const { certificate, judgement } = first;
    const read = { certificate, path: judgement.path, others: [], organizationCompared: false };
    return { reasons: [...reasons, ...atFile(judgement.faults)], file, read, outcomes: [] };
  }
  const refused = reasons.length > 0 || judged.every(({ judgement }) => judgement.faults.length > 0);
  return {
    reasons: refused ? [...reasons, ...oneOfEachCode(judged)] : [],
    file,
    read: null,
    outcomes: outcomesOfJudged(request, judged),
  };
}

function oneOfEachCode(judged: readonly Judged[]): Reason[] {
  const faults = atFile(judged.flatMap(({ judgement }) => judgement.faults));
  return [...new Map(faults.map((fault) => [fault.code, fault])).values()];
}

function unknownDomain(found: string | undefined): Reason {
  return {
    code: 'KER-PCM-011',
    name: 'domain-unknown',
    data: { found: (found ?? '').slice(0, 40), domains: DOMAINS.join(', ') },
    field: 'domain',
  };
}
