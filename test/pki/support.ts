import { expect } from 'vitest';
import en from '../../src/i18n/en.json' with { type: 'json' };
import {
  createSigner,
  type Fault,
  judgePartnerCertificate,
  judgeTrustCertificate,
  MINIMUM_DAYS_LEFT,
  type OwnCa,
  type PartnerQuestion,
  type Signer,
  type TrustQuestion,
} from '../../src/pki/index.ts';
import type { MadeCertificate } from '../support/certificates.ts';
import { trust } from './trust.ts';

export const AT = Date.UTC(2026, 10, 24, 12);

/** Signs in the name of a CA of the portal's own. */
export function signerOf({ certificate, privateKey }: OwnCa): Signer {
  return createSigner(certificate, privateKey);
}

const wording: Readonly<Record<string, Readonly<Record<string, string>>>> = en.faults;

/** What the wording of a fault shows of its data, in the singular and the plural; `because` brings in that of another one. */
export function shownBy({ name, data }: Fault): readonly string[] {
  const texts = [name, String(data.because ?? name)].flatMap((each) => Object.values(wording[each] ?? {}));
  return texts.flatMap((text) => text.match(/(?<=\{\{)\w+(?=\}\})/g) ?? []);
}

/** The names of the faults, after a check that each carries everything that its wording shows. */
export function namesOf(faults: readonly Fault[]): readonly string[] {
  for (const fault of faults) {
    expect(Object.keys(fault.data), fault.name).toEqual(expect.arrayContaining([...shownBy(fault)]));
  }
  return faults.map((each) => each.name);
}

/** What a trust store without anything else says about a CA certificate. */
export function judgeCa(made: MadeCertificate, question: Partial<TrustQuestion> = {}) {
  const judged = judgeTrustCertificate(made.certificate, {
    trusted: trust([]),
    at: AT,
    alreadyStored: false,
    ...question,
  });
  return { ...judged, names: namesOf(judged.faults) };
}

/** What a partner registered as "Acme Chips Ltd" is told. */
export function judgePartner(made: MadeCertificate, question: Partial<PartnerQuestion> = {}) {
  const judged = judgePartnerCertificate(made.certificate, {
    trusted: trust([]),
    at: AT,
    registeredOrganization: 'Acme Chips Ltd',
    minimumDaysLeft: MINIMUM_DAYS_LEFT,
    ...question,
  });
  return { ...judged, names: namesOf(judged.faults) };
}
