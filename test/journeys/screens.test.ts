import { expect, it } from 'vitest';
import { createFirstAdmin } from '../../src/accounts/index.ts';
import { asFile, makeLeaf, makeRoot } from '../support/certificates.ts';
import { REGISTRATION } from '../support/portal.ts';
import { Visitor } from '../support/visitor.ts';
import { faultsOf } from './axe.ts';
import { describeInBrowser, empty, filled, PASSWORD } from './journey.ts';
import { ADMIN, EMPTY_ADMIN, GUEST, NEW_PARTNER, PARTNER, refusedUpload, type Screen } from './screens.ts';
import type { Person } from './steps.ts';

const MEERA = { email: 'meera@authority.example', username: 'meera', password: PASSWORD };
const CONSENT: Screen = ['/consent', (person) => person.open('/consent')];
const foreign = asFile(
  makeLeaf(makeRoot(), { subject: { O: 'Somebody Else Ltd', CN: 'A chip with quite a long name' } }),
);

/** Goes to each screen and collects everything that is wrong with any. */
async function lookAt(person: Person, screens: readonly Screen[]): Promise<string[]> {
  const faults: string[] = [];
  for (const [name, show] of screens) {
    await show(person);
    faults.push(...(await faultsOf(person.page)).map((fault) => `${name} – ${fault}`));
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
    expect(await lookAt(partner, [...NEW_PARTNER, refusedUpload(journey.portal, foreign)])).toEqual([]);
  });

  it('to a partner', async () => {
    const partner = await journey.person();
    await partner.signIn('asha', PASSWORD);
    expect(await lookAt(partner, PARTNER)).toEqual([]);
  });

  it('to an admin', async () => {
    const admin = await journey.person();
    await admin.signIn('meera', PASSWORD);
    expect(await lookAt(admin, ADMIN)).toEqual([]);
  });
});
