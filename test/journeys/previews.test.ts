import { expect, it } from 'vitest';
import type { LivePortal } from '../support/browser.ts';
import { asFile, makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { Visitor } from '../support/visitor.ts';
import { describeInBrowser, filled, PASSWORD } from './journey.ts';
import type { Person } from './steps.ts';

const trusted = makeRoot({ subject: { O: 'Preview Trust', CN: 'Trusted Root' } });
const leaf = makeLeaf(trusted, { subject: { O: 'Nordic Silicon AS', CN: 'NorSil Preview' } });
const root = makeRoot({ subject: { O: 'Preview Trust', CN: 'Preview Root' } });
const ca = makeIntermediate(root, { subject: { O: 'Preview Trust', CN: 'Preview Sub CA' } });
const orphan = makeIntermediate(makeRoot(), { subject: { O: 'Elsewhere', CN: 'Orphan CA' } });
const bundle = Buffer.concat([orphan, ca, root].map((made) => asFile(made)));
const bad = asFile(makeLeaf(orphan));

/** Whatever comes in, the file field keeps the focus. */
const expectFocus = (person: Person) => person.page.locator('#certificate:focus').waitFor();
const codes = (person: Person, wanted: string) =>
  person.page.locator(`#preview [role=alert][data-codes="${wanted}"]`).waitFor();
const says = (person: Person, text: string) =>
  person.page.locator('#preview [role=status]', { hasText: text }).waitFor();

async function prepare(portal: LivePortal): Promise<void> {
  await filled(portal);
  const meera = new Visitor(portal.app);
  await meera.post('/login', { identifier: 'meera', password: PASSWORD });
  const file = { name: 'root.cer', bytes: asFile(trusted) };
  expect((await meera.upload('/trust-store', file, { domain: 'FTM', type: 'root' })).status).toBe(303);
}

describeInBrowser('a file is shown before it is sent', prepare, (journey) => {
  it('with JavaScript, as soon as it is chosen', async () => {
    const { portal } = journey;
    const admin = await journey.person();
    await admin.signIn('meera', PASSWORD);
    await admin.open('/trust-store/new?type=root');
    await admin.markDocument();
    await admin.page.locator('#certificate').focus();
    await admin.choose(portal.file('bundle.pem', bundle));
    await says(admin, '2 of 3 certificates will be added');
    await expectFocus(admin);
    expect(await admin.page.locator('#preview li[data-outcome]').count()).toBe(3);
    // The file stays chosen; another domain asks again; a choice taken back leaves nothing.
    await admin.page.locator('#domain').selectOption('AUTH');
    await says(admin, '2 of 3 certificates will be added');
    await admin.page.locator('#certificate').setInputFiles([]);
    await admin.page.locator('#preview .verdict').waitFor({ state: 'detached' });
    await admin.choose(portal.file('leaf.cer', asFile(leaf)));
    await codes(admin, 'PMP-TS-001 PMP-TS-002 KER-PCM-005');
    await expectFocus(admin);
    await admin.page.locator('#domain').selectOption('FTM');
    await admin.choose(portal.file('bundle.pem', bundle));
    await says(admin, '2 of 3 certificates will be added');
    expect(await admin.isSameDocument()).toBe(true);
    await admin.press('Upload', 'main');
    await admin.sees('ca-partly-added');
    expect(await admin.page.locator('li[data-outcome=added]').count()).toBe(2);

    const partner = await journey.person();
    await partner.signIn('lars', PASSWORD);
    await partner.open('/partner-certificate/new');
    await partner.choose(portal.file('bad.cer', bad));
    await codes(partner, 'KER-PCM-008 KER-PCM-006');
    await partner.choose(portal.file('leaf.cer', asFile(leaf)));
    await says(partner, 'This certificate will be accepted');
    expect(await partner.page.locator('#preview .chain li').count()).toBe(2);
    await partner.press('Upload', 'main');
    await partner.sees('partner-certificate-accepted');
  });

  it('without, by the second button', async () => {
    const { portal } = journey;
    const partner = await journey.person({ javaScriptEnabled: false });
    await partner.signIn('lars', PASSWORD);
    await partner.open('/partner-certificate/new');
    await partner.choose(portal.file('bad.cer', bad));
    await partner.press('Show what is in the file', 'main');
    await codes(partner, 'KER-PCM-008 KER-PCM-006');
    await partner.choose(portal.file('leaf.cer', asFile(leaf)));
    await partner.press('Show what is in the file', 'main');
    await says(partner, 'This certificate will be accepted');
    expect(await partner.page.locator('#preview').textContent()).toContain('choose it once more');
    await partner.upload(portal.file('leaf.cer', asFile(leaf)));
    await partner.sees('partner-certificate-accepted');
  });
});
