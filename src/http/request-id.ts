import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';

/** The id of the request on whose behalf something is done. */
const current = new AsyncLocalStorage<string>();

/** Marks the logger of a request, which says the id by itself. */
const OWN = Symbol('of a request');

const NOTHING = {};

type Logger = NonNullable<FastifyServerOptions['logger']>;

/** A logger of which each line has the id of its request, also where the code that writes it knows of none. */
export function withRequestId(logger: Logger): Logger {
  if (typeof logger !== 'object') return logger;
  return {
    ...logger,
    mixin(_facts, _level, writer) {
      const reqId = current.getStore();
      return reqId === undefined || OWN in writer ? NOTHING : { reqId };
    },
    // By itself pino would copy each line, though nearly all of them say the id already.
    mixinMergeStrategy: (line, id) => (id === NOTHING ? line : { ...id, ...line }),
  };
}

/** Tells each request's id in `X-Request-Id`, as the error page and the log do. */
export function registerRequestId(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    Object.assign(request.log, { [OWN]: true });
    current.run(request.id, done);
  });
  // Reading a body leaves the context behind.
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.body === undefined) done();
    else current.run(request.id, done);
  });
}
