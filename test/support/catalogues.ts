import ar from '../../src/i18n/ar.json' with { type: 'json' };
import en from '../../src/i18n/en.json' with { type: 'json' };
import fr from '../../src/i18n/fr.json' with { type: 'json' };
import type { Language } from '../../src/i18n/index.ts';

const FILES: Readonly<Record<Language, object>> = { en, fr, ar };
const PLURAL = /_(zero|one|two|few|many|other)$/;

/** The texts of a catalogue by their whole keys: `frame.refused_one`. */
export function textsOf(language: Language): Map<string, string> {
  return new Map(walk(FILES[language], ''));
}

function walk(node: unknown, prefix: string): [string, string][] {
  if (typeof node === 'string') return [[prefix, node]];
  return Object.entries(node as object).flatMap(([name, value]) =>
    walk(value, prefix === '' ? name : `${prefix}.${name}`),
  );
}

/** A key as code asks for it, without the plural category that its count chooses. */
export function baseOf(key: string): string {
  return key.replace(PLURAL, '');
}

/** The plural category of a key, if it has one. */
export function categoryOf(key: string): string | undefined {
  return PLURAL.exec(key)?.[1];
}
