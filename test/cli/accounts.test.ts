import { describe, expect, it } from 'vitest';
import { pmp, startServer, temporaryFolder } from './support.ts';

const ADD = ['admin', 'add', '--username', 'zoe', '--email', 'zoe@authority.example'];
const PASSWORD = 'quite a long pass phrase';

describe('pmp admin add', () => {
  it('adds an admin, who signs in with the password that was asked for', async () => {
    const place = temporaryFolder();
    expect(await pmp(ADD, { ...place, secret: PASSWORD })).toMatchObject({ code: 0, err: '' });
    const { app, db } = await startServer(place.dataDir, { PMP_BACKUP_KEEP: '0' });
    const answer = await app.inject({
      method: 'POST',
      url: '/login',
      headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ identifier: 'zoe', password: PASSWORD }).toString(),
    });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/']);
    expect(db.$client.prepare("SELECT actor FROM audit_entries WHERE action = 'admin.create'").pluck().all()).toEqual([
      'system',
    ]);
  });

  it('holds to the rules of accounts', async () => {
    const place = temporaryFolder();
    const weak = await pmp(ADD, { ...place, secret: 'short' });
    expect([weak.code, weak.err]).toEqual([1, expect.stringMatching(/^password: .*PMP-FV-002/)]);
    const long = await pmp([...ADD, '--first-name', 'x'.repeat(1000)], { ...place, secret: PASSWORD });
    expect([long.code, long.err]).toEqual([1, expect.stringMatching(/^first-name: /)]);
    await pmp(ADD, { ...place, secret: PASSWORD });
    const twice = await pmp(ADD, { ...place, secret: PASSWORD });
    expect([twice.code, twice.err]).toEqual([1, expect.stringContaining('PMS_PRT_0')]);
  });

  it('takes the password from a file', async () => {
    const place = temporaryFolder();
    const file = place.file('password', `${PASSWORD}\n`);
    expect((await pmp([...ADD, '--password-file', file], place)).code).toBe(0);
    expect(await pmp([...ADD, '--password-file', '/nowhere'], place)).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be read'),
    });
  });
});

describe('pmp setup-link', () => {
  it('prints a link that works, until there is an admin', async () => {
    const place = temporaryFolder();
    const { app } = await startServer(place.dataDir, { PMP_BACKUP_KEEP: '0' });
    const first = await pmp(['setup-link'], place);
    const second = await pmp(['setup-link'], place);
    const pathOf = (out: string) => out.trim().replace(/^https?:\/\/[^/]+/, '');
    expect((await app.inject(pathOf(first.out))).statusCode).toBe(410);
    expect((await app.inject(pathOf(second.out))).statusCode).toBe(200);
    await pmp(ADD, { ...place, secret: PASSWORD });
    expect(await pmp(['setup-link'], place)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('There is an admin already'),
    });
  });
});

describe('pmp reset-link', () => {
  it('prints a link for a new password, by username or address; the trail says so', async () => {
    const place = temporaryFolder();
    await pmp(ADD, { ...place, secret: PASSWORD });
    const { app, db } = await startServer(place.dataDir, { PMP_BACKUP_KEEP: '0' });
    for (const name of ['ZOE', 'zoe@authority.example']) {
      const { code, out } = await pmp(['reset-link', name], place);
      expect(code).toBe(0);
      expect((await app.inject(out.trim().replace(/^https?:\/\/[^/]+/, ''))).statusCode).toBe(200);
    }
    expect(
      db.$client.prepare("SELECT actor FROM audit_entries WHERE action = 'password.request-link'").pluck().all(),
    ).toEqual(['system', 'system']);
  });

  it('says when there is nobody of that name', async () => {
    const place = temporaryFolder();
    await pmp(ADD, { ...place, secret: PASSWORD });
    expect(await pmp(['reset-link', 'nobody'], place)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('no account nobody'),
    });
  });
});
