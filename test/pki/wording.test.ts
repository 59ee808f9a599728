import { describe, expect, it } from 'vitest';
import en from '../../src/i18n/en.json' with { type: 'json' };
import { FAULT_NAMES } from '../../src/pki/index.ts';
import { ACCEPTED_CURVES } from '../../src/pki/rules/key.ts';
import { ACCEPTED_HASHES } from '../../src/pki/rules/signature.ts';

const wording: Readonly<Record<string, Readonly<Record<string, string>>>> = en.faults;

describe('the wording of faults', () => {
  it.each(FAULT_NAMES)(
    '%s has a title, a text, and what to do next; some say that to an admin in other words',
    (name) => {
      const parts = Object.keys(wording[name] ?? {}).map((part) => part.replace(/_(zero|one|other)$/, ''));
      expect([...new Set(parts)].filter((part) => part !== 'next-for-admin')).toEqual(['title', 'text', 'next']);
      for (const text of Object.values(wording[name] ?? {})) expect(text).toMatch(/^\S.+\S$/);
    },
  );

  it('names the keys and hashes that are accepted', () => {
    for (const curve of ACCEPTED_CURVES) {
      for (const name of ['key-algorithm', 'key-curve', 'key-explicit-curve']) {
        expect(Object.values(wording[name] ?? {}).join(), name).toContain(curve);
      }
    }
    for (const hash of ACCEPTED_HASHES) {
      expect(wording['signature-algorithm']?.text).toContain(hash?.replace('sha', 'SHA-'));
    }
  });

  it('has no texts for faults that do not exist', () => {
    expect(Object.keys(wording).toSorted()).toEqual([...FAULT_NAMES].toSorted());
  });
});
