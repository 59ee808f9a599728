import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import type { Command } from 'commander';
import type { Config } from '../config.ts';
import { CommandFailed } from './reasons.ts';
import type { Terminal } from './terminal.ts';

/** `pmp ready`: the health check of a container, which has no other program that could ask. Needs no data directory. */
export function addReadyCommand(program: Command, loadConfig: () => Config, terminal: Terminal): void {
  program
    .command('ready')
    .description('ask the portal that runs with the same settings whether it is ready; exit code 1 when it is not')
    .action(async () => {
      const status = await askReady(loadConfig());
      if (status !== 200) throw new CommandFailed(`The portal is not ready: it answers ${status}. Its log says why.`);
      terminal.out('The portal is ready.');
    });
}

/** Longer than the portal ever takes; a health check comes again soon. */
const PATIENCE = 5_000;

/** The status of /readyz. @throws CommandFailed when nobody answers */
function askReady({ host, port, tls }: Config): Promise<number> {
  const get = tls === undefined ? getPlain : getSecure;
  return new Promise((answered, failed) => {
    const fail = (error: Error) => failed(new CommandFailed(`The portal does not answer: ${error.message}`));
    // It asks itself, so the name in its certificate does not matter.
    const options = {
      agent: false,
      host: reachable(host),
      port,
      path: '/readyz',
      timeout: PATIENCE,
      rejectUnauthorized: false,
    };
    const request = get(options, (answer) => {
      answer.resume();
      answered(answer.statusCode ?? 0);
    });
    request.on('timeout', () => request.destroy(new Error('it takes too long'))).on('error', fail);
  });
}

/** Where a server that listens everywhere is reached from the same machine. */
function reachable(host: string): string {
  return { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
}
