import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { ownFolder, startProcess } from '../support/process.ts';

/** Far more than the 2 s that are promised, on a busy computer too; a request that never ends would take two minutes. */
const SOON = 15_000;

vi.setConfig({ testTimeout: 90_000 });

const BODY = 'identifier=nobody&password=a+long+pass+phrase';

/** Sends a sign-in of which the last byte is missing. */
async function beginSignIn(address: string): Promise<{ finish(): void; answer: Promise<IncomingMessage | undefined> }> {
  const begun = request(`${address}/login`, {
    method: 'POST',
    agent: new Agent({ keepAlive: true }),
    headers: {
      origin: address,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(BODY.length),
    },
  });
  const answer = new Promise<IncomingMessage | undefined>((resolve) => {
    begun.on('response', resolve);
    begun.on('error', () => resolve(undefined));
  });
  begun.write(BODY.slice(0, -1));
  // What is asked after it was sent is answered after it was received.
  await answerTo(address, '/healthz');
  return { finish: () => begun.end(BODY.slice(-1)), answer };
}

async function answerTo(
  address: string,
  path: string,
  agent = new Agent(),
): Promise<{ status?: number; body: string }> {
  const [response] = (await once(get(address + path, { agent }), 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, body };
}

async function open(address: string): Promise<Socket> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

it.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: answers what is in flight and ends with 0, idle browsers or not',
  async (signal) => {
    const portal = startProcess();
    const address = await portal.address();
    const idle = new Agent({ keepAlive: true });
    await answerTo(address, '/login', idle);
    const silent = await open(address);
    const inFlight = await beginSignIn(address);
    const since = performance.now();
    portal.child.kill(signal);
    await portal.says(/"msg":"the portal ends"/);
    inFlight.finish();
    const answer = await inFlight.answer;
    expect([answer?.statusCode, answer?.headers.connection]).toEqual([422, 'close']);
    const { code } = await portal.ended;
    expect(code).toBe(0);
    expect(performance.now() - since).toBeLessThan(SOON);
    silent.destroy();
    idle.destroy();
  },
);

it('cuts off a request that never ends', async () => {
  const portal = startProcess();
  const inFlight = await beginSignIn(await portal.address());
  const since = performance.now();
  portal.child.kill('SIGTERM');
  expect((await portal.ended).code).toBe(0);
  expect(performance.now() - since).toBeLessThan(SOON);
  expect(await inFlight.answer).toBeUndefined();
  expect(portal.output()).not.toMatch(/"level":[56]0/);
});

it('is not ready any more from the moment of the signal, and ends at once at a second one', async () => {
  const portal = startProcess();
  const address = await portal.address();
  // Two requests on one connection, the second sent while the first holds the end up.
  const socket = await open(address);
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString();
  });
  const head = `Host: ${new URL(address).host}\r\n`;
  socket.write(`GET /readyz HTTP/1.1\r\n${head}\r\nGET /readyz HTTP/1.1\r\n${head}`);
  await expect.poll(() => received).toMatch(/^HTTP\/1\.1 200 [\s\S]*ok$/);
  portal.child.kill('SIGTERM');
  await portal.says(/"msg":"the portal ends"/);
  received = '';
  socket.write('\r\n');
  await expect.poll(() => received).toMatch(/^HTTP\/1\.1 503 [\s\S]*not ready$/);
  const stuck = startProcess();
  const inFlight = await beginSignIn(await stuck.address());
  stuck.child.kill('SIGTERM');
  await stuck.says(/"msg":"the portal ends"/);
  // The first ones belong to the same Ctrl-C.
  const again = setInterval(() => stuck.child.kill('SIGINT'), 50);
  expect((await stuck.ended).code).toBe(1);
  clearInterval(again);
  expect(await inFlight.answer).toBeUndefined();
});

it('lives through SIGHUP without files to read again', async () => {
  const portal = startProcess();
  const address = await portal.address();
  portal.child.kill('SIGHUP');
  await portal.says(/there is nothing to read again/);
  expect((await answerTo(address, '/readyz')).body).toBe('ok');
});

it('lives through SIGUSR1 and SIGUSR2, and opens no debugger', async () => {
  const portal = startProcess();
  const address = await portal.address();
  portal.child.kill('SIGUSR1');
  portal.child.kill('SIGUSR2');
  expect((await answerTo(address, '/readyz')).body).toBe('ok');
  portal.child.kill('SIGTERM');
  expect((await portal.ended).code).toBe(0);
  expect(portal.output()).not.toMatch(/debugger/i);
});

/** A portal that is being started: it waits for its passphrase. */
async function starting() {
  const folder = ownFolder();
  const pipe = join(folder, 'pipe');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  const portal = startProcess({ PMP_KEY_PASSPHRASE_FILE: pipe, PMP_DATA_DIR: join(folder, 'data') });
  // Opened as soon as the portal has opened it.
  const file = await openFile(pipe, 'w');
  const goOn = async () => {
    await file.write('passphrase of the tests');
    await file.close();
  };
  return { portal, dataDir: join(folder, 'data'), goOn };
}

it('lives through SIGHUP while it starts', async () => {
  const { portal, goOn } = await starting();
  portal.child.kill('SIGHUP');
  await goOn();
  expect((await answerTo(await portal.address(), '/readyz')).body).toBe('ok');
});

it.each(['SIGTERM', 'SIGINT'] as const)('%s while it starts: ends with 0, before it makes anything', async (signal) => {
  const { portal, dataDir, goOn } = await starting();
  portal.child.kill(signal);
  await goOn();
  const { code, output } = await portal.ended;
  expect([code, output]).toEqual([0, '']);
  expect(existsSync(join(dataDir, 'pmp.sqlite'))).toBe(false);
});
