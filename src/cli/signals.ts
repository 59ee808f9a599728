import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { listenersOf } from '../http/listeners.ts';
import { reloadTls } from '../http/tls.ts';
import { stopwatch } from '../lib/clock.ts';

/** Answers in flight have this long, in ms; whoever is slower is cut off. */
const GRACE = 1_400;
/** After this long, in ms, the process ends in any case. */
const DEADLINE = 1_800;
/** A signal so soon after the first, in ms, is the same Ctrl-C: npm passes on what the terminal has sent already. */
const SAME_KEYPRESS = 300;

/** SIGTERM and SIGINT end the portal within 2 s, with status 0: what is in flight is answered. A second one ends it at once, with 1. */
export function endOnSignal(app: FastifyInstance, close: () => Promise<void>): void {
  let sinceFirst: (() => number) | undefined;
  const end = async (signal: NodeJS.Signals) => {
    if (sinceFirst !== undefined) {
      if (sinceFirst() > SAME_KEYPRESS) process.exit(1);
      return;
    }
    sinceFirst = stopwatch();
    app.log.info({ signal }, 'the portal ends');
    setTimeout(() => cutOff(app), GRACE);
    await Promise.race([close(), new Promise((resolve) => setTimeout(resolve, DEADLINE))]);
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

function cutOff(app: FastifyInstance): void {
  for (const server of listenersOf(app)) server.closeAllConnections();
}

/** SIGHUP has the files of the certificate read again; without any it changes nothing, but that a terminal that closes ends the portal. */
export function reloadOnSignal(app: FastifyInstance, { tls }: Config): void {
  if (tls === undefined && process.stdout.isTTY) return;
  process.on('SIGHUP', () => {
    if (tls !== undefined) reloadTls(app, tls);
    else app.log.info('SIGHUP: there is nothing to read again');
  });
}
