import { once } from 'node:events';
import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Recorder } from '../../scripts/bench/prepared.ts';
import { lockDirectory } from '../../src/db/index.ts';
import { startServer, temporaryFolder, withDatabase } from '../cli/support.ts';
import { openPortal } from '../support/portal.ts';
import { Visitor } from '../support/visitor.ts';

test('both answer plain ok to everybody while the portal can work', async () => {
  const { guest } = await openPortal();
  for (const path of ['/healthz', '/readyz']) {
    const answer = await guest.get(path);
    expect({ status: answer.status, body: answer.body, type: answer.headers['content-type'] }, path).toEqual({
      status: 200,
      body: 'ok',
      type: 'text/plain; charset=utf-8',
    });
  }
});

test('without its database the portal is alive, but not ready', async () => {
  const { guest, db } = await openPortal();
  db.$client.close();
  expect((await guest.get('/healthz')).status).toBe(200);
  const answer = await guest.get('/readyz');
  expect({ status: answer.status, body: answer.body }).toEqual({ status: 503, body: 'not ready' });
});

test('tells nothing to a signed-in person that it does not tell others, and sets no cookie', async () => {
  const { pia } = await openPortal();
  const answer = await pia.get('/readyz');
  expect(answer.body).toBe('ok');
  expect(answer.headers['set-cookie']).toBeUndefined();
});

test('an upload that was begun before the database was moved away is refused', async () => {
  const { app, pia, dataDir } = await openPortal({}, 'on disk');
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const recorder = new Recorder();
  await new Visitor(recorder, pia.cookies).upload('/partner-certificate', { name: 'a.pem', bytes: 'x'.repeat(500) });
  const [request = Buffer.alloc(0)] = recorder.requests;
  const socket = connect(Number(port), '127.0.0.1', () => socket.write(request.subarray(0, -300)));
  const begun = Promise.withResolvers<void>();
  app.server.once('request', () => setImmediate(begun.resolve));
  await begun.promise;
  renameSync(join(dataDir, 'pmp.sqlite'), join(dataDir, 'moved.sqlite'));
  socket.write(request.subarray(-300));
  const [answer] = await once(socket, 'data');
  socket.destroy();
  expect(String(answer)).toMatch(/^HTTP\/1\.1 503 /);
});

test('a database that was moved away or replaced takes no change, and the portal is not ready', async () => {
  const { ada, guest, dataDir, db } = await openPortal({}, 'on disk');
  const [database, moved] = [join(dataDir, 'pmp.sqlite'), join(dataDir, 'moved.sqlite')];
  const languageOf = db.$client.prepare("SELECT language FROM accounts WHERE username = 'ada'").pluck();
  const tryBoth = async () => {
    // It is looked for once in a turn of the event loop.
    await nextTurn();
    const change = () => ada.post('/language', { language: 'fr', back: '/' });
    return [(await guest.get('/readyz')).status, (await change()).status];
  };
  renameSync(database, moved);
  expect(await tryBoth()).toEqual([503, 503]);
  copyFileSync(moved, database);
  expect(await tryBoth()).toEqual([503, 503]);
  expect(languageOf.get()).toBe('en');
  expect((await ada.get('/')).status).toBe(200);
  rmSync(database);
  renameSync(moved, database);
  expect(await tryBoth()).toEqual([200, 303]);
  expect(languageOf.get()).toBe('fr');
});

test.each(['pmp.sqlite-wal', 'pmp.sqlite-shm', 'lock'])('without %s no change is taken either', async (name) => {
  const { dataDir } = temporaryFolder();
  onTestFinished(lockDirectory(dataDir));
  const guest = new Visitor((await startServer(dataDir, { PMP_BACKUP_KEEP: '0' })).app);
  const ask = async () => {
    await nextTurn();
    const change = await guest.post('/language', { language: 'fr', back: '/' });
    return [(await guest.get('/readyz')).status, change.status];
  };
  expect(await ask()).toEqual([200, 303]);
  const file = join(dataDir, name);
  renameSync(file, `${file}.moved`);
  expect(await ask()).toEqual([503, 503]);
  renameSync(`${file}.moved`, file);
  expect(await ask()).toEqual([200, 303]);
});

test('what was acknowledged before the log was taken away is there after the end', async () => {
  const { dataDir, db, pia } = await openPortal({}, 'on disk');
  expect((await pia.post('/language', { language: 'fr', back: '/' })).status).toBe(303);
  rmSync(join(dataDir, 'pmp.sqlite-wal'));
  db.$client.close();
  const language = withDatabase(dataDir, ({ $client }) =>
    $client.prepare("SELECT language FROM accounts WHERE username = 'pia'").pluck().get(),
  );
  expect(language).toBe('fr');
});
