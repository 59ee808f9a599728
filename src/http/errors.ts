import type {} from '@fastify/rate-limit';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isHeldByAnother, isStorageFailure } from '../db/index.ts';
import { AppError, type ErrorKind } from '../lib/errors.ts';
import type { Reason } from '../lib/reasons.ts';
import { refusalOf } from './view.ts';

const STATUS: Record<ErrorKind, number> = {
  'bad-request': 400,
  forbidden: 403,
  'not-found': 404,
  gone: 410,
  conflict: 409,
  'too-many': 429,
  unavailable: 503,
};

/** Every error ends here: ours with its reasons, the framework's 4xx by kind, a full or failing disk as 503, the rest logged and shown as one plain page. */
export function registerErrors(app: FastifyInstance): void {
  // The limit of rate hangs on routes; an address that is none needs it too.
  const limited = app.hasDecorator('rateLimit') ? { preHandler: app.rateLimit() } : {};
  app.setNotFoundHandler(limited, (request, reply) => showError(request, reply, 404, []));
  app.setErrorHandler<FastifyError | AppError>((error, request, reply) => {
    if (error instanceof AppError) {
      if (error.retryAfter !== undefined) reply.header('retry-after', String(error.retryAfter));
      if (error.cause !== undefined && error.kind === 'unavailable')
        request.log.error({ err: error.cause }, 'unavailable');
      return showError(request, reply, STATUS[error.kind], error.reasons);
    }
    if (isStorageFailure(error)) {
      const why = isHeldByAnother(error)
        ? 'another program holds the database'
        : 'the disk of the data directory is full or cannot be written';
      request.log.error({ err: error }, why);
      return showError(request, reply, 503, []);
    }
    const status = error.statusCode ?? 500;
    if (status === 429) return showError(request, reply, 429, [{ code: 'PMP-AU-002', name: 'too-many-requests' }]);
    if (status >= 400 && status < 500) return showError(request, reply, status === 413 ? 413 : 400, []);
    request.log.error({ err: error }, 'unexpected error');
    return showError(request, reply, 500, []);
  });
}

function showError(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  reasons: readonly Reason[],
): FastifyReply {
  const { t } = request;
  const kind = [400, 403, 404, 409, 410, 413, 429, 503].includes(status)
    ? String(status)
    : status === 422
      ? '400'
      : '500';
  const title = t(`errors.${kind}.title`);
  return reply.page(
    'errors/error',
    { status, text: t(`errors.${kind}.text`), requestId: request.id, reasons: refusalOf(request, reasons) },
    { title, status },
  );
}
