/** Longer values are cut for showing; the certificate itself is kept whole. */
const MAX_SHOWN = 200;

/** Characters that would not be seen, or would reorder what stands around them. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Cn}\p{Co}\u115F\u1160\u3164\uFFA0]|\u034F|\u17B4|\u17B5/gu;

/** Printable ASCII: by far the most, and nothing to be done about it. */
const PLAIN = /^[\x20-\x7e]*$/;

/** Text from a certificate, made safe for showing: control and bidi characters appear as "‹U+202E›", long text is cut. */
export function showText(text: string): string {
  if (text.length <= MAX_SHOWN && PLAIN.test(text)) return text;
  const points = Array.from(text.slice(0, MAX_SHOWN * 2));
  const shown = points.slice(0, MAX_SHOWN).join('').replace(INVISIBLE, asCodePoint);
  return points.length > MAX_SHOWN || text.length > MAX_SHOWN * 2 ? `${shown}…` : shown;
}

/** A character by its number: "‹U+202E›". */
export function asCodePoint(char: string): string {
  return `‹U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`;
}

const ESCAPED = /[\\"+,;<>]|^[ #]| $/;

/** As `showText`, with what has a meaning in the text form of a name escaped (RFC 4514 2.4). */
export function escapeValue(text: string): string {
  const escaped = !ESCAPED.test(text)
    ? text
    : text
        .replace(/[\\"+,;<>]/g, '\\$&')
        .replace(/^[ #]/, '\\$&')
        .replace(/ $/, '\\ ');
  return showText(escaped);
}

/** Short names of attribute types (RFC 4514 section 3, RFC 4519, RFC 2985); others are shown as numbers. */
export const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.17': 'postalCode',
  '2.5.4.42': 'GN',
  '2.5.4.46': 'dnQualifier',
  '2.5.4.65': 'pseudonym',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};
