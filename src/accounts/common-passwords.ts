import { createRequire } from 'node:module';
import { packed, readProgramText } from '../lib/program-files.ts';

/** Where the packed program has the list. */
export const COMMON_PASSWORDS = 'lists/common-passwords.txt';

let common: ReadonlySet<string> | undefined;

/** Whether a password, in lower case, is one of the most common ones. The list is read when the first password is chosen. */
export function isCommonPassword(password: string): boolean {
  common ??= new Set(packed === undefined ? readCommonPasswords() : readProgramText(COMMON_PASSWORDS).split('\n'));
  return common.has(password);
}

/** The list of zxcvbn, in lower case. */
export function readCommonPasswords(): string[] {
  const { dictionary } = createRequire(import.meta.url)('@zxcvbn-ts/language-common') as {
    readonly dictionary: Readonly<Record<'passwords-common', readonly string[]>>;
  };
  return dictionary['passwords-common'].map((password) => password.toLowerCase());
}
