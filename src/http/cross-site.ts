import type { FastifyRequest } from 'fastify';
import { AppError } from '../lib/errors.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a state-changing request that another site caused (interface: origin check). Browsers say so in `Sec-Fetch-Site`; older
 * ones in `Origin`, then `Referer`; scripts send `Origin`. None of them: refused.
 * @param publicUrl the portal's origin; undefined: compare with the request's own Host
 * @throws AppError forbidden, PMP-AU-005
 */
export function refuseCrossSite(request: FastifyRequest, publicUrl: string | undefined): void {
  if (SAFE_METHODS.has(request.method)) return;
  if (!isSameSite(request, publicUrl))
    throw new AppError('forbidden', [{ code: 'PMP-AU-005', name: 'foreign-origin' }]);
}

function isSameSite(request: FastifyRequest, publicUrl: string | undefined): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const source = request.headers.origin ?? request.headers.referer;
  if (source === undefined || !URL.canParse(source)) return false;
  const from = new URL(source);
  if (publicUrl !== undefined) return from.origin === new URL(publicUrl).origin;
  return (from.protocol === 'http:' || from.protocol === 'https:') && from.host === request.host;
}
