import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeRoot, toPemText } from '../support/certificates.ts';
import { openssl } from '../support/openssl.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { expectRefused, expectTrailRefusal } from '../support/refusal.ts';
import { hasTool } from '../support/tools.ts';
import { DOORS } from './doors.ts';

const made = makeRoot({ key: 'P-256' });
const der = (type: 'pkcs8' | 'sec1') => Buffer.from(made.privateKey.export({ type, format: 'der' } as never));
const pem = (type: 'pkcs8' | 'sec1') => String(made.privateKey.export({ type, format: 'pem' } as never));
const rsa = makeRoot({ key: 'rsa-2048' }).privateKey;

/** The secret number itself, which no copy of the key can be without. */
const SECRET = Buffer.from(String((made.privateKey.export({ format: 'jwk' }) as { d: string }).d), 'base64url');

/** Whether bytes, or their base64 or hex, stand anywhere in the database or the data directory. */
function isKeptIn(portal: Portal, bytes: Buffer): boolean {
  const files = readdirSync(portal.dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const contents = [
    portal.db.$client.serialize(),
    ...files.map((entry) => readFileSync(join(entry.parentPath, entry.name))),
  ];
  // Base64 has three alignments; of each the part that does not depend on its neighbours.
  const base64 = [0, 1, 2].map((skip) => bytes.subarray(skip, skip + 27).toString('base64'));
  const needles = [bytes, ...[...base64, bytes.toString('hex')].map((text) => Buffer.from(text))];
  return contents.some((content) => needles.some((needle) => content.includes(needle)));
}

const FILES: readonly [what: string, bytes: Buffer | string][] = [
  ['PKCS#8', pem('pkcs8')],
  ['PKCS#8 as DER', der('pkcs8')],
  ['SEC 1', pem('sec1')],
  ['SEC 1 as DER', der('sec1')],
  ['PKCS#1', String(rsa.export({ type: 'pkcs1', format: 'pem' }))],
  ['PKCS#1 as DER', Buffer.from(rsa.export({ type: 'pkcs1', format: 'der' }))],
  [
    'encrypted PKCS#8',
    String(made.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })),
  ],
  ['behind the certificate', `${made.pem}${pem('pkcs8')}`],
  ['before the certificate', `${pem('pkcs8')}${made.pem}`],
  ['after a hundred certificates', `${made.pem.repeat(100)}${pem('pkcs8')}`],
  ['with CRLF', `${made.pem}${pem('pkcs8')}`.replaceAll('\n', '\r\n')],
  ['OpenSSH', toPemText(Buffer.concat([Buffer.from('openssh-key-v1\0'), SECRET]), 'OPENSSH PRIVATE KEY')],
  ['JKS', Buffer.concat([Buffer.from('feedfeed0000000200000001', 'hex'), SECRET])],
];

describe.each(DOORS)('a private key sent to $address (PMP-UP-004)', (door) => {
  it.each(FILES.filter(([, bytes]) => bytes.length <= door.limit))(
    'is refused and kept nowhere: %s',
    async (_what, bytes) => {
      const portal = await openPortal();
      const answer = await door.upload(portal, { name: 'key.pem', bytes });
      expectRefused(answer, ['PMP-UP-004'], 'Treat this key as exposed', 'neither stored nor logged');
      expect(isKeptIn(portal, SECRET)).toBe(false);
      const actor = door.address === '/trust-store' ? 'ada' : 'pia';
      expectTrailRefusal(portal.trail(), { actor, action: door.action, code: 'PMP-UP-004' });
    },
  );
});

it('would be found if it were kept', async () => {
  const portal = await openPortal();
  expect(isKeptIn(portal, SECRET)).toBe(false);
  writeFileSync(join(portal.dataDir, 'leak'), pem('sec1'));
  expect(isKeptIn(portal, SECRET)).toBe(true);
});

describe.runIf(hasTool('openssl'))('what openssl makes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pmp-openssl-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);
  const make = (file: string, args: readonly string[]) => {
    const { status, output } = openssl([...args, '-out', path(file)]);
    expect(output, String(status)).not.toMatch(/error/i);
    return readFileSync(path(file));
  };
  writeFileSync(path('key'), pem('pkcs8'));
  writeFileSync(path('certificate'), made.pem);
  writeFileSync(path('index'), '');
  writeFileSync(
    path('conf'),
    `[ca]\ndefault_ca=d\n[d]\ndatabase=${path('index')}\ndefault_md=sha256\ndefault_crl_days=9\n`,
  );
  const request = ['req', '-new', '-key', path('key'), '-subj', '/CN=x'];
  const list = ['ca', '-gencrl', '-config', path('conf'), '-keyfile', path('key'), '-cert', path('certificate')];
  const store = ['pkcs12', '-export', '-inkey', path('key'), '-in', path('certificate'), '-passout', 'pass:x'];

  it.each<[string, readonly string[], string, string]>([
    ['a certificate request', request, 'PMP-UP-005', 'certificate request'],
    ['a certificate request as DER', [...request, '-outform', 'DER'], 'PMP-UP-005', 'certificate request'],
    ['a revocation list', list, 'PMP-UP-005', 'revocation list'],
    ['a PKCS#12 key store', store, 'PMP-UP-004', 'key store'],
    [
      'a PKCS#7 file',
      ['crl2pkcs7', '-nocrl', '-certfile', path('certificate'), '-outform', 'DER'],
      'PMP-UP-005',
      'PKCS#7',
    ],
  ])('%s is named for what it is', async (_what, args, code, wording) => {
    const portal = await openPortal();
    const bytes = make('made', args);
    for (const door of DOORS) expectRefused(await door.upload(portal, { name: 'a.cer', bytes }), [code], wording);
  });
});
