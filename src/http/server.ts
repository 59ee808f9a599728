import { randomUUID } from 'node:crypto';
import formbody from '@fastify/formbody';
import rateLimit from '@fastify/rate-limit';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import type { Config } from '../config.ts';
import { AppError } from '../lib/errors.ts';
import { registerCookies } from './cookies.ts';
import { tidyForwarded } from './forwarded.ts';
import { onEachListener } from './listeners.ts';
import { losingLinesOnFullDisk } from './log-lines.ts';
import { registerRequestId, withRequestId } from './request-id.ts';
import { readTls, tellOfTls } from './tls.ts';
import { answerUnreadable } from './unreadable.ts';

const SECONDS = 1000;

/**
 * Against clients that are slow or send too much. Node looks at slow headers and requests every two seconds; a connection on which
 * nothing was ever sent counts as one with slow headers.
 */
const LISTENER = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10 * SECONDS,
  connectionsCheckingInterval: 2 * SECONDS,
  // Node would answer by a bare 400, which nobody reads in the log.
  requireHostHeader: false,
};
/** A browser sends twenty. Node would leave out what is beyond its limit, without a word. */
const MOST_HEADERS = 100;
/** Each takes a file handle and some memory, more with HTTPS; beyond, connections are closed at once. */
const MOST_CONNECTIONS = 5_000;

/** Forms are read by zod. Otherwise the framework would load two compilers of JSON schemas with every start. */
const noSchema = () => {
  throw new Error('no route has a JSON schema');
};
const NO_SCHEMAS = { compilersFactory: { buildValidator: noSchema, buildSerializer: noSchema } };

/**
 * A Fastify server with the limits the portal wants: the framework's own defaults remove Node's guard against slow requests and keep
 * idle browsers for 72 seconds at the end (stack, findings F and G).
 */
export function createServer(config: Config, logger: FastifyServerOptions['logger']): FastifyInstance {
  const tls = config.tls && readTls(config.tls);
  const app = fastify({
    https: tls === undefined ? null : { ...LISTENER, ...tls.options, handshakeTimeout: 10 * SECONDS },
    // By its types the framework takes either of the two; this one counts where the other is null.
    ...{ http: LISTENER },
    schemaController: NO_SCHEMAS,
    logger: withRequestId(losingLinesOnFullDisk(logger ?? false)),
    // Fastify would log addresses whole; ours leave out the query, where links carry their tokens.
    logController: new LogController({ disableRequestLogging: true }),
    // The first that happens to a request.
    rewriteUrl: ({ url = '/', headers }) => {
      if (config.trustProxy.length > 0) tidyForwarded(headers);
      // The framework answers an address it cannot decode by itself, in JSON; so it becomes one that does not exist.
      return isDecodable(url) ? url : '/undecodable';
    },
    genReqId: () => randomUUID(),
    bodyLimit: 256 * 1024,
    requestTimeout: 120 * SECONDS,
    // Nothing is sent or read for so long: somebody who does not take the answer.
    connectionTimeout: 60 * SECONDS,
    keepAliveTimeout: 5 * SECONDS,
    // What still arrives while closing is answered as a page; readyz says 503.
    return503OnClosing: false,
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    // As long as Node lets an address be; a shorter limit is answered by the framework itself, in JSON.
    routerOptions: { maxParamLength: 16 * 1024 },
  });
  onEachListener(app, (server) => {
    server.maxConnections = MOST_CONNECTIONS;
    server.maxHeadersCount = MOST_HEADERS + 1;
    server.removeAllListeners('clientError');
    server.on('clientError', (error, socket) => answerUnreadable(error, socket, app.log));
    // An expectation that is not understood may be passed over (RFC 9110 10.1.1); Node's refusal would have neither an id nor a line in the log.
    server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  });
  registerRequestId(app);
  app.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply);
    done();
  });
  closePromptly(app);
  if (tls !== undefined) tellOfTls(app.log, tls);
  return app;
}

/** HTTP/1.1 wants to be told the host (RFC 9112 3.2), and nobody needs so many headers. */
function isWellFormed({ raw }: FastifyRequest): boolean {
  const { rawHeaders, headers, httpVersion } = raw;
  return rawHeaders.length <= 2 * MOST_HEADERS && (headers.host !== undefined || httpVersion === '1.0');
}

/**
 * One line for each request, with the id of the person and the address it came from. What looks like somebody reaching for what is not theirs is a
 * warning with the codes of the refusal, so that it is logged at every usual level (ASVS 16.3.2, 16.3.3).
 */
function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const line = {
    method: request.method,
    path: request.url.split('?')[0],
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    ip: request.ip,
    person: request.person?.id,
    codes: request.refusal?.length > 0 ? request.refusal : undefined,
  };
  if (isAccessRefused(request, reply.statusCode)) request.log.warn(line, 'request refused');
  else request.log.info(line, 'request');
}

/** Role or origin (403), a limit of rate (429), or a thing that is not there for the one who signed in (404): perhaps that of somebody else. */
function isAccessRefused(request: FastifyRequest, status: number): boolean {
  return status === 403 || status === 429 || (status === 404 && request.person !== null && !request.is404);
}

function isDecodable(address: string): boolean {
  if (!address.includes('%')) return true;
  try {
    decodeURIComponent(address.split('?')[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The portal is about to end: it still answers, but should be asked no more. */
    isClosing: () => boolean;
  }
}

/** Once closing, every answer tells its browser to let go of the connection. */
function closePromptly(app: FastifyInstance): void {
  let closing = false;
  app.decorate('isClosing', () => closing);
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
}

/** What is no request of a browser, cookies, plain forms, and the limit of requests per address and minute (0: none). */
export async function registerBasics(app: FastifyInstance, config: Config): Promise<void> {
  app.addHook('onRequest', (request, reply, done) => {
    // Whoever hung up before being heard has no address any more: there is nobody to answer, nor to count. Once read, Node remembers the address.
    if (request.ip === undefined) {
      reply.hijack();
      request.raw.destroy();
      return;
    }
    done(isWellFormed(request) ? undefined : new AppError('bad-request'));
  });
  await registerCookies(app, config);
  await app.register(formbody, { bodyLimit: 256 * 1024 });
  if (config.rateLimit > 0) {
    await app.register(rateLimit, { global: true, max: config.rateLimit, timeWindow: '1 minute' });
  }
}
