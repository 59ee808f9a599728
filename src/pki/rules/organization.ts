import { foldSpace } from '../../lib/text.ts';
import type { Certificate } from '../certificate.ts';
import { type Fault, fault } from '../faults.ts';
import { showText } from '../names/text.ts';

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
  return foldSpace(found) === foldSpace(registered)
    ? undefined
    : fault('organization-differs', { ...data, found: showText(found) });
}
