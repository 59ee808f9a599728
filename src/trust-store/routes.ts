import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { actorOf } from '../audit/index.ts';
import { personOf } from '../http/access.ts';
import { atFile, receiveCertificates } from '../http/certificate-upload.ts';
import { certificateView, chainView } from '../http/certificate-view.ts';
import type { Context } from '../http/context.ts';
import { downloadFormat, sendDownload } from '../http/download.ts';
import { setFlash } from '../http/flash.ts';
import { isHtmx, redirect } from '../http/redirect.ts';
import { MAX_TRUST_STORE_FILE } from '../http/uploads.ts';
import { refusalOf, wantsFragment } from '../http/view.ts';
import { now } from '../lib/clock.ts';
import { notFound } from '../lib/errors.ts';
import type { Reason } from '../lib/reasons.ts';
import {
  buildPath,
  type Certificate,
  type CertificatePath,
  fault,
  readCertificate,
  toP7b,
  toPem,
} from '../pki/index.ts';
import { addCaCertificate } from './add.ts';
import { kindOf, statusOf, trustStoreList } from './list.ts';
import { type CaRow, DOMAINS, findCaCertificate } from './store.ts';
import type { Trust } from './trust.ts';

const access = 'PARTNER_ADMIN';
type ById = { Params: { id: string } };

export function registerTrustStore(app: FastifyInstance, { db, config }: Context, trust: Trust): void {
  const findOr404 = (request: FastifyRequest): CaRow => {
    const row = findCaCertificate(db, (request.params as ById['Params']).id);
    if (row === undefined) throw notFound();
    return row;
  };

  app.get('/trust-store', { config: { access } }, async (request, reply) => {
    const model = trustStoreList(db, request, config.timeZone);
    if (wantsFragment(request)) return reply.fragment('trust-store/_list', model);
    const title = request.t('trust-store.title');
    return reply.page('trust-store/index', model, { title, breadcrumbs: [home(request), { label: title }] });
  });

  app.get<{ Querystring: { type?: unknown } }>('/trust-store/new', { config: { access } }, async (request, reply) =>
    showForm(request, reply, { kind: kindOf(request.query.type), domain: 'FTM', reasons: [], read: null }),
  );

  app.post('/trust-store', { config: { access, action: 'ca-certificate.add' } }, async (request, reply) => {
    const upload = await receiveCertificates(request, MAX_TRUST_STORE_FILE);
    const kind = kindOf(upload.fields.type);
    const domain = DOMAINS.find((known) => known === upload.fields.domain);
    const domainReasons = domain === undefined ? [unknownDomain(upload.fields.domain)] : [];
    const again = { kind, domain: domain ?? 'FTM', read: null };
    if (!upload.ok || domain === undefined) {
      return showForm(request, reply, { ...again, reasons: [...(upload.ok ? [] : upload.reasons), ...domainReasons] });
    }
    const [certificate, ...others] = upload.certificates;
    if (others.length > 0) {
      return showForm(request, reply, {
        ...again,
        reasons: atFile([fault('file-several', { found: upload.certificates.length })]),
      });
    }
    const actor = { ...actorOf(request), id: personOf(request).id };
    const added = addCaCertificate(db, trust, actor, certificate, domain, kind);
    if (!added.ok) {
      const { faults, path } = added.judgement;
      return showForm(request, reply, { ...again, reasons: atFile(faults), read: { certificate, path } });
    }
    setFlash(reply, 'ca-added');
    return redirect(request, reply, `/trust-store?type=${kind}`);
  });

  app.get<ById>('/trust-store/:id', { config: { access } }, async (request, reply) => {
    const row = findOr404(request);
    const certificate = parse(row);
    const { path, faults } = pathOf(row, certificate, trust);
    const title = certificate.subject.label;
    return reply.page(
      'trust-store/show',
      {
        ca: { id: row.id, domain: row.domain, kind: row.kind, uploadedAt: row.uploadedAt, status: statusOf(row) },
        certificate: certificateView(certificate, request.fmt),
        chain: chainView(path, faults),
      },
      {
        title,
        breadcrumbs: [
          home(request),
          { label: request.t('trust-store.title'), href: `/trust-store?type=${row.kind}` },
          { label: title },
        ],
      },
    );
  });

  app.get<ById>('/trust-store/:id/download', { config: { access } }, async (request, reply) => {
    const row = findOr404(request);
    const certificate = parse(row);
    const format = downloadFormat(request.query, ['pem', 'der', 'p7b']);
    const name = `${row.domain}-${row.kind}-${certificate.subject.label}`;
    if (format === 'der') return sendDownload(request, reply, name, 'der', certificate.der);
    if (format === 'pem') return sendDownload(request, reply, name, 'pem', toPem(certificate));
    const chain = pathOf(row, certificate, trust)
      .path.issuers.map((issuer) => issuer.certificate)
      .reverse();
    return sendDownload(request, reply, name, 'p7b', toP7b([certificate, ...chain]));
  });
}

function pathOf(
  row: CaRow,
  certificate: Certificate,
  trust: Trust,
): { path: CertificatePath; faults: readonly Reason[] } {
  if (row.kind === 'root') return { path: { issuers: [], certificate }, faults: [] };
  const result = buildPath(certificate, trust.of(row.domain), now(), 'issuer');
  return result.ok ? { path: result.path, faults: [] } : { path: result.furthest, faults: [result.fault] };
}

function parse(row: CaRow): Certificate {
  const read = readCertificate(row.der);
  if (!read.ok) throw new Error(`the CA certificate ${row.id} in the database cannot be read: ${read.fault.name}`);
  return read.value;
}

function unknownDomain(found: string | undefined): Reason {
  return {
    code: 'KER-PCM-011',
    name: 'domain-unknown',
    data: { found: (found ?? '').slice(0, 40), domains: DOMAINS.join(', ') },
    field: 'domain',
  };
}

interface FormState {
  readonly kind: 'root' | 'intermediate';
  readonly domain: string;
  readonly reasons: readonly Reason[];
  /** What was read from a refused file. */
  readonly read: { readonly certificate: Certificate; readonly path: CertificatePath } | null;
}

function showForm(request: FastifyRequest, reply: FastifyReply, { kind, domain, reasons, read }: FormState) {
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
    breadcrumbs: [home(request), trustStore, { label: title }],
  });
}

function home(request: FastifyRequest) {
  return { label: request.t('navigation.home'), href: '/' };
}
