import { describe, expect, it } from 'vitest';
import { catchMalformed } from '../../src/pki/der/malformed.ts';
import { parseDer } from '../../src/pki/der/parse.ts';
import { readNameConstraints } from '../../src/pki/extensions/name-constraints.ts';
import { buildPath } from '../../src/pki/index.ts';
import { makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { derSequence, derTlv } from '../support/der.ts';
import { generalName as general, integer, nameConstraints, subjectAltName } from '../support/extensions.ts';
import type { NameSpec } from '../support/names.ts';
import { AT, namesOf } from './support.ts';
import { trust } from './trust.ts';

const { dns, email, uri, ip, directory, registeredId } = general;

/**
 * The verdict on a leaf with these alternative names (and subject), when the CA or the root has this extension. The CA bears
 * the leaf's organisation, so that the root's constraints on directory names fit both or neither.
 */
function verdict(
  constraints: ReturnType<typeof nameConstraints>,
  names: readonly Buffer[],
  options: { on?: 'root' | 'ca'; subject?: NameSpec } = {},
): string {
  const { on = 'ca', subject = { O: 'Acme Chips Ltd', CN: 'Acme' } } = options;
  const root = makeRoot({ at: AT, extensions: on === 'root' ? [constraints] : [], subject: { O: 'Root' } });
  const ca = makeIntermediate(root, {
    at: AT,
    extensions: on === 'ca' ? [constraints] : [],
    subject: { O: 'Acme Chips Ltd' },
  });
  const extensions = names.length > 0 ? [subjectAltName(...names)] : [];
  const result = buildPath(makeLeaf(ca, { at: AT, extensions, subject }).certificate, trust([root], [ca]), AT, 'leaf');
  return result.ok ? 'ok' : (namesOf([result.fault])[0] ?? '').replace('path-name-', '');
}

const permit = (...bases: Buffer[]) => nameConstraints(bases);
const exclude = (...bases: Buffer[]) => nameConstraints([], bases);
const name = (spec: NameSpec) => directory(makeRoot({ subject: spec }).subjectDer);

const CASES: readonly [string, ReturnType<typeof nameConstraints>, readonly Buffer[], string][] = [
  ['the host itself', permit(dns('acme.example')), [dns('acme.example')], 'ok'],
  ['a host below', permit(dns('acme.example')), [dns('a.b.ACME.example')], 'ok'],
  ['a host that only ends alike', permit(dns('acme.example')), [dns('notacme.example')], 'not-permitted'],
  ['a host above', permit(dns('acme.example')), [dns('example')], 'not-permitted'],
  [
    'one good and one bad host',
    permit(dns('acme.example')),
    [dns('acme.example'), dns('evil.example')],
    'not-permitted',
  ],
  ['no host at all', permit(dns('acme.example')), [email('a@evil.example')], 'ok'],
  ['every host', permit(dns('')), [dns('any.example')], 'ok'],
  ['no host whatever', exclude(dns('')), [dns('any.example')], 'excluded'],
  ['a leading period', permit(dns('.acme.example')), [dns('acme.example')], 'not-permitted'],
  ['a leading period, below', permit(dns('.acme.example')), [dns('x.acme.example')], 'ok'],
  ['an excluded host', exclude(dns('evil.example')), [dns('x.evil.example')], 'excluded'],
  ['beside an excluded host', exclude(dns('evil.example')), [dns('good.example')], 'ok'],
  ['a wildcard over an excluded host', exclude(dns('bad.acme.example')), [dns('*.acme.example')], 'excluded'],
  ['a wildcard within', permit(dns('acme.example')), [dns('*.acme.example')], 'ok'],
  ['a wildcard not wholly within', permit(dns('bad.acme.example')), [dns('*.acme.example')], 'not-permitted'],
  ['a host that is none', exclude(dns('evil.example')), [dns('evil.example.')], 'unreadable'],
  ['an excluded host written with a wildcard', exclude(dns('*.evil.example')), [dns('a.evil.example')], 'unreadable'],
  ['an excluded host written with a last period', exclude(dns('evil.example.')), [dns('evil.example')], 'unreadable'],
  ['an excluded host written as an address', exclude(dns('https://evil.example')), [dns('evil.example')], 'unreadable'],
  ['a period for a host', exclude(dns('.')), [dns('evil.example')], 'unreadable'],
  ['a host that is none, for names of another form', exclude(dns('*.evil.example')), [email('a@evil.example')], 'ok'],
  ['a host with NUL', permit(dns('acme.example')), [dns('evil.example\0.acme.example')], 'unreadable'],

  ['the mailbox', permit(email('Pia@acme.example')), [email('Pia@ACME.example')], 'ok'],
  ['another case of the local part', permit(email('Pia@acme.example')), [email('pia@acme.example')], 'not-permitted'],
  ['any mailbox of the host', permit(email('acme.example')), [email('x@acme.example')], 'ok'],
  ['a mailbox of a host below', permit(email('acme.example')), [email('x@mail.acme.example')], 'not-permitted'],
  ['a mailbox below', permit(email('.acme.example')), [email('x@mail.acme.example')], 'ok'],
  [
    'a mailbox of the host, hosts below only',
    permit(email('.acme.example')),
    [email('x@acme.example')],
    'not-permitted',
  ],
  ['an excluded mailbox', exclude(email('acme.example')), [email('x@acme.example')], 'excluded'],
  ['excluded mailboxes with a wildcard', exclude(email('*.evil.example')), [email('a@x.evil.example')], 'unreadable'],
  ['excluded mailboxes of nobody', exclude(email('@evil.example')), [email('a@evil.example')], 'unreadable'],
  ['an excluded mailbox at no host', exclude(email('a@evil.example.')), [email('a@evil.example')], 'unreadable'],
  ['an excluded mailbox', exclude(email('a@evil.example')), [email('a@evil.example')], 'excluded'],
  ['every mailbox, which no constraint can say', permit(email('')), [email('a@acme.example')], 'unreadable'],
  ['no mailbox whatever', exclude(email('')), [email('a@acme.example')], 'unreadable'],
  ['a mailbox that is none', exclude(email('acme.example')), [email('acme.example')], 'unreadable'],
  ['two at signs', permit(email('acme.example')), [email('x@evil.example@acme.example')], 'ok'],

  ['the host of a URI', permit(uri('acme.example')), [uri('https://pia@ACME.example:443/x?y')], 'ok'],
  ['a URI of a host below', permit(uri('acme.example')), [uri('https://x.acme.example/')], 'not-permitted'],
  ['a URI below', permit(uri('.acme.example')), [uri('https://x.acme.example/')], 'ok'],
  [
    'a URI with the host as its user',
    permit(uri('acme.example')),
    [uri('https://acme.example@evil.example/')],
    'not-permitted',
  ],
  ['every URI, which no constraint can say', permit(uri('')), [uri('https://acme.example/')], 'unreadable'],
  ['no URI whatever', exclude(uri('')), [uri('https://acme.example/')], 'unreadable'],
  ['a host that a question mark ends', permit(uri('acme.example')), [uri('https://acme.example?x')], 'ok'],
  [
    'an excluded host that a question mark ends',
    exclude(uri('acme.example')),
    [uri('https://acme.example?x')],
    'excluded',
  ],
  ['an excluded URI', exclude(uri('.evil.example')), [uri('https://x.evil.example#.ok')], 'excluded'],
  [
    'an excluded host with a scheme',
    exclude(uri('https://evil.example/')),
    [uri('https://evil.example/')],
    'unreadable',
  ],
  ['an excluded host with a port', exclude(uri('evil.example:443')), [uri('https://evil.example/')], 'unreadable'],
  ['a URI without host', permit(uri('acme.example')), [uri('urn:acme.example')], 'unreadable'],
  ['a URI with an address', exclude(uri('evil.example')), [uri('https://192.0.2.1/')], 'unreadable'],
  ['a URI with a version 6 address', exclude(uri('evil.example')), [uri('https://[2001:db8::1]/')], 'unreadable'],

  ['an address within', permit(ip(192, 0, 2, 0, 255, 255, 255, 0)), [ip(192, 0, 2, 77)], 'ok'],
  ['an address outside', permit(ip(192, 0, 2, 0, 255, 255, 255, 0)), [ip(192, 0, 3, 1)], 'not-permitted'],
  [
    'an address of the other family',
    permit(ip(192, 0, 2, 0, 255, 255, 255, 0)),
    [ip(...Array(16).fill(0))],
    'not-permitted',
  ],
  ['an excluded address', exclude(ip(192, 0, 2, 0, 255, 255, 255, 0)), [ip(192, 0, 2, 1)], 'excluded'],
  ['the other family, excluded', exclude(ip(...Array(32).fill(0))), [ip(192, 0, 2, 1)], 'ok'],
  ['an address of no length', exclude(ip(192, 0, 2, 0, 255, 255, 255, 0)), [ip(192, 0, 2)], 'unreadable'],

  ['a directory name within', permit(name({ O: 'acme CHIPS ltd' })), [], 'ok'],
  ['a directory name outside', permit(name({ O: 'Other' })), [], 'not-permitted'],
  ['one of two', permit(name({ O: 'Other' }), name({ O: 'Acme Chips Ltd' })), [], 'ok'],
  ['an excluded directory name', exclude(name({ O: 'ACME chips Ltd' })), [], 'excluded'],
  ['an excluded longer name', exclude(name({ O: 'Acme Chips Ltd', CN: 'Other' })), [], 'ok'],
  ['every directory name', exclude(name([])), [], 'excluded'],
  ['an alternative directory name', permit(name({ O: 'Acme Chips Ltd' })), [name({ O: 'Evil' })], 'not-permitted'],

  ['a form nobody processes, present', permit(registeredId('1.2.3')), [registeredId('1.2.3')], 'unreadable'],
  ['a form nobody processes, absent', permit(registeredId('1.2.3')), [dns('acme.example')], 'ok'],
];

describe('name constraints of a CA', () => {
  it.each(CASES)('%s', (_, constraints, names, expected) => {
    expect(verdict(constraints, names)).toBe(expected);
    expect(verdict(constraints, names, { on: 'root' }), 'on the root').toBe(expected);
  });

  it('hold for e-mail addresses in the subject, beside alternative names too', () => {
    const subject = { O: 'Acme Chips Ltd', emailAddress: 'x@evil.example' };
    for (const names of [[], [email('x@acme.example')]]) {
      expect(verdict(permit(email('acme.example')), names, { subject })).toBe('not-permitted');
    }
  });

  it('with a minimum or maximum refuse the names of that form', () => {
    const bounded = derSequence(dns('acme.example'), integer(1, 0x80));
    const constraints = { ...permit(dns('x')), value: derSequence(derTlv(0xa0, bounded)) };
    expect(verdict(constraints, [dns('acme.example')])).toBe('unreadable');
    expect(verdict(constraints, [email('x@acme.example')])).toBe('ok');
  });

  it('with a minimum of 0 written out are not DER, for 0 is the default', () => {
    const bounded = (minimum: number) => derSequence(dns('acme.example'), integer(minimum, 0x80));
    const read = (minimum: number) => {
      const value = derSequence(derTlv(0xa0, bounded(minimum)));
      return catchMalformed(() => readNameConstraints(parseDer(value)));
    };
    expect(read(0)).toMatchObject({ ok: false, fault: { name: 'certificate-not-der' } });
    expect(read(1)).toMatchObject({ ok: true, value: { permitted: [{ bounds: true }] } });
  });

  it('add up: a name lies within what every CA above permits', () => {
    const root = makeRoot({ at: AT, extensions: [permit(dns('example'))] });
    const ca = makeIntermediate(root, { at: AT, extensions: [permit(dns('acme.example'), dns('elsewhere.test'))] });
    const judge = (host: string) =>
      buildPath(
        makeLeaf(ca, { at: AT, extensions: [subjectAltName(dns(host))] }).certificate,
        trust([root], [ca]),
        AT,
        'leaf',
      ).ok;
    expect([judge('x.acme.example'), judge('other.example'), judge('elsewhere.test')]).toEqual([true, false, false]);
  });

  it('pass over a self-issued CA certificate, but not over a self-issued leaf', () => {
    const root = makeRoot({ at: AT, subject: { O: 'Root' } });
    const ca = makeIntermediate(root, {
      at: AT,
      subject: { O: 'CA' },
      extensions: [permit(name({ O: 'Acme Chips Ltd' }))],
    });
    const again = makeIntermediate(ca, { at: AT, subjectDer: ca.subjectDer });
    const judge = (leaf: ReturnType<typeof makeLeaf>) =>
      buildPath(leaf.certificate, trust([root], [ca, again]), AT, 'leaf').ok;
    expect(judge(makeLeaf(again, { at: AT }))).toBe(true);
    expect(judge(makeLeaf(again, { at: AT, subjectDer: ca.subjectDer }))).toBe(false);
    expect(buildPath(again.certificate, trust([root], [ca]), AT, 'issuer').ok).toBe(true);
  });
});
