import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { certificateView, chainView } from '../../http/certificate-view.ts';
import { downloadFormat, sendDownload } from '../../http/download.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { refusalOf } from '../../http/view.ts';
import { wordReasons } from '../../http/words.ts';
import { now } from '../../lib/clock.ts';
import { notFound } from '../../lib/errors.ts';
import type { Reason } from '../../lib/reasons.ts';
import { toP7b, toPem } from '../../pki/index.ts';
import type { SigningCaParts } from '../create.ts';
import type { OwnCertificate } from '../own-certificate.ts';
import { renewalObstacle } from '../renewal/renew.ts';
import type { SigningCa } from '../signing-ca.ts';

/** The portal's own CA certificates for the admin, and their download for everybody: who checks what was issued needs them. */
export function registerShow(app: FastifyInstance, signingCa: SigningCa, parts: SigningCaParts): void {
  app.get('/signing-ca', { config: { access: 'PARTNER_ADMIN' } }, async (request, reply) =>
    showSigningCa(request, reply, signingCa, parts, []),
  );

  app.get('/signing-ca/:id/download', { config: { access: 'public' } }, async (request, reply) => {
    const ca = signingCa.certificates.find((request.params as { id: string }).id);
    if (ca === undefined) throw notFound();
    const format = downloadFormat(request.query, ['pem', 'der', 'p7b']);
    return sendDownload(request, reply, ca.certificate.subject.label, format, contentOf(signingCa, ca, format));
  });
}

function contentOf(signingCa: SigningCa, { id, certificate }: OwnCertificate, format: 'pem' | 'der' | 'p7b') {
  if (format === 'der') return certificate.der;
  return format === 'pem' ? toPem(certificate) : toP7b(signingCa.chainOf(id));
}

/** The page of the signing CA; with reasons, of what could not be done (409). */
export function showSigningCa(
  request: FastifyRequest,
  reply: FastifyReply,
  signingCa: SigningCa,
  parts: SigningCaParts,
  reasons: readonly Reason[],
): FastifyReply {
  const { t } = request;
  const { obstacle, advice } = signingCa.standing();
  const obstacles = [obstacle, advice].filter((each) => each !== undefined);
  const cannotRenew = renewalObstacle(parts);
  const model = {
    cas: presentFirst(signingCa).map((ca) => viewOf(ca, signingCa, request)),
    notices: wordReasons(obstacles, request),
    mayRenew: cannotRenew === undefined,
    cannotRenew: wordReasons(cannotRenew === undefined ? [] : [cannotRenew], request),
    reasons: refusalOf(request, reasons),
  };
  const title = t('signing-ca.title');
  const status = reasons.length > 0 ? 409 : 200;
  return reply.page('signing-ca/index', model, {
    title,
    breadcrumbs: [homeCrumb(request), { label: title }],
    status,
  });
}

/** The issuing CA that signs now and those above it, then the others, the newest first. */
function presentFirst({ certificates }: SigningCa): OwnCertificate[] {
  const issuing = certificates.issuing();
  const chain = issuing === undefined ? [] : certificates.chain(issuing.id);
  const present = new Set(chain.map(({ id }) => id));
  return [...chain, ...certificates.all().filter(({ id }) => !present.has(id))];
}

function viewOf({ id, kind, createdAt, certificate }: OwnCertificate, signingCa: SigningCa, { fmt }: FastifyRequest) {
  const above = signingCa.certificates.chain(id).slice(1).reverse();
  const issuers = above.map((each) => ({
    id: each.id,
    kind: each.kind === 'root' ? ('root' as const) : ('intermediate' as const),
    certificate: each.certificate,
  }));
  return {
    id,
    kind,
    createdAt,
    status: certificate.notAfter < now() ? 'expired' : 'valid',
    signsNow: signingCa.certificates.issuing()?.id === id,
    certificate: certificateView(certificate, fmt),
    chain: chainView({ issuers, certificate }, []),
  };
}

/** Where a page below the signing CA's is. */
export function crumbs(request: FastifyRequest, title: string) {
  return [homeCrumb(request), { label: request.t('signing-ca.title'), href: '/signing-ca' }, { label: title }];
}
