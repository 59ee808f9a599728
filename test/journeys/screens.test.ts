import { expect, it } from 'vitest';
import { createFirstAdmin } from '../../src/accounts/index.ts';
import { asFile, makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { REGISTRATION } from '../support/portal.ts';
import { Visitor } from '../support/visitor.ts';
import { faultsOf, ONE_LOOK } from './axe.ts';
import { describeInBrowser, empty, filled, PASSWORD } from './journey.ts';
import {
  ADMIN,
  ADMIN_AFTER_RETIREMENT,
  EMPTY_ADMIN,
  GUEST,
  NEW_PARTNER,
  PARTNER,
  PARTNER_AFTER_RETIREMENT,
  previewed,
  refusedUpload,
  type Screen,
  uploadedBundle,
} from './screens.ts';
import type { Person } from './steps.ts';

const MEERA = { email: 'meera@authority.example', username: 'meera', password: PASSWORD };
const CONSENT: Screen = ['/consent', (person) => person.open('/consent')];
const foreign = asFile(
  makeLeaf(makeRoot(), { subject: { O: 'Somebody Else Ltd', CN: 'A chip with quite a long name' } }),
);

const root = makeRoot();
const orphan = makeIntermediate(makeRoot());
const bundle = Buffer.concat([root, makeIntermediate(root), orphan].map((made) => asFile(made)));

/** Goes to each screen and collects everything that is wrong with any. */
async function lookAt(person: Person, screens: readonly Screen[], looks?: typeof ONE_LOOK): Promise<string[]> {
  const faults: string[] = [];
  for (const [name, show] of screens) {
    await show(person);
    faults.push(...(await faultsOf(person.page, looks)).map((fault) => `${name} – ${fault}`));
    await person.page.setViewportSize({ width: 1280, height: 900 });
  }
  return faults;
}

describeInBrowser('every screen is accessible and fits a phone: an empty portal', empty, (journey) => {
  it('to the first admin', async () => {
    const admin = await journey.person();
    const setup: Screen = ['set-up', (somebody) => somebody.open(journey.portal.setupLink())];
    expect(await lookAt(admin, [setup])).toEqual([]);
    await createFirstAdmin(journey.portal.db, MEERA);
    await admin.signIn('meera', PASSWORD);
    expect(await lookAt(admin, EMPTY_ADMIN)).toEqual([]);
  });
});

describeInBrowser('every screen is accessible and fits a phone: a portal in use', filled, (journey) => {
  it('to a guest', async () => {
    expect(await lookAt(await journey.person(), GUEST)).toEqual([]);
  });

  it('to somebody who has not accepted the terms', async () => {
    await new Visitor(journey.portal.app).post('/register', REGISTRATION);
    const partner = await journey.person();
    await partner.open('/login');
    await partner.fill({ identifier: REGISTRATION.username, password: REGISTRATION.password });
    await partner.press('Sign in', 'main');
    await partner.page.waitForURL(/\/consent/);
    expect(await lookAt(partner, [CONSENT])).toEqual([]);
  });

  it('to a new partner', async () => {
    const partner = await journey.person();
    await partner.signIn('lars', PASSWORD);
    const { portal } = journey;
    const form = '/partner-certificate/new';
    const uploads = [
      refusedUpload(portal, foreign),
      previewed(portal, form, foreign, 'cannot be accepted'),
      previewed(portal, form, Buffer.concat([foreign, asFile(orphan)]), 'cannot be accepted'),
    ];
    expect(await lookAt(partner, [...NEW_PARTNER, ...uploads])).toEqual([]);
  });

  it('to a partner', async () => {
    const partner = await journey.person();
    await partner.signIn('asha', PASSWORD);
    expect(await lookAt(partner, PARTNER)).toEqual([]);
  });

  it('to an admin', async () => {
    const admin = await journey.person();
    await admin.signIn('meera', PASSWORD);
    const { portal } = journey;
    const uploads = [
      previewed(portal, '/trust-store/new', asFile(root), 'will be accepted'),
      previewed(portal, '/trust-store/new', bundle, '2 of 3'),
      previewed(portal, '/trust-store/new', Buffer.concat([asFile(orphan), foreign]), 'None of the 2'),
      uploadedBundle(portal, bundle),
    ];
    expect(await lookAt(admin, [...ADMIN, ...uploads])).toEqual([]);
  });

  it('to a guest who reads Arabic', async () => {
    const guest = await journey.person();
    await guest.open('/login');
    await guest.speak('ar');
    expect(await lookAt(guest, GUEST, ONE_LOOK)).toEqual([]);
  });

  it.each([
    ['partner', 'asha', PARTNER],
    ['admin', 'meera', ADMIN],
  ] as const)('to a %s who reads Arabic', async (_, username, screens) => {
    const person = await journey.person();
    await person.signIn(username, PASSWORD);
    await person.speak('ar');
    expect(await lookAt(person, screens, ONE_LOOK)).toEqual([]);
    await person.open('/');
    await person.speak('en');
  });

  it('to both after the root was retired', async () => {
    const admin = await journey.person();
    await admin.signIn('meera', PASSWORD);
    expect(await lookAt(admin, ADMIN_AFTER_RETIREMENT)).toEqual([]);
    const partner = await journey.person();
    await partner.signIn('asha', PASSWORD);
    expect(await lookAt(partner, PARTNER_AFTER_RETIREMENT)).toEqual([]);
  });
});
