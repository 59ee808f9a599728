import { foldSpace } from '../../lib/text.ts';
import type { Certificate } from '../certificate.ts';
import { type Fault, type FaultData, fault } from '../faults.ts';
import { asCodePoint, showText } from '../names/text.ts';

/**
 * Rules 3.6: the subject has exactly one organisation (O), and it is the registered one: after Unicode NFC, trimming and
 * folding runs of white space; case counts. `registered` is the one of the account, never one from a file.
 */
export function judgeOrganization({ subject }: Certificate, registered: string): Fault | undefined {
  const [found, ...others] = subject.organizations;
  const data = { registered: showText(registered) };
  if (found === undefined) return fault('organization-missing', data);
  if (others.length > 0) {
    return fault('organization-several', {
      ...data,
      found: subject.organizations.slice(0, 10).map(showText).join(' | '),
    });
  }
  const [expected, actual] = [foldSpace(registered), foldSpace(found)];
  if (expected === actual) return undefined;
  return fault('organization-differs', { ...data, found: showText(found), ...firstDifference(expected, actual) });
}

/** Where two names begin to differ, counted from 1; letters of different scripts can look alike, so their numbers are told. */
function firstDifference(expected: string, actual: string): FaultData {
  const [wanted, given] = [[...expected], [...actual]];
  const index = wanted.findIndex((char, at) => char !== given[at]);
  const at = index < 0 ? wanted.length : index;
  return { position: at + 1, expectedCharacter: showCharacter(wanted[at]), foundCharacter: showCharacter(given[at]) };
}

/** "d U+0064"; a dash where the name has ended. */
function showCharacter(char: string | undefined): string {
  if (char === undefined) return '–';
  const number = asCodePoint(char);
  const shown = showText(char);
  return shown === number || /^\s$/u.test(char) ? number : `${shown} ${number}`;
}
