import { type Language, LOCALES } from './languages.ts';

/** First strong isolate, and the end of it (Unicode bidirectional algorithm, UAX 9). */
const FSI = '\u2068';
const PDI = '\u2069';

/** Letters written from right to left, and the signs that change direction. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** How the values of one language's sentences are written. */
export interface Values {
  /** A name, a code, a date …: kept together, whatever its direction. */
  text(value: string): string;
  /** How many of something: "1,284", "1 284". */
  count(value: number): string;
  /** A measure such as a key's length: "2048", as every tool writes it; separators from five digits on. */
  measure(value: number): string;
}

/** Makes the writing of values for a language. */
export function valuesOf(language: Language): Values {
  const counts = new Intl.NumberFormat(LOCALES[language]);
  const measures = new Intl.NumberFormat(LOCALES[language], { useGrouping: 'min2' });
  return {
    text: (value) => (stands(value, language) ? value : `${FSI}${closed(value)}${PDI}`),
    count: (value) => counts.format(value),
    measure: (value) => measures.format(value),
  };
}

/**
 * Whether a value needs no isolation. Inside Arabic only a link, which stands on a line of its own and has to be copied as it is; in the
 * other languages everything that is written from left to right as they are.
 */
function stands(value: string, language: Language): boolean {
  if (value === '' || /^https?:\/\/\S+$/.test(value)) return true;
  return language !== 'ar' && !RIGHT_TO_LEFT.test(value);
}

/** A value with every isolate closed that it opens, and none that it does not: a name must not reach into the sentence around it. */
function closed(value: string): string {
  let open = 0;
  const text = value.replace(/[\u2066-\u2069]/g, (sign) => {
    if (sign !== PDI) open += 1;
    else if (open === 0) return '';
    else open -= 1;
    return sign;
  });
  return text + PDI.repeat(open);
}
