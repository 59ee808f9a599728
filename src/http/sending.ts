import type { FastifyInstance } from 'fastify';

/** With pages that take long, nobody waits for more than so many others. */
const MOST_TOGETHER = 8;

/**
 * Sends the answers made in one turn of the event loop at its end, one right after the other, but the first of them at once. Between two that are
 * sent as they are made, whoever reads them falls asleep and has to be woken again by the system, which costs a busy portal up to a fifth of the time
 * of a small page.
 */
export function sendTogether(app: FastifyInstance): void {
  /** Those that wait for the end of this turn; undefined while none was made in it. */
  let waiting: Pass[] | undefined;
  const send = (turn: 'goes on' | 'ends') => {
    const answers = waiting ?? [];
    waiting = turn === 'ends' ? undefined : [];
    for (const pass of answers) {
      try {
        pass();
      } catch (error) {
        // As for one that is sent at once: an answer that cannot be sent becomes an error page.
        pass(error as Error);
      }
    }
  };
  app.addHook('onSend', (_request, _reply, _payload, done) => {
    if (waiting === undefined) {
      waiting = [];
      setImmediate(send, 'ends');
      done();
    } else if (waiting.push(done) === MOST_TOGETHER) send('goes on');
  });
}

/** Hands an answer on to be sent, or says why it cannot be. */
type Pass = (error?: Error) => void;
