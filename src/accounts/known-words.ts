/**
 * What anybody tries who knows the place: the names of the product and of its makers (ASVS 6.1.2). Words such as "partner" and "admin" alone
 * are none: the rules let a password be anything but common, and a few words together are what it should be.
 */
const PRODUCT = ['pmp', 'mosip', 'partnermanagementportal', 'partnerportal'];

/** Shorter words of a person are found by chance. */
const SHORTEST = 3;
/** So many letters must be a password's own. */
const OWN_LETTERS = 4;

/** Signs that are read as letters: `p0rt4l`. */
const READ_AS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
};

/**
 * Whether a password is put together from names of the product and of its person, with digits and signs between them and hardly
 * anything else (ASVS 6.2.11). A phrase in which such a word stands among others is none.
 * @param names what the account is known by: username, e-mail, organisation
 */
export function isMadeOfKnownWords(password: string, names: readonly string[]): boolean {
  const words = [...PRODUCT, ...names.flatMap(wordsOf)].sort((a, b) => b.length - a.length);
  const typed = password.normalize('NFC').toLowerCase();
  const read = typed.replace(/[013457@$]/g, (sign) => READ_AS[sign] ?? sign);
  return [typed, read].some((spelling) => {
    const letters = lettersOf(spelling);
    const own = words.reduce((rest, word) => rest.replaceAll(word, ''), letters);
    return own !== letters && [...own].length < OWN_LETTERS;
  });
}

function wordsOf(name: string): string[] {
  const words = name
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}]+/u);
  return words.filter((word) => [...word].length >= SHORTEST);
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{M}]/gu, '');
}
