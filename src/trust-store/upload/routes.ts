import type { FastifyInstance } from 'fastify';
import { actorOf } from '../../audit/index.ts';
import { personOf } from '../../http/access.ts';
import { atFile, receiveCertificates } from '../../http/certificate-upload.ts';
import { setFlash } from '../../http/flash.ts';
import { redirect } from '../../http/redirect.ts';
import { MAX_TRUST_STORE_FILE } from '../../http/uploads.ts';
import type { Reason } from '../../lib/reasons.ts';
import { fault } from '../../pki/index.ts';
import { kindOf, type TrustStore } from '../ca-certificate.ts';
import { DOMAINS } from '../store.ts';
import { addCaCertificate } from './add.ts';
import { showForm } from './form.ts';

const access = 'PARTNER_ADMIN';

export function registerUpload(app: FastifyInstance, { db, trust }: TrustStore): void {
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
}

function unknownDomain(found: string | undefined): Reason {
  return {
    code: 'KER-PCM-011',
    name: 'domain-unknown',
    data: { found: (found ?? '').slice(0, 40), domains: DOMAINS.join(', ') },
    field: 'domain',
  };
}
