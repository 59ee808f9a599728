import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMailer, mayGoInClear, openTransport } from '../../src/mail/index.ts';
import { addressWithTls } from '../../src/mail/transport.ts';

const LINK = `https://pmp.example.org/reset-password?token=${'a'.repeat(43)}`;
const MAIL = { to: 'pia@acme.example', subject: 'A new password', text: `Hello Pia,\n\n${LINK}\n\n.\nThe portal` };

let dataDir: string;
const lines: { file?: string; message: string }[] = [];
const log = { info: (data: { file?: string }, message: string) => void lines.push({ ...data, message }) };
const mailer = (smtpUrl?: string) =>
  createMailer({
    smtpUrl,
    from: 'pmp@authority.example',
    dataDir,
    log: log as Parameters<typeof createMailer>[0]['log'],
  });

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'pmp-mail-'));
  lines.length = 0;
});
afterEach(() => rmSync(dataDir, { recursive: true }));

test('without a server each mail is a file that only its owner reads, and the log says where', async () => {
  const send = mailer();
  await send(MAIL);
  await send({ ...MAIL, to: 'otto@nordic.example' });
  const outbox = join(dataDir, 'outbox');
  const files = readdirSync(outbox).map((name) => join(outbox, name));
  expect(files).toHaveLength(2);
  expect(statSync(outbox).mode & 0o777).toBe(0o700);
  for (const file of files) {
    expect(file).toMatch(/\.eml$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').split('\r\n')).toContain(LINK);
  }
  expect(lines.map(({ file }) => file).sort()).toEqual(files.sort());
  expect(lines[0]?.message).toContain('PMP_SMTP_URL');
  expect(JSON.stringify(lines)).not.toContain('token=');
});

interface Received {
  readonly commands: string[];
  readonly data: string;
}

/** A mail server without TLS that takes one mail, or refuses the recipient. */
function mailServer(
  refuse: boolean,
): Promise<{ url: string; commands: readonly string[]; received: Promise<Received>; close(): void }> {
  const commands: string[] = [];
  let finish: (received: Received) => void = () => undefined;
  const received = new Promise<Received>((done) => {
    finish = done;
  });
  const server = createServer((socket: Socket) => {
    let buffer = '';
    let data: string | undefined;
    socket.write('220 ready\r\n');
    socket.on('data', (chunk) => {
      buffer += chunk.toString();
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (data === undefined) {
          commands.push(line);
          if (line === 'DATA') data = '';
          const answer = refuse && line.startsWith('RCPT') ? '550 no' : line === 'DATA' ? '354 go' : '250 8BITMIME';
          socket.write(`${line === 'QUIT' ? '221 bye' : answer}\r\n`);
        } else if (line === '.') {
          finish({ commands, data });
          data = undefined;
          socket.write('250 taken\r\n');
        } else data += `${line}\r\n`;
      }
    });
  });
  return new Promise((ready) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      ready({ url: `smtp://127.0.0.1:${port}`, commands, received, close: () => void server.close() });
    });
  });
}

test('with a server it goes there at once, as composed, and nothing is written to disk', async () => {
  const server = await mailServer(false);
  await mailer(server.url)(MAIL);
  const { commands, data } = await server.received;
  server.close();
  expect(commands.find((line) => line.startsWith('MAIL'))).toContain('<pmp@authority.example>');
  expect(commands.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<pia@acme.example>']);
  const sent = data.split('\r\n');
  expect(sent).toContain(LINK);
  expect(sent).toContain('..');
  expect(sent).toContain('Content-Type: text/plain; charset=utf-8');
  expect(readdirSync(dataDir)).toEqual([]);
});

test('a server that refuses, or that is not there, is an error of the one who sends', async () => {
  const server = await mailServer(true);
  await expect(mailer(server.url)(MAIL)).rejects.toThrow(/550/);
  server.close();
  await expect(mailer('smtp://127.0.0.1:1')(MAIL)).rejects.toThrow(/ECONNREFUSED/);
  expect(readdirSync(dataDir)).toEqual([]);
});

test('where TLS is asked for, a server without it gets nothing', async () => {
  const server = await mailServer(false);
  await expect(mailer(`${server.url}?requireTLS=true`)(MAIL)).rejects.toThrow(/STARTTLS|TLS/);
  server.close();
  expect(server.commands.map((line) => line.split(' ')[0])).not.toContain('MAIL');
  expect(server.commands[1]).toBe('STARTTLS');
});

test('a server that says nothing is given up after ten seconds', async () => {
  const { options } = openTransport('smtp://mail.example');
  expect(options).toMatchObject({ connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 });
});

test.each([
  ['smtp://me:secret@mail.example', 'smtp://me:secret@mail.example?requireTLS=true'],
  ['smtp://me@mail.example:587', 'smtp://me@mail.example:587?requireTLS=true'],
  ['smtp://me:secret@192.0.2.1?requireTLS=false', 'smtp://me:secret@192.0.2.1?requireTLS=true'],
  ['smtp://me:secret@127.0.0.1.example', 'smtp://me:secret@127.0.0.1.example?requireTLS=true'],
  ['smtp://me:secret@localhost.example', 'smtp://me:secret@localhost.example?requireTLS=true'],
])('with a password %s asks for TLS', (given, used) => {
  expect(addressWithTls(given)).toBe(used);
  expect(openTransport(given).options).toMatchObject({ requireTLS: true });
  expect(mayGoInClear(given)).toBe(false);
});

test.each([
  'smtps://me:secret@mail.example',
  'smtp://me:secret@127.0.0.1:25',
  'smtp://me:secret@[::1]',
  'smtp://me:secret@localhost',
])('%s is used as it is, and nothing leaves in clear', (given) => {
  expect(addressWithTls(given)).toBe(given);
  expect(mayGoInClear(given)).toBe(false);
});

test('without a password TLS is used where the server has it, or as the address says', () => {
  expect(addressWithTls('smtp://mail.example')).toBe('smtp://mail.example');
  expect(mayGoInClear('smtp://mail.example')).toBe(true);
  expect(mayGoInClear('smtp://mail.example?requireTLS=false')).toBe(true);
  expect(mayGoInClear('smtp://mail.example?requireTLS=true')).toBe(false);
});
