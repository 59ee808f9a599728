import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';

/** The id of the request on whose behalf something is done. */
const current = new AsyncLocalStorage<string>();

const NOTHING = {};

type Logger = NonNullable<FastifyServerOptions['logger']>;

/** A logger of which each line has the id of its request, also where the code that writes it knows of none. */
export function withRequestId(logger: Logger): Logger {
  if (typeof logger !== 'object') return logger;
  return {
    ...logger,
    mixin(_facts, _level, writer) {
      const reqId = current.getStore();
      return reqId === undefined || 'reqId' in writer.bindings() ? NOTHING : { reqId };
    },
    // By itself pino would copy each line, though nearly all of them say the id already.
    mixinMergeStrategy: (line, id) => (id === NOTHING ? line : { ...id, ...line }),
  };
}

/** Tells each request's id in `X-Request-Id`, as the error page and the log do. */
export function registerRequestId(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  // What changes something may have others write lines, such as the mailer. Not earlier: reading a body leaves the context behind.
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.method === 'POST') current.run(request.id, done);
    else done();
  });
}
