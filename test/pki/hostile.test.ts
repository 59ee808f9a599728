import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catchMalformed } from '../../src/pki/der/malformed.ts';
import { parseDer } from '../../src/pki/der/parse.ts';
import {
  buildPath,
  judgeTrustCertificate,
  readCertificate,
  readCertificateFile,
  trustedCertificates,
} from '../../src/pki/index.ts';
import { readName } from '../../src/pki/names/name.ts';
import { asFile, makeIntermediate, makeLeaf, makeRoot, toPemText } from '../support/certificates.ts';
import { derSequence, derTlv } from '../support/der.ts';
import {
  generalName,
  nameConstraints,
  policies,
  policyConstraints,
  policyMappings,
  subjectAltName,
} from '../support/extensions.ts';
import type { KeyKind } from '../support/keys.ts';
import { AT, judgeCa, judgePartner } from './support.ts';
import { trust } from './trust.ts';

const KINDS: readonly KeyKind[] = ['rsa-2048', 'rsa-3072', 'P-256', 'P-384', 'P-521', 'Ed25519', 'Ed448'];
const TRUST_FILE = 1024 * 1024;

const root = makeRoot({ at: AT });
const rich = makeLeaf(root, {
  at: AT,
  extensions: [
    subjectAltName(generalName.dns('acme.example'), generalName.email('x@acme.example'), generalName.ip(1, 2, 3, 4)),
    policies('1.2.3', '2.5.29.32.0'),
    policyMappings(['1.2.3', '1.2.4']),
    policyConstraints({ require: 1, inhibit: 0 }),
    nameConstraints([generalName.dns('acme.example')]),
  ],
});

/** How long this thread worked on something, in ms; what other processes do meanwhile does not count. The best of three. */
function work(task: () => void): number {
  const once = () => {
    const before = process.threadCpuUsage();
    task();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  };
  return Math.min(once(), once(), once());
}

function read(bytes: Buffer) {
  return readCertificateFile({ name: 'x.cer', bytes }, { maxBytes: TRUST_FILE });
}

/** Rules: never more than this of the main thread for one upload. */
const MOST = 250;

describe('a certificate in which a byte was changed', () => {
  it.each([...KINDS.map((key) => [key, false] as const), ['rsa-2048', true] as const])(
    'is never accepted, wherever it was (%s, PSS: %s)',
    (key, pss) => {
      const anchor = makeRoot({ at: AT, key });
      const made = makeLeaf(anchor, { at: AT, key: 'P-256', pss });
      const trusted = trust([anchor]);
      expect(buildPath(made.certificate, trusted, AT, 'leaf').ok).toBe(true);
      for (let at = 0; at < made.der.length; at += 1) {
        const changed = Buffer.from(made.der);
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        const result = readCertificate(changed);
        const accepted = result.ok && buildPath(result.value, trusted, AT, 'leaf').ok;
        expect(accepted, `byte ${at}`).toBe(false);
      }
    },
  );
});

describe('a CA certificate in which a byte was changed', () => {
  const changedAt = (der: Buffer, at: number) => {
    const changed = Buffer.from(der);
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    return changed;
  };

  it('helps no path', () => {
    const ca = makeIntermediate(root, { at: AT, key: 'Ed25519' });
    const leaf = makeLeaf(ca, { at: AT, key: 'Ed25519' }).certificate;
    const accepted = (der: Buffer) => {
      const result = readCertificate(der);
      if (!result.ok) return false;
      const roots = { id: 'r', kind: 'root', certificate: root.certificate } as const;
      const between = { id: 'i', kind: 'intermediate', certificate: result.value } as const;
      return buildPath(leaf, trustedCertificates([roots, between]), AT, 'leaf').ok;
    };
    expect(accepted(ca.der)).toBe(true);
    for (let at = 0; at < ca.der.length; at += 1) expect(accepted(changedAt(ca.der, at)), `byte ${at}`).toBe(false);
  });

  it('is no root', () => {
    const accepted = (der: Buffer) => {
      const result = readCertificate(der);
      const question = { trusted: trust([]), at: AT, alreadyStored: false };
      return result.ok && judgeTrustCertificate(result.value, question).faults.length === 0;
    };
    expect(accepted(root.der)).toBe(true);
    for (let at = 0; at < root.der.length; at += 1) expect(accepted(changedAt(root.der, at)), `byte ${at}`).toBe(false);
  });
});

describe('a certificate that is cut off', () => {
  it('is refused, wherever that was, alone and in its armour', () => {
    for (let length = 0; length < rich.der.length; length += 1) {
      const cut = rich.der.subarray(0, length);
      expect(readCertificate(cut).ok, `${length} bytes`).toBe(false);
      expect(read(Buffer.from(toPemText(cut))).ok, `${length} bytes`).toBe(false);
    }
    for (let length = 1; length < rich.pem.length - 1; length += 1)
      expect(read(Buffer.from(rich.pem.slice(0, length))).ok, `${length} characters`).toBe(false);
  });

  it('is refused with lengths that are not given', () => {
    const content = rich.der.subarray(4);
    const open = Buffer.concat([Buffer.from('3080', 'hex'), content, Buffer.from('0000', 'hex')]);
    expect(read(open)).toMatchObject({ faults: [{ name: 'certificate-not-der' }] });
    expect(read(Buffer.from(toPemText(open)))).toMatchObject({ faults: [{ name: 'certificate-not-der' }] });
  });
});

describe('bytes of any kind', () => {
  it('are answered by a result, never by an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(read(Buffer.from(bytes)).ok).toBe(false);
        expect(read(Buffer.from(toPemText(Buffer.from(bytes)))).ok).toBe(false);
        expect(read(derSequence(Buffer.from(bytes))).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('of a certificate with some cut out, repeated or replaced, are answered by a result', () => {
    const place = fc.nat({ max: rich.der.length - 1 });
    const edit = fc.record({ at: place, cut: fc.nat({ max: 40 }), put: fc.uint8Array({ maxLength: 40 }) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let bytes = rich.der;
        for (const { at, cut, put } of edits)
          bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]);
        const result = readCertificate(bytes);
        if (!result.ok || bytes.equals(rich.der)) return;
        expect(buildPath(result.value, trust([root]), AT, 'leaf').ok).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('inside every extension that is read are answered by a result', () => {
    const oid = fc.constantFrom(14, 15, 17, 19, 30, 32, 33, 35, 36, 37, 54);
    fc.assert(
      fc.property(oid, fc.boolean(), fc.uint8Array({ maxLength: 30 }), (number, sequence, value) => {
        const content = sequence ? derSequence(Buffer.from(value)) : Buffer.from(value);
        const made = makeLeaf(root, { at: AT, extensions: [{ oid: `2.5.29.${number}`, value: content }] });
        const result = readCertificate(made.der);
        if (result.ok) buildPath(result.value, trust([root]), AT, 'leaf');
        else expect(result.fault.code).toBe('KER-PCM-001');
      }),
      { numRuns: 500 },
    );
  });
});

describe('files made to exhaust the reader are refused quickly', () => {
  const nested = (depth: number) => {
    let der: Buffer = Buffer.alloc(0);
    for (let level = 0; level < depth; level += 1) der = derTlv(0x30, der);
    return der;
  };
  const fill = (size: number, unit: string) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);

  it.each<[string, Buffer]>([
    ['nested 20 000 deep', nested(20_000)],
    ['nested 20 000 deep, as PEM', Buffer.from(toPemText(nested(20_000)))],
    ['a megabyte of empty elements', derSequence(Buffer.alloc(TRUST_FILE - 10, Buffer.from('0500', 'hex')))],
    ['a megabyte of an integer', derSequence(derTlv(0x02, Buffer.alloc(TRUST_FILE - 20, 0x7f)))],
    ['a megabyte of an object identifier', derSequence(derTlv(0x06, Buffer.alloc(TRUST_FILE - 20, 0x81)))],
    [
      'a megabyte of headers',
      Buffer.from(`-----BEGIN CERTIFICATE-----\n${fill(900_000, 'X: y\n')}\n-----END CERTIFICATE-----`),
    ],
    ['a megabyte of beginnings', Buffer.from(fill(TRUST_FILE, '-----BEGIN CERTIFICATE-----'))],
    ['a megabyte of different beginnings', Buffer.from(fill(TRUST_FILE, '-----BEGIN A-----\n-----BEGIN B-----\n'))],
    ['a megabyte of the word BEGIN', Buffer.from(fill(TRUST_FILE, 'BEGIN '))],
    ['a megabyte of dashes', Buffer.from(fill(TRUST_FILE, '-'))],
    ['a megabyte of base64', Buffer.from(fill(TRUST_FILE - 4, 'MAAA'))],
    ['a megabyte of spaces', Buffer.from(fill(TRUST_FILE, ' '))],
    ['a megabyte of open comments', Buffer.from(fill(TRUST_FILE, '<!--'))],
    ['a megabyte that looks like JSON', Buffer.from(fill(TRUST_FILE, '"kty" "d" '))],
    ['many thousand certificates', Buffer.from(fill(TRUST_FILE, toPemText(derSequence())))],
    ['a thousand real certificates', Buffer.from(makeRoot({ at: AT, key: 'Ed25519' }).pem.repeat(1_000))],
    [
      '64 KiB of headers',
      Buffer.from(`-----BEGIN CERTIFICATE-----\n${fill(65_000, 'X: y\n')}\nMAA=\n-----END CERTIFICATE-----`),
    ],
  ])('%s', (_, bytes) => {
    expect(read(bytes).ok).toBe(false);
    expect(work(() => read(bytes))).toBeLessThan(MOST);
  });

  it('64 KiB of one name', () => {
    for (const unit of ['\u0130', '\u00ad', 'ß', '\u0301', ' ', '\ufdfa']) {
      const made = makeRoot({ at: AT, subject: { O: fill(20_000, unit) } });
      expect(work(() => judgeCa(made))).toBeLessThan(MOST);
    }
  });

  it('a hundred certificates of many parts', () => {
    const parts = Array.from({ length: 1_600 }, () => generalName.directory(derSequence()));
    const made = makeRoot({ at: AT, onlyExtensions: [subjectAltName(...parts)] });
    const file = Buffer.from(made.pem.repeat(100));
    expect(read(Buffer.from(made.pem.repeat(12)))).toMatchObject({ ok: true });
    expect(read(file)).toMatchObject({ faults: [{ name: 'certificate-too-complex', data: { number: 13 } }] });
    expect(work(() => read(file))).toBeLessThan(MOST);
  });

  it('thousands of alternative names under thousands of constraints', () => {
    const hosts = (count: number) =>
      Array.from({ length: count }, (_, index) => generalName.dns(`h${index}.acme.example`));
    const limited = makeIntermediate(root, { at: AT, extensions: [nameConstraints(hosts(5_000))] });
    const leaf = makeLeaf(limited, { at: AT, extensions: [subjectAltName(...hosts(2_500))] });
    const judge = () => judgePartner(leaf, { trusted: trust([root], [limited]) });
    expect(judge().names).toEqual(['path-too-much-work']);
    expect(work(judge)).toBeLessThan(MOST);
  });
});

describe('unusual certificates', () => {
  it.each(['00', 'ff', '80', `00${'ff'.repeat(20)}`, '7f'.repeat(300)])(
    'a serial number of %s does no harm',
    (serial) => {
      const made = makeLeaf(root, { at: AT, serial });
      expect(judgePartner(made, { trusted: trust([root]) }).names).toEqual([]);
    },
  );

  it('names with NUL, right-to-left marks and markup are shown harmlessly', () => {
    const made = makeLeaf(root, { at: AT, subject: { O: 'Acme Chips Ltd', CN: '<script>\u202e\0' } });
    expect(made.certificate.subject.text).toBe('CN=\\<script\\>‹U+202E›‹U+0000›,O=Acme Chips Ltd');
  });

  it('an empty issuer is refused', () => {
    const made = makeLeaf(root, { at: AT, issuerDer: derSequence() });
    expect(readCertificate(made.der)).toMatchObject({ ok: false, fault: { data: { part: 'issuer' } } });
  });

  it('a default that is written out is refused', () => {
    const falseCa = { oid: '2.5.29.19', value: derSequence(Buffer.from('010100', 'hex')) };
    expect(readCertificate(makeLeaf(root, { extensions: [falseCa] }).der).ok).toBe(false);
    const notCritical = Buffer.from(asFile(rich, 'der'));
    const at = notCritical.indexOf(Buffer.from('0101ff', 'hex'));
    notCritical[at + 2] = 0;
    expect(readCertificate(notCritical)).toMatchObject({ ok: false, fault: { data: { part: 'extensions' } } });
  });

  it('unique identifiers are passed over', () => {
    const made = makeLeaf(root, {
      at: AT,
      changeTbs: (tbs) => Object.assign(tbs, { subjectUniqueID: new Uint8Array([1, 2]).buffer }),
    });
    expect(made.der.includes(Buffer.from('82', 'hex'))).toBe(true);
    expect(judgePartner(made, { trusted: trust([root]) }).names).toEqual([]);
  });

  it('an object identifier with an endless number is refused', () => {
    const type = derTlv(0x06, Buffer.concat([Buffer.alloc(200, 0x81), Buffer.from([1])]));
    const name = derSequence(derTlv(0x31, derSequence(type, derTlv(0x0c, Buffer.from('x')))));
    expect(catchMalformed(() => readName(parseDer(name), 'issuer'))).toMatchObject({
      fault: { data: { part: 'issuer' } },
    });
  });
});
