import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { openPortal } from '../support/portal.ts';
import { Visitor } from '../support/visitor.ts';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly path?: string;
  readonly [name: string]: unknown;
}

const [INFO, WARNING] = [30, 40];

/** The cast's portal with a log that is kept. */
async function openLogged(settings: Record<string, string> = {}) {
  const portal = await openPortal(settings);
  const lines: Line[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const app = await buildApp({ config: portal.config, db: portal.db, logger: { level: 'info', stream } });
  onTestFinished(() => app.close());
  const as = (visitor: Visitor) => new Visitor(app, visitor.cookies);
  const lineOf = (path: string) => lines.findLast((line) => line.path === path);
  return { ...portal, app, lines, lineOf, ada: as(portal.ada), pia: as(portal.pia), guest: new Visitor(app) };
}

it('tells who and from where, by id and address alone', async () => {
  const { pia, idOf, lineOf, lines } = await openLogged({ PMP_TRUST_PROXY: '127.0.0.1' });
  await pia.get('/chips', { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-host': 'pmp.test' });
  expect(lineOf('/chips')).toMatchObject({
    level: INFO,
    msg: 'request',
    status: 200,
    ip: '192.0.2.7',
    person: idOf('pia'),
  });
  expect(lineOf('/chips')).not.toHaveProperty('codes');
  expect(JSON.stringify(lines)).not.toMatch(/pia@|"pia"|Rao|Acme/);
});

it('passes over who hung up before being heard', async () => {
  const { app, lines } = await openLogged({ PMP_RATE_LIMIT: '1000' });
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  app.server.once('connection', (socket) => socket.once('data', () => socket.destroy()));
  const gone = connect(Number(port), '127.0.0.1', () => gone.write('GET /login HTTP/1.1\r\nHost: pmp.test\r\n\r\n'));
  await once(gone, 'close');
  const answer = await fetch(`http://127.0.0.1:${port}/login`);
  expect(answer.status).toBe(200);
  expect(lines.filter(({ path, msg }) => path !== undefined || msg === 'unexpected error')).toHaveLength(1);
});

it('names nobody where nobody is signed in', async () => {
  const { guest, lineOf } = await openLogged();
  await guest.post('/login', { identifier: 'pia', password: 'wrong' });
  expect(lineOf('/login')).toMatchObject({ level: INFO, status: 422, ip: '127.0.0.1', codes: ['PMP-AU-001'] });
  expect(lineOf('/login')).not.toHaveProperty('person');
});

it.each([
  ['the page of another role', 'GET', '/trust-store', {}, 403, ['KER-ATH-403']],
  [
    'a thing that is not there, or not theirs',
    'GET',
    '/chips/00000000-0000-4000-8000-000000000000',
    {},
    404,
    undefined,
  ],
  ['a change caused by another site', 'POST', '/logout', { origin: 'https://evil.example' }, 403, ['PMP-AU-005']],
] as const)('warns of %s', async (_, method, path, headers, status, codes) => {
  const { pia, idOf, lineOf } = await openLogged();
  expect((await pia.send(method, path, headers)).status).toBe(status);
  const refused = { level: WARNING, msg: 'request refused', method, status, person: idOf('pia'), ip: '127.0.0.1' };
  expect(lineOf(path)).toMatchObject(codes === undefined ? refused : { ...refused, codes });
});

it('warns of an address that asks too often', async () => {
  const { guest, lineOf } = await openLogged({ PMP_RATE_LIMIT: '1' });
  await guest.get('/login');
  expect(lineOf('/login')?.level).toBe(INFO);
  await guest.get('/login');
  expect(lineOf('/login')).toMatchObject({ level: WARNING, status: 429, codes: ['PMP-AU-002'] });
});

it('does not warn of addresses that lead nowhere, nor of the way to the sign-in', async () => {
  const { pia, guest, lineOf } = await openLogged();
  await pia.get('/nowhere');
  expect(lineOf('/nowhere')).toMatchObject({ level: INFO, status: 404 });
  await guest.get('/chips');
  expect(lineOf('/chips')).toMatchObject({ level: INFO, status: 303 });
});
