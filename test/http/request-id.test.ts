import { expect, it, onTestFinished } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { openPortal } from '../support/portal.ts';
import { Visitor } from '../support/visitor.ts';

/** A portal whose log is kept, each line as it was written. */
async function openLogged() {
  const { config, db } = await openPortal();
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const app = await buildApp({ config, db, logger: { level: 'info', stream } });
  onTestFinished(() => app.close());
  return { guest: new Visitor(app), lines };
}

it('stands in the header of every answer, and on the error page', async () => {
  const { guest } = await openPortal();
  const answers = [
    await guest.get('/login'),
    await guest.get('/chips'),
    await guest.get('/healthz'),
    await guest.post('/login', {}, { origin: 'http://evil.example' }),
    await guest.get('/nowhere'),
  ];
  const ids = answers.map(({ headers }) => String(headers['x-request-id']));
  expect(new Set(ids).size).toBe(answers.length);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(answers.at(-1)?.text()).toContain(ids.at(-1));
});

it('is made by the portal: what a browser sends is not taken over', async () => {
  const { guest } = await openPortal();
  const { headers } = await guest.get('/login', { 'x-request-id': 'mine', 'request-id': 'mine' });
  expect(headers['x-request-id']).not.toBe('mine');
});

it('stands once in every line of the log that the request caused, also in those of the mailer', async () => {
  const { guest, lines } = await openLogged();
  lines.length = 0;
  const { headers } = await guest.post('/forgot-password', { email: 'pia@acme.example' });
  await expect.poll(() => lines.join('')).toMatch(/the mail was written to a file/);
  expect(lines.join('')).toMatch(/"path":"\/forgot-password"/);
  for (const line of lines) {
    expect(line.match(/"reqId"/g)).toEqual(['"reqId"']);
    expect(JSON.parse(line)).toMatchObject({ reqId: headers['x-request-id'] });
  }
});

it('stands in no line that no request caused', async () => {
  const { guest, lines } = await openLogged();
  await guest.get('/login?secret=1');
  const own = lines.filter((line) => !line.includes('"reqId"'));
  for (const line of own) expect(line).not.toContain('/login');
  expect(lines.join('')).not.toContain('secret');
});
