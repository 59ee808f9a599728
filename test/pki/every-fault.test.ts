import { describe, expect, it } from 'vitest';
import { wordReasons } from '../../src/http/words.ts';
import { formatter } from '../../src/i18n/format.ts';
import { LANGUAGES, type Language, translator } from '../../src/i18n/index.ts';
import { DAY, SECOND } from '../../src/lib/durations.ts';
import { FAULT_NAMES, type Fault } from '../../src/pki/index.ts';
import { makeIntermediate, makeLeaf, makeRoot, type Overrides } from '../support/certificates.ts';
import { generalName, nameConstraints, subjectAltName } from '../support/extensions.ts';
import { keyPair } from '../support/keys.ts';
import { PROVOCATIONS, REQUEST_FAULTS } from './provoke.ts';
import { AT, judgePartner, namesOf, shownBy } from './support.ts';
import { trust } from './trust.ts';

/** What pages use without showing it: to mark a certificate, to go on with another text, to choose a plural. */
const NOT_SHOWN = ['fingerprint', 'because', 'count', 'step', 'steps'];

type Role = 'FTM_PROVIDER' | 'PARTNER_ADMIN';
function word(faults: readonly Fault[], zone = 'UTC', role: Role = 'FTM_PROVIDER', language: Language = 'en') {
  return wordReasons(faults, { language, t: translator(language), fmt: formatter(language, zone), person: { role } });
}

/** Expects every value that English shows to stand in the words of another language, too. */
function expectShown(faults: readonly Fault[], language: Language) {
  for (const fault of faults) {
    const words = word([fault], 'UTC', 'FTM_PROVIDER', language)
      .map(({ text, next }) => `${text} ${next}`)
      .join(' ');
    for (const key of shownBy(fault)) {
      const value = fault.data[key];
      if (typeof value === 'string') expect(words, `${fault.name} ${key} in ${language}`).toContain(value);
    }
  }
}

/** A chain of a root, CAs and a leaf, named one by one. */
function chain(...differs: readonly Overrides[]): readonly Fault[] {
  const names = ['Acme Root CA', 'Acme Sub CA 1', 'Acme Sub CA 2', 'Acme Sub CA 3'];
  const made = [makeRoot({ at: AT, subject: { CN: 'Acme Root CA' }, ...differs[0] })];
  for (const [index, overrides] of differs.slice(1, -1).entries()) {
    const above = made.at(-1) ?? makeRoot();
    made.push(makeIntermediate(above, { at: AT, subject: { CN: names[index + 1] ?? '' }, ...overrides }));
  }
  const [root = makeRoot(), ...cas] = made;
  const subject = { O: 'Acme Chips Ltd', CN: 'Chip' };
  const leaf = makeLeaf(made.at(-1) ?? root, { at: AT, subject, ...differs.at(-1) });
  return judgePartner(leaf, { trusted: trust([root], cas) }).faults;
}

const textOf = (...differs: readonly Overrides[]) => word(chain(...differs)).map((each) => each.text);

describe('every fault', () => {
  it('can be provoked, but for those that only a request has', () => {
    expect([...Object.keys(PROVOCATIONS), ...REQUEST_FAULTS].toSorted()).toEqual([...FAULT_NAMES].toSorted());
  });

  it.each(Object.entries(PROVOCATIONS))(
    '%s carries what its wording shows, and nothing that it does not',
    async (name, provoke) => {
      const faults = await provoke();
      expect(namesOf(faults)).toContain(name);
      for (const fault of faults) {
        const unused = Object.keys(fault.data).filter(
          (key) => !shownBy(fault).includes(key) && !NOT_SHOWN.includes(key),
        );
        expect(unused, fault.name).toEqual([]);
      }
      for (const language of LANGUAGES) {
        for (const { title, text, next } of word(faults, 'UTC', 'FTM_PROVIDER', language)) {
          for (const part of [title, text, next]) expect(part).toMatch(/^[^{}]{5,}[^{}\s]$/);
          expect(`${title} ${text} ${next}`).not.toMatch(/undefined|null|NaN|\[object|“”|«\s*»/);
        }
        expectShown(faults, language);
      }
      // The admin is not sent to the admin.
      for (const { next } of word(faults, 'UTC', 'PARTNER_ADMIN'))
        expect(next).toMatch(/^(?!.*Partner Admin)[^{}]{5,}[^{}\s]$/);
    },
  );
});

describe('the reasons in words', () => {
  it('tell whose path length it was, which CA is too many, and where the chain breaks', () => {
    expect(textOf({}, {}, { pathLength: 0 }, {}, {})).toEqual([
      '“Acme Sub CA 2” (step 3) allows no CA below it, but “Acme Sub CA 3” stands below it. The chain breaks at step 4 of 5, counted from the root.',
    ]);
    expect(textOf({}, { pathLength: 1 }, {}, {}, {})[0]).toMatch(
      /^“Acme Sub CA 1” \(step 2\) allows one CA below it, but “Acme Sub CA 3” is number 2\. /,
    );
    expect(textOf({ pathLength: 2 }, {}, {}, {}, {})[0]).toMatch(
      /^“Acme Root CA” \(step 1\) allows 2 CAs below it, but “Acme Sub CA 3” is number 3\. /,
    );
  });

  it('go on with what is wrong with a key of the chain', () => {
    expect(textOf({}, { key: 'secp256k1' }, {})).toEqual([
      'The key of “Acme Sub CA 1” is not accepted. Its curve is secp256k1 (1.3.132.0.10). Accepted are P-256, P-384 and P-521. The chain breaks at step 2 of 3, counted from the root.',
    ]);
  });

  it('tell one certificate of the issuer’s name from several', () => {
    const root = makeRoot({ at: AT });
    const cas = [1, 2].map(() => makeIntermediate(root, { at: AT, subject: { CN: 'Acme CA' } }));
    const forged = makeLeaf(cas[0] ?? root, {
      at: AT,
      subject: { O: 'Acme Chips Ltd', CN: 'Chip' },
      signWith: keyPair().privateKey,
    });
    const text = (known: number) =>
      word(judgePartner(forged, { trusted: trust([root], cas.slice(0, known)) }).faults)[0]?.text;
    expect(text(1)).toMatch(/^The trust store knows “Acme CA”, but its key did not sign “Chip”\./);
    expect(text(2)).toMatch(
      /^The trust store knows 2 CA certificates of the name “Acme CA”, but none of their keys signed “Chip”\./,
    );
  });

  it('show the constraint, and the name that breaks it', () => {
    const limited = { extensions: [nameConstraints([generalName.dns('acme.example')])] };
    expect(textOf({}, limited, { extensions: [subjectAltName(generalName.dns('evil.example'))] })).toEqual([
      '“Acme Sub CA 1” (step 2) may certify only DNS:acme.example, but “Chip” bears DNS:evil.example. The chain breaks at step 3 of 3, counted from the root.',
    ]);
  });

  it('show instants in the zone of the portal, to the second where they would look alike', () => {
    const late = judgePartner(makeLeaf(makeRoot({ at: AT }), { at: AT, notBefore: AT + SECOND })).faults;
    expect(word(late)[0]?.text).toBe(
      'It is valid from 24 Nov 2026, 12:00:01 UTC; now it is 24 Nov 2026, 12:00:00 UTC.',
    );
    expect(word(late, 'Asia/Kolkata')[0]?.text).toContain('24 Nov 2026, 17:30:01 GMT+5:30');
    const ends = judgePartner(makeLeaf(makeRoot({ at: AT }), { at: AT, notAfter: AT + 300 * DAY })).faults;
    expect(word(ends)[0]?.text).toBe(
      'It is valid until 20 Sept 2027, 12:00 UTC. At least 335 days must be left, that is until 25 Oct 2027, 12:00 UTC.',
    );
  });

  it.each([
    ['Acme Chips Lt\u0501', '14', 'd ‹U+0064› against \u0501 ‹U+0501›'],
    ['Acme Chips', '11', '‹U+0020› against –'],
    ['Acme Chips Ltd.', '15', '– against . ‹U+002E›'],
    ['acme Chips Ltd', '1', 'A ‹U+0041› against a ‹U+0061›'],
    ['Acme\u200b Chips Ltd', '5', '‹U+0020› against ‹U+200B›'],
    ['\u{1d400}cme Chips Ltd', '1', 'A ‹U+0041› against \u{1d400} ‹U+1D400›'],
  ])('tell where an organisation begins to differ: %s', (O, position, characters) => {
    const judged = judgePartner(makeLeaf(makeRoot({ at: AT }), { at: AT, subject: { O } }));
    expect(word(judged.faults)[0]?.text).toContain(`They differ from character ${position} on (${characters}).`);
  });

  it('never read what stands in a certificate as wording', () => {
    const [text] = textOf({}, { pathLength: 0, subject: { CN: '$t(chain.title) {{fingerprint}}' } }, {}, {});
    expect(text).toContain('“$t(chain.title) {{fingerprint}}” (step 2) allows no CA');
  });
});
