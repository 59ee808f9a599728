import { chmodSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { connect, type SecureVersion, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ConfigError, type TlsFiles } from '../../src/config.ts';
import { readTls } from '../../src/http/tls.ts';
import { now } from '../../src/lib/clock.ts';
import { DAY } from '../../src/lib/durations.ts';
import { type MadeCertificate, makeIntermediate, makeLeaf, makeRoot, type Overrides } from '../support/certificates.ts';
import { generalName, subjectAltName } from '../support/extensions.ts';
import { openPortal } from '../support/portal.ts';
import { ownFolder, startProcess } from '../support/process.ts';

const root = makeRoot();
const between = makeIntermediate(root);

function serverCertificate(overrides: Overrides = {}): MadeCertificate {
  const extensions = [subjectAltName(generalName.dns('pmp.test'))];
  return makeLeaf(between, { subject: { CN: 'pmp.test' }, extensions, ...overrides });
}

const keyPem = ({ privateKey }: MadeCertificate) => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Writes a pair of files as the operator would. */
function files(certificate: string, key: string): TlsFiles {
  const folder = ownFolder();
  const pair = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  replace(pair, certificate, key);
  return pair;
}

function replace({ certFile, keyFile }: TlsFiles, certificate: string, key: string): void {
  writeFileSync(certFile, certificate);
  writeFileSync(keyFile, key, { mode: 0o600 });
}

function complaint(certificate: string, key: string): string {
  try {
    readTls(files(certificate, key));
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
}

describe('the files of the certificate', () => {
  const good = serverCertificate();

  it('are taken: a chain, a key of each kind, and when the first of the chain ends', () => {
    for (const key of ['P-256', 'P-384', 'rsa-2048', 'Ed25519'] as const) {
      const leaf = serverCertificate({ key });
      expect(complaint(leaf.pem + between.pem, keyPem(leaf)), key).toBe('');
    }
    const notAfter = Math.floor((now() + 9 * DAY) / 1000) * 1000;
    const leaf = serverCertificate({ notAfter });
    expect(readTls(files(`a comment\n${leaf.pem}\n${between.pem}`, keyPem(leaf))).endsAt).toBe(notAfter);
  });

  const encrypted = good.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
  const ended = serverCertificate({ notBefore: now() - 9 * DAY, notAfter: now() - DAY });
  const early = serverCertificate({ notBefore: now() + DAY, notAfter: now() + 9 * DAY });
  const endedCa = makeIntermediate(root, { notBefore: now() - 9 * DAY, notAfter: now() - DAY });
  const weak = serverCertificate({ key: 'rsa-1024' });
  it.each([
    ['no certificate', keyPem(good), keyPem(good), /^PMP_TLS_CERT_FILE holds no PEM certificate/],
    [
      'a broken certificate',
      good.pem.replace(/\n.{9}/, '\nAAAAAAAAA'),
      keyPem(good),
      /^PMP_TLS_CERT_FILE .* cannot be read/,
    ],
    ['one that ended', ended.pem, keyPem(ended), /^PMP_TLS_CERT_FILE: .*CN=pmp\.test ended on \d{4}-/],
    ['one that has not begun', early.pem, keyPem(early), /^PMP_TLS_CERT_FILE: .*CN=pmp\.test is valid from \d{4}-/],
    ['a chain of which one ended', good.pem + endedCa.pem, keyPem(good), /^PMP_TLS_CERT_FILE: .*Issuing CA.* ended/],
    ['no key', good.pem, good.pem, /^PMP_TLS_KEY_FILE holds no PEM private key/],
    ['an encrypted key', good.pem, String(encrypted), /^PMP_TLS_KEY_FILE is encrypted/],
    ['the key of another', good.pem, keyPem(ended), /^PMP_TLS_KEY_FILE is not the key/],
    ['the chain upside down', between.pem + good.pem, keyPem(good), /^PMP_TLS_KEY_FILE is not the key/],
    ['a key too weak', weak.pem, keyPem(weak), /^PMP_TLS_CERT_FILE, PMP_TLS_KEY_FILE cannot be used/],
  ])('are refused: %s', (_what, certificate, key, says) => {
    const said = complaint(certificate, key);
    expect(said).toMatch(says);
    expect(said).not.toContain('PRIVATE KEY-----');
  });

  it('are named when they are not there', async () => {
    const pair = files(good.pem, keyPem(good));
    expect(() => readTls({ ...pair, certFile: '/nowhere' })).toThrow(/^PMP_TLS_CERT_FILE cannot be read/);
    expect(() => readTls({ ...pair, keyFile: '/nowhere' })).toThrow(/^PMP_TLS_KEY_FILE cannot be read/);
    for (const file of ['/dev/zero', '/tmp'])
      expect(() => readTls({ ...pair, certFile: file })).toThrow(
        `PMP_TLS_CERT_FILE cannot be read: ${file} is not a file`,
      );
    const settings = { PMP_TLS_CERT_FILE: '/nowhere', PMP_TLS_KEY_FILE: pair.keyFile };
    await expect(openPortal(settings)).rejects.toThrow(/^PMP_TLS_CERT_FILE/);
  });

  it.each([
    [0o600, false],
    [0o640, false],
    [0o644, true],
    [0o604, true],
  ])('should not be read by everybody, as far as the key goes: mode %o', (mode, exposed) => {
    const pair = files(good.pem, keyPem(good));
    chmodSync(pair.keyFile, mode);
    expect(readTls(pair).keyIsExposed).toBe(exposed);
  });
});

/** Connects, trusting our root alone. */
function handshake(port: number, options: { maxVersion?: SecureVersion; ciphers?: string } = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const target = { host: '127.0.0.1', port, servername: 'pmp.test', ca: root.pem, ...options };
    const socket = connect(target, () => resolve(socket));
    socket.on('error', reject);
  });
}

function fingerprintOf(socket: TLSSocket): string {
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256.replaceAll(':', '').toLowerCase();
}

function answerOf(
  address: string,
): Promise<{ status?: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  return new Promise((resolve, reject) => {
    const target = { ca: root.pem, servername: 'pmp.test', agent: false, headers: { host: 'pmp.test' } };
    get(address, target, async (response) => {
      let body = '';
      for await (const chunk of response) body += String(chunk);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    }).on('error', reject);
  });
}

describe('the portal by HTTPS', () => {
  it('is reached with the whole chain, by TLS 1.2 and 1.3 with forward secrecy; cookies are Secure, HSTS is sent', async () => {
    const leaf = serverCertificate({ key: 'rsa-2048' });
    const pair = files(leaf.pem + between.pem, keyPem(leaf));
    const { app, visitor } = await openPortal({ PMP_TLS_CERT_FILE: pair.certFile, PMP_TLS_KEY_FILE: pair.keyFile });
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    expect(address).toMatch(/^https:/);
    const port = Number(new URL(address).port);
    expect(fingerprintOf(await handshake(port))).toBe(leaf.certificate.fingerprint);
    expect(fingerprintOf(await handshake(port, { maxVersion: 'TLSv1.2' }))).toBe(leaf.certificate.fingerprint);
    const old = { maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(handshake(port, old)).rejects.toThrow();
    const fixed = { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256:AES256-SHA' } as const;
    await expect(handshake(port, fixed)).rejects.toThrow();
    const page = await answerOf(`${address}/login`);
    expect(page.status).toBe(200);
    expect(page.headers['strict-transport-security']).toContain('max-age=31536000');
    const signedIn = visitor();
    const answer = await signedIn.post(
      '/login',
      { identifier: 'pia', password: 'a long pass phrase 7' },
      { origin: 'https://pmp.test' },
    );
    expect(answer.status).toBe(303);
    expect(String(answer.headers['set-cookie'])).toMatch(/__Host-\S+=\S+;.*Secure/);
  });

  it('takes a renewed certificate on SIGHUP without a restart, and keeps the present one when the new pair is bad', {
    timeout: 90_000,
  }, async () => {
    const leaf = serverCertificate();
    const renewed = serverCertificate({ notAfter: now() + 90 * DAY });
    const pair = files(leaf.pem + between.pem, keyPem(leaf));
    const portal = startProcess({ PMP_TLS_CERT_FILE: pair.certFile, PMP_TLS_KEY_FILE: pair.keyFile });
    const address = await portal.address();
    const port = Number(new URL(address).port);
    expect((await answerOf(`${address}/readyz`)).body).toBe('ok');
    replace(pair, renewed.pem + between.pem, keyPem(renewed));
    portal.child.kill('SIGHUP');
    await portal.says(new RegExp(new Date(renewed.certificate.notAfter).toISOString()));
    expect(fingerprintOf(await handshake(port))).toBe(renewed.certificate.fingerprint);
    await expect(handshake(port, { maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow();
    writeFileSync(pair.keyFile, keyPem(leaf));
    chmodSync(pair.keyFile, 0o644);
    portal.child.kill('SIGHUP');
    await portal.says(/stays as it was: PMP_TLS_KEY_FILE/);
    expect(fingerprintOf(await handshake(port))).toBe(renewed.certificate.fingerprint);
    replace(pair, leaf.pem + between.pem, keyPem(leaf));
    portal.child.kill('SIGHUP');
    await portal.says(/everybody on this host can read PMP_TLS_KEY_FILE/);
    expect(fingerprintOf(await handshake(port))).toBe(leaf.certificate.fingerprint);
    portal.child.kill('SIGTERM');
    expect((await portal.ended).code).toBe(0);
    expect(portal.output()).not.toContain('PRIVATE KEY');
  });
});
