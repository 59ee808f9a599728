import fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { sendTogether } from '../../src/http/sending.ts';

/** A server that tells when answers were made (`made 1`) and handed to the connection (`sent 1`). `/bad` makes one that no connection takes. */
function openServer() {
  const app = fastify();
  const told: string[] = [];
  app.get<{ Params: { n: string } }>('/:n', (request, reply) => {
    const { n } = request.params;
    if (n === 'bad') reply.header('x-name', 'two\nlines');
    told.push(`made ${n}`);
    const end = reply.raw.end.bind(reply.raw) as (...sent: unknown[]) => typeof reply.raw;
    reply.raw.end = (...sent: unknown[]) => {
      told.push(`sent ${n}`);
      return end(...sent);
    };
    return reply.send(n);
  });
  app.setErrorHandler((error, _request, reply) => {
    told.push(`refused: ${(error as { code?: string }).code}`);
    return reply.removeHeader('x-name').code(500).send('error');
  });
  sendTogether(app);
  onTestFinished(() => app.close());
  return { app, told, get: async (n: number | string) => (await app.inject(`/${n}`)).body };
}

it('sends what was made in one turn of the event loop at its end, but the first at once', async () => {
  const { app, told, get } = openServer();
  await app.ready();
  const answers = [get(1), get(2), get(3)];
  expect(await Promise.all(answers)).toEqual(['1', '2', '3']);
  expect(told).toEqual(['made 1', 'sent 1', 'made 2', 'made 3', 'sent 2', 'sent 3']);
  expect(await get(4)).toBe('4');
  expect(told.slice(-2)).toEqual(['made 4', 'sent 4']);
});

it('lets no answer wait for more than seven others', async () => {
  const { app, told, get } = openServer();
  await app.ready();
  const asked = Array.from({ length: 10 }, (_, n) => n + 1);
  expect(await Promise.all(asked.map(get))).toEqual(asked.map(String));
  expect(told.slice(9, 12)).toEqual(['made 9', 'sent 2', 'sent 3']);
  expect(told.slice(-3)).toEqual(['sent 9', 'made 10', 'sent 10']);
});

it('makes an error of an answer that cannot be sent, and sends the others', async () => {
  const { app, told, get } = openServer();
  await app.ready();
  expect(await Promise.all([get(1), get('bad'), get(3)])).toEqual(['1', 'error', '3']);
  expect(told).toContain('refused: ERR_INVALID_CHAR');
  expect(told.filter((line) => line.startsWith('sent'))).toHaveLength(3);
  expect(await get('bad')).toBe('error');
});
