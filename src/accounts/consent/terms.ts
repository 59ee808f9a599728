import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Actor, recordChange } from '../../audit/index.ts';
import { ConfigError } from '../../config.ts';
import { type Db, transaction } from '../../db/index.ts';
import { LANGUAGES, type Language, translator } from '../../i18n/index.ts';
import { now } from '../../lib/clock.ts';
import { insertConsent } from '../store.ts';

/** The text a partner agrees to. One version number stands for its three languages (rules 7). */
export interface Terms {
  readonly version: number;
  /** Paragraphs in a language; a line that begins with `# ` is a heading. */
  paragraphs(language: Language): readonly string[];
}

const termsFile = z.object({
  version: z.number().int().min(1),
  en: z.string().min(1),
  fr: z.string().min(1),
  ar: z.string().min(1),
});

/**
 * A country's own text from `terms.json` in the data directory (`{ "version": 2, "en": "…", "fr": "…", "ar": "…" }`, paragraphs
 * separated by an empty line), else the portal's own, version 1.
 * @throws ConfigError when the file cannot be used
 */
export function loadTerms(dataDir: string): Terms {
  const file = join(dataDir, 'terms.json');
  if (!existsSync(file)) return { version: 1, paragraphs: (language) => split(translator(language)('terms.text')) };
  const own = readTerms(file);
  return {
    version: own.version,
    paragraphs: (language) => split(own[LANGUAGES.find((code) => code === language) ?? 'en']),
  };
}

function readTerms(file: string): z.output<typeof termsFile> {
  const read = termsFile.safeParse(parseTerms(file));
  if (read.success) return read.data;
  const wrong = [...new Set(read.error.issues.map(({ path }) => String(path[0] ?? 'everything')))].join(', ');
  throw new ConfigError(`${MUST} (wrong or missing: ${wrong}): ${file}`);
}

const MUST = 'terms.json must hold version (a whole number from 1 on) and the texts en, fr and ar';

function parseTerms(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError(`${MUST}, but ${file} cannot be read: ${(error as Error).message}`);
  }
}

function split(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
}

/** Keeps that a person accepted a version of the terms. */
export function acceptTerms(db: Db, actor: Actor & { id: string }, version: number): void {
  transaction(db, (tx) => {
    insertConsent(tx, { accountId: actor.id, version, at: now() });
    recordChange(tx, actor, { action: 'consent.give', thing: { type: 'partner', id: actor.id }, detail: { version } });
  });
}
