import dns from 'node:dns';
import { writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, it, onTestFinished, vi } from 'vitest';
import { listenersOf } from '../../src/http/listeners.ts';
import { reloadTls } from '../../src/http/tls.ts';
import { type MadeCertificate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { ownFolder } from '../support/process.ts';

const ADDRESSES = [
  { address: '127.0.0.1', family: 4 },
  { address: '127.0.0.2', family: 4 },
];

/** Listens on a `localhost` of two addresses, as most machines have; these two are there without IPv6 as well. */
async function listenTwice(settings: Record<string, string> = {}) {
  const { app } = await openPortal(settings);
  const real = dns.lookup;
  const lookup = vi.spyOn(dns, 'lookup');
  lookup.mockImplementation(((name: string, options: dns.LookupAllOptions, done: Found) =>
    name === 'localhost' ? done(null, ADDRESSES) : real(name, options, done)) as typeof dns.lookup);
  onTestFinished(() => lookup.mockRestore());
  const port = Number(new URL(await app.listen({ host: 'localhost', port: 0 })).port);
  return { app, port };
}

type Found = (error: NodeJS.ErrnoException | null, found: dns.LookupAddress[]) => void;

it('on localhost there are two, with the same limits', async () => {
  const { app } = await listenTwice();
  const listeners = listenersOf(app);
  expect(listeners.map((each) => each.address())).toMatchObject(ADDRESSES.map(({ address }) => ({ address })));
  const limits = listeners.map((each) => [
    each.maxConnections,
    each.maxHeadersCount,
    each.headersTimeout,
    each.requestTimeout,
    each.keepAliveTimeout,
    each.timeout,
  ]);
  expect(limits).toEqual([limits[0], limits[0]]);
  expect(limits[0]).toEqual([5_000, 101, 10_000, 120_000, 5_000, 60_000]);
});

it.each(ADDRESSES)('what cannot be read is answered in the same words at $address', async ({ address }) => {
  const { port } = await listenTwice();
  const answer = await new Promise<string>((resolve, reject) => {
    let received = '';
    const socket = connectPlain(port, address, () => socket.write('no request\r\n\r\n'));
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('error', reject).on('close', () => resolve(received));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*The request could not be read\. /);
});

it('all take a renewed certificate', async () => {
  const root = makeRoot();
  const folder = ownFolder();
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const serve = ({ pem, privateKey }: MadeCertificate) => {
    writeFileSync(files.certFile, pem);
    writeFileSync(files.keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  };
  const served = (host: string, port: number) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host, port, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase());
        socket.destroy();
      }).on('error', reject);
    });
  const [first, second] = [makeLeaf(root), makeLeaf(root)];
  serve(first);
  const { app, port } = await listenTwice({ PMP_TLS_CERT_FILE: files.certFile, PMP_TLS_KEY_FILE: files.keyFile });
  const everywhere = () => Promise.all(ADDRESSES.map(({ address }) => served(address, port)));
  expect(await everywhere()).toEqual([first.certificate.fingerprint, first.certificate.fingerprint]);
  serve(second);
  reloadTls(app, files);
  expect(await everywhere()).toEqual([second.certificate.fingerprint, second.certificate.fingerprint]);
});
