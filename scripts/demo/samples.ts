import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { now } from '../../src/lib/clock.ts';
import { DAY } from '../../src/lib/durations.ts';
import {
  asFile,
  type MadeCertificate,
  makeIntermediate,
  makeLeaf,
  makeRoot,
  makeSelfSigned,
  type Overrides,
} from '../../test/support/certificates.ts';

/** The CAs of the demonstration: those that the portal trusts already, and one that nobody has loaded yet. */
export interface DemoPki {
  readonly root: MadeCertificate;
  readonly issuing: MadeCertificate;
  readonly otherRoot: MadeCertificate;
  readonly otherIssuing: MadeCertificate;
}

export function createPki(): DemoPki {
  const root = makeRoot({ subject: { C: 'IN', O: 'India Trust', CN: 'India Trust Root 2020' } });
  const issuing = makeIntermediate(root, { subject: { C: 'IN', O: 'India Trust', CN: 'India Trust Sub CA 3' } });
  const otherRoot = makeRoot({ subject: { C: 'NO', O: 'Nordic Trust', CN: 'Nordic Trust Root 2020' }, key: 'P-384' });
  const otherIssuing = makeIntermediate(otherRoot, {
    subject: { C: 'NO', O: 'Nordic Trust', CN: 'Nordic Trust Sub CA 1' },
    key: 'P-384',
  });
  return { root, issuing, otherRoot, otherIssuing };
}

/** A certificate of an organisation below the trusted CA. */
export function leafFor(pki: DemoPki, organization: string, name: string): MadeCertificate {
  return makeLeaf(pki.issuing, { subject: { C: 'IN', O: organization, CN: name }, notAfter: now() + 700 * DAY });
}

/** Writes sample files and tells what each is. */
export function writeSamples(pki: DemoPki, folder: string): [file: string, what: string][] {
  const nordic = (name: string, overrides: Overrides = {}) =>
    makeLeaf(pki.otherIssuing, { subject: { C: 'NO', O: 'Nordic Silicon AS', CN: name }, ...overrides });
  const samples: [string, string, Buffer][] = [
    ['1-nordic-root.cer', 'a root CA: as meera, Trust Store, Root CA', asFile(pki.otherRoot)],
    ['2-nordic-intermediate.cer', 'its intermediate CA: the second tab', asFile(pki.otherIssuing, 'der')],
    ['3-nordic-partner.cer', 'a good partner certificate: as lars', asFile(nordic('NorSil Signing 2026'))],
    [
      '4-nordic-chip.pem',
      'a good chip certificate: as lars',
      asFile(nordic('NorSil NS-TRUST 2', { key: 'rsa-2048' }), 'pem-with-text'),
    ],
    [
      '5-nordic-chip-ca.pem',
      'one that is itself a CA: accepted for a chip',
      asFile(nordic('NorSil Chip CA', { isCa: true, keyUsage: ['keyCertSign'] })),
    ],
    [
      '6-acme-partner.cer',
      'a newer partner certificate: as asha',
      asFile(leafFor(pki, 'Acme Chips Ltd', 'Acme Signing 2027')),
    ],
    [
      'bad-expired.cer',
      'ended last month',
      asFile(nordic('NorSil 2024', { notBefore: now() - 800 * DAY, notAfter: now() - 30 * DAY })),
    ],
    ['bad-ends-soon.cer', 'has only 100 days left', asFile(nordic('NorSil short', { notAfter: now() + 100 * DAY }))],
    [
      'bad-other-organisation.cer',
      'is of "Somebody Else Ltd"',
      asFile(makeLeaf(pki.otherIssuing, { subject: { O: 'Somebody Else Ltd', CN: 'Else' } })),
    ],
    [
      'bad-self-signed.cer',
      'signed itself',
      asFile(makeSelfSigned({ subject: { O: 'Nordic Silicon AS', CN: 'Self' } })),
    ],
    [
      'bad-unknown-issuer.cer',
      'its CA is not in the trust store',
      asFile(makeLeaf(makeRoot(), { subject: { O: 'Nordic Silicon AS', CN: 'Lost' } })),
    ],
    ['bad-sha1.cer', 'signed with SHA-1', asFile(nordic('NorSil old', { hash: 'sha1' }))],
    ['bad-weak-key.cer', 'has an RSA key of 1024 bits', asFile(nordic('NorSil weak', { key: 'rsa-1024' }))],
    ['bad-no-certificate.cer', 'is a text', Buffer.from('This is no certificate.\n')],
  ];
  mkdirSync(folder, { recursive: true });
  for (const [file, , bytes] of samples) writeFileSync(join(folder, file), bytes);
  return samples.map(([file, what]) => [file, what]);
}
