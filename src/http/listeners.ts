import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';

/**
 * The servers that listen for an app. For the host `localhost` the framework makes one for each of its addresses (127.0.0.1 and ::1), of which
 * `app.server` is only the first; the others have its handler and options, but nothing that is set on the server itself.
 */
export function listenersOf(app: FastifyInstance): Server[] {
  return [app.server, ...furtherListeners(app)];
}

/** Does something to each server that listens: to the first at once, to the others as soon as they are there. */
export function onEachListener(app: FastifyInstance, prepare: (server: Server) => void): void {
  prepare(app.server);
  app.addHook('onListen', async () => furtherListeners(app).forEach(prepare));
}

/** The framework tells their addresses alone. */
function furtherListeners(app: FastifyInstance): Server[] {
  const bindings = Object.getOwnPropertySymbols(app).find(
    ({ description }) => description === 'fastify.serverBindings',
  );
  return bindings === undefined ? [] : (Reflect.get(app, bindings) as Server[]);
}
