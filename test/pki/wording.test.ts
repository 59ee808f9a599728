import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../src/i18n/index.ts';
import { FAULT_NAMES } from '../../src/pki/index.ts';
import { ACCEPTED_CURVES } from '../../src/pki/rules/key.ts';
import { ACCEPTED_HASHES } from '../../src/pki/rules/signature.ts';
import { baseOf, textsOf } from '../support/catalogues.ts';

describe.each(LANGUAGES)('the wording of faults in %s', (language) => {
  const texts = [...textsOf(language)].filter(([key]) => key.startsWith('faults.'));
  const names = [...new Set(texts.map(([key]) => key.split('.')[1] ?? ''))];
  const of = (name: string) => texts.filter(([key]) => key.startsWith(`faults.${name}.`));
  const said = (name: string) =>
    of(name)
      .map(([, text]) => text)
      .join();

  it.each(FAULT_NAMES)(
    '%s has a title, a text, and what to do next; some say that to an admin in other words',
    (name) => {
      const parts = of(name).map(([key]) => baseOf(key).split('.')[2]);
      expect([...new Set(parts)].filter((part) => part !== 'next-for-admin')).toEqual(['title', 'text', 'next']);
      for (const [, text] of of(name)) expect(text).toMatch(/^\S.+\S$/);
    },
  );

  it('names the keys and hashes that are accepted', () => {
    for (const curve of ACCEPTED_CURVES) {
      for (const name of ['key-algorithm', 'key-curve', 'key-explicit-curve']) {
        expect(said(name), name).toContain(curve);
      }
    }
    for (const hash of ACCEPTED_HASHES) {
      expect(said('signature-algorithm')).toContain(hash?.replace('sha', 'SHA-'));
    }
  });

  it('has no texts for faults that do not exist', () => {
    expect(names.toSorted()).toEqual([...FAULT_NAMES].toSorted());
  });
});
