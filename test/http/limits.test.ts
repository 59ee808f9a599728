import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { receiveUpload, takeFiles } from '../../src/http/uploads.ts';
import type { AppError } from '../../src/lib/errors.ts';
import { PASSWORD } from '../support/cast.ts';
import { openPortal } from '../support/portal.ts';
import { Visitor } from '../support/visitor.ts';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function listen(app: FastifyInstance): Promise<number> {
  return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
}

/** Sends some bytes and nothing more. */
async function send(port: number, bytes: string) {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString();
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  socket.write(bytes);
  return { socket, closed, received: () => received };
}

const HEAD = 'GET /login HTTP/1.1\r\nHost: pmp.test\r\n';
const headers = (count: number, value = 'x') =>
  Array.from({ length: count }, (_, n) => `X-${n}: ${value}\r\n`).join('');

it('refuses headers that are too many or too large, and takes what a browser sends', async () => {
  const { app } = await openPortal();
  const port = await listen(app);
  const many = await send(port, `${HEAD}${headers(100)}\r\n`);
  await expect.poll(many.received).toMatch(/^HTTP\/1\.1 400 [\s\S]*<\/html>/);
  expect(many.received()).toMatch(/^content-security-policy: /im);
  const large = await send(port, `${HEAD}${headers(40, 'x'.repeat(500))}\r\n`);
  await expect.poll(large.received).toMatch(/^HTTP\/1\.1 431 [\s\S]*The request is too large\. /);
  const some = await send(port, `${HEAD}${headers(90, 'x'.repeat(100))}\r\n`);
  await expect.poll(some.received).toMatch(/^HTTP\/1\.1 200 /);
});

it('refuses what names no host by a page with its id, and passes over an expectation that it does not know', async () => {
  const { app } = await openPortal();
  const port = await listen(app);
  const nameless = await send(port, 'GET /login HTTP/1.1\r\n\r\n');
  await expect.poll(nameless.received).toMatch(/^HTTP\/1\.1 400 [\s\S]*<\/html>/);
  expect(nameless.received()).toMatch(/^x-request-id: [\w-]{36}\r$/im);
  expect(nameless.received()).toMatch(/^content-security-policy: /im);
  const old = await send(port, 'GET /healthz HTTP/1.0\r\n\r\n');
  await expect.poll(old.received).toMatch(/^HTTP\/1\.1 200 /);
  const expecting = await send(port, `${HEAD}Expect: something\r\n\r\n`);
  await expect.poll(expecting.received).toMatch(/^HTTP\/1\.1 200 /);
});

it('refuses a form that is too large', async () => {
  const { guest } = await openPortal();
  const answer = await guest.post('/login', { identifier: 'x'.repeat(300 * 1024), password: 'y' });
  expect(answer.status).toBe(413);
  expect(answer.$('h1').length).toBe(1);
});

it('ends connections whose headers never come to an end, or never begin', { timeout: 30_000 }, async () => {
  const { app } = await openPortal();
  const port = await listen(app);
  const slow = await send(port, HEAD);
  const silent = await send(port, '');
  const drip = setInterval(() => slow.socket.write('X'), 500);
  await Promise.all([slow.closed, silent.closed]);
  clearInterval(drip);
  expect(slow.received()).toMatch(/^HTTP\/1\.1 408 [\s\S]*The request took too long\. /);
});

it('lets some passwords be hashed at once, some more wait, and tells the others when to come back', async () => {
  const { guest } = await openPortal();
  const form = { identifier: 'pia', password: PASSWORD };
  const answers = await Promise.all(Array.from({ length: 130 }, () => guest.post('/login', form)));
  const refused = answers.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(100);
  for (const answer of refused) expect(answer.headers['retry-after']).toBe('5');
  expect(answers.filter(({ status }) => status === 303).length).toBe(130 - refused.length);
  expect((await guest.post('/login', form)).status).toBe(303);
});

/** A bare server whose work on a file lasts until it is told to end. */
async function openUploads() {
  const app = fastify();
  app.decorate('requireInPlace', () => {});
  app.setErrorHandler<AppError>((error, _request, reply) => reply.code(503).send(`${error.kind} ${error.retryAfter}`));
  const work = Promise.withResolvers<void>();
  let working = 0;
  takeFiles(app, (routes) => {
    routes.post('/', async (request) => {
      await receiveUpload(request, 1024);
      working += 1;
      await work.promise;
      return 'judged';
    });
  });
  onTestFinished(() => app.close());
  return { app, visitor: new Visitor(app), end: work.resolve, working: () => working };
}

const FILE = { name: 'leaf.pem', bytes: 'any' };

it('works on some files at once, lets some more wait, and tells the others when to come back', async () => {
  const { visitor, end, working } = await openUploads();
  const answers = Array.from({ length: 80 }, () => visitor.upload('/', FILE));
  await expect.poll(working).toBe(24);
  const early = await Promise.race(answers);
  expect([early.status, early.body]).toEqual([503, 'unavailable 5']);
  end();
  const bodies = (await Promise.all(answers)).map(({ body }) => body);
  expect(bodies.filter((body) => body === 'judged').length).toBe(74);
  expect((await visitor.upload('/', FILE)).body).toBe('judged');
});

it('gives the turns of those who went away to others', async () => {
  const { app, visitor, end, working } = await openUploads();
  const port = await listen(app);
  const body = '--b\r\nContent-Disposition: form-data; name="certificate"; filename="a"\r\n\r\nx\r\n--b--\r\n';
  const head = `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length}\r\n\r\n`;
  const gone = await Promise.all(Array.from({ length: 28 }, () => send(port, head + body)));
  await expect.poll(working).toBe(24);
  for (const { socket } of gone) socket.destroy();
  end();
  await expect.poll(working).toBe(28);
  const answers = await Promise.all(Array.from({ length: 74 }, () => visitor.upload('/', FILE)));
  expect(answers.map(({ body }) => body)).toEqual(answers.map(() => 'judged'));
});

it('lets nobody wait for somebody who sends slowly', async () => {
  const { app, visitor, end } = await openUploads();
  end();
  const port = await listen(app);
  const head =
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 999\r\n\r\n';
  await Promise.all(Array.from({ length: 80 }, () => send(port, `${head}--b\r\nContent-Disposition: form-data; `)));
  expect((await visitor.upload('/', FILE)).body).toBe('judged');
});
