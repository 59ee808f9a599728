import type { Partner } from '../accounts/index.ts';
import type { Queries } from '../db/index.ts';
import { foldSpace } from '../lib/text.ts';
import { listOtherPartners, listPartnersWithKey } from './store.ts';

/** Another partner that an admin should know of, since there is no proof of possession of keys (rules 3). */
export interface RelatedPartner {
  readonly id: string;
  readonly username: string;
  readonly organization: string;
  readonly sameOrganization: boolean;
  readonly sameKey: boolean;
}

/** Every other partner with the same organisation (white space folded), or with a certificate of one of these keys. */
export function relatedPartners(db: Queries, partner: Partner, keyFingerprints: readonly string[]): RelatedPartner[] {
  const withKey = new Set(listPartnersWithKey(db, keyFingerprints, partner.id));
  const organization = foldSpace(partner.organization);
  return listOtherPartners(db, partner.id, organization, [...withKey]).map((other) => ({
    ...other,
    sameOrganization: foldSpace(other.organization) === organization,
    sameKey: withKey.has(other.id),
  }));
}
