import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import type { LivePortal } from '../support/browser.ts';
import { asFile, makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { PASSWORD } from './journey.ts';
import type { Person } from './steps.ts';

const root = makeRoot({ subject: { O: 'Test Trust', CN: 'Journey Root' } });
const ca = makeIntermediate(root, { subject: { O: 'Test Trust', CN: 'Journey Sub CA' } });
const acme = (name: string, overrides = {}) =>
  makeLeaf(ca, { subject: { O: 'Acme Chips Ltd', CN: name }, ...overrides });

/** The whole of the workflow (product, "every line must work"), up to the first chip that waits for a decision. */
export async function joinAndSubmit(portal: LivePortal, admin: Person, partner: Person): Promise<void> {
  const file = (name: string, made: { der: Buffer }, form: 'der' | 'pem' = 'pem') =>
    portal.file(name, asFile(made, form));

  // The first admin, by the link of the console.
  await admin.open(portal.setupLink());
  await admin.fill({
    firstName: 'Meera',
    lastName: 'Nair',
    email: 'meera@authority.example',
    username: 'meera',
    password: PASSWORD,
    confirmPassword: PASSWORD,
  });
  await admin.press('Create admin');
  await admin.sees('admin-set-up');

  // The partner joins; a slip keeps what was typed.
  await partner.open('/login');
  await partner.press('Register as a partner');
  const registration = {
    firstName: 'Asha',
    lastName: 'Rao',
    organization: 'Acme Chips Ltd',
    address: '1 Silicon Street',
    phone: '+91 80 1234',
    email: 'asha@acme.example',
    username: 'asha',
  };
  await partner.fill({ ...registration, password: PASSWORD, confirmPassword: 'another' });
  await partner.press('Register', 'main');
  await partner.isRefused('PMP-FV-004');
  expect(await partner.page.locator('#organization').inputValue()).toBe('Acme Chips Ltd');
  await partner.fill({ password: PASSWORD, confirmPassword: PASSWORD });
  await partner.press('Register', 'main');
  await partner.page.getByRole('heading', { name: 'Terms and conditions', level: 1 }).waitFor();
  await partner.open('/chips');
  await partner.page.locator('input[name=accept]').check();
  await partner.press('Continue', 'main');
  await partner.sees('terms-accepted');

  // Before the CA certificates are loaded the upload fails, and says so.
  await partner.press(/^Partner Certificate Upload, renew/, 'main');
  await partner.press('Upload partner certificate', 'main');
  await partner.upload(file('good.cer', acme('Acme Signing 1')));
  expect(await partner.isRefused('KER-PCM-006')).toContain('Journey Sub CA');

  // The trust store, both tabs.
  await admin.open('/');
  await admin.press(/^Certificate Trust Store The root/, 'main');
  await admin.press('Upload Trust Certificate', 'main');
  await admin.upload(file('root.cer', root));
  await admin.sees('ca-added');
  await admin.act('Journey Root', 'View details');
  await admin.hasStatus('valid');
  expect(await admin.download('Download certificate')).toContain('BEGIN CERTIFICATE');
  await admin.open('/trust-store?type=root');
  await admin.press('Intermediate CA', 'main');
  await admin.press('Upload Intermediate CA Certificate', 'main');
  await admin.upload(file('sub.pem', ca));
  await admin.sees('ca-added');
  await admin.act('Journey Sub CA', 'View details');
  await admin.hasStatus('valid');
  expect(await admin.download('Download chain (.p7b)')).toContain('BEGIN PKCS7');

  // The partner certificate: refused with every reason, accepted, both downloads, renewed.
  const bad = makeLeaf(ca, {
    subject: { O: 'Somebody Else', CN: 'Bad' },
    notBefore: Date.now() - 800 * DAY,
    notAfter: Date.now() - DAY,
  });
  await partner.upload(file('bad.cer', bad));
  expect(await partner.isRefused('KER-PCM-004', 'KER-KMS-021', 'KER-PCM-008')).toContain('Somebody Else');
  const signing = acme('Acme Signing 1');
  await partner.upload(file('good.cer', signing, 'der'));
  await partner.sees('partner-certificate-accepted');
  await partner.hasStatus('valid');
  expect(await partner.download('Download original')).toContain('BEGIN CERTIFICATE');
  expect(await partner.download('Download MOSIP-signed')).toContain('BEGIN CERTIFICATE');
  await partner.press('Renew partner certificate', 'main');
  await partner.upload(file('good.cer', signing));
  await partner.sees('partner-certificate-accepted');
  expect(await partner.page.locator('.timeline [id^=certificate-]').count()).toBe(2);

  // A chip whose upload does not happen waits, and Manage Certificate picks it up.
  await partner.press('FTM Chip Provider Services', '#side-panel');
  await partner.press('Add FTM Chip', 'main');
  await partner.fill({ make: 'Acme', model: 'FTM-A100' });
  await partner.press('Add chip');
  await partner.sees('chip-added');
  await partner.page.locator('input[type=file][name=certificate]').waitFor();
  await partner.open('/chips');
  await partner.hasStatus('pending_cert_upload', 'tbody');
  await partner.act('FTM-A100', 'Manage Certificate');
  await partner.press('Upload certificate', 'main');
  await partner.upload(file('chip.cer', acme('FTM-A100')));
  await partner.sees('chip-certificate-uploaded');
  await partner.hasStatus('pending_approval');
}

/** The admin decides on the chip of a row, starting from the list. */
export type Decide = (row: string, decision: 'Approve' | 'Reject', reason?: string) => Promise<void>;
/** Somebody deactivates the chip of a row, starting from the list. */
export type Deactivate = (who: Person, row: string, reason?: string) => Promise<void>;

/** Renewal, rejection with its reason, adding again, deactivation by either side. `decide` and `deactivate` are the journeys' own ways. */
export async function renewRejectDeactivate(
  portal: LivePortal,
  admin: Person,
  partner: Person,
  { decide, deactivate }: { decide: Decide; deactivate: Deactivate },
): Promise<void> {
  const chipFile = (name: string) => portal.file(`${name}.cer`, asFile(acme(name)));

  // Renewal says before what it costs, and goes back to the admin.
  await partner.open('/chips');
  await partner.act('FTM-A100', 'Manage Certificate');
  await partner.press('Renew certificate', 'main');
  expect(await partner.page.locator('.notice').textContent()).toContain('out of service');
  await partner.upload(chipFile('FTM-A100-2'));
  await partner.sees('chip-certificate-renewed');

  // Rejected: the partner reads why, and starts over with the same make and model.
  await decide('FTM-A100', 'Reject', 'Not the chip’s own certificate.');
  await partner.open('/chips');
  await partner.act('FTM-A100', 'View details');
  await partner.hasStatus('rejected');
  expect(await partner.page.locator('.timeline').textContent()).toContain('Not the chip’s own certificate.');
  await partner.press('Add again', 'main');
  expect(await partner.page.locator('#model').inputValue()).toBe('FTM-A100');
  await partner.press('Add chip');
  await partner.upload(chipFile('FTM-A100-3'));
  await decide('FTM-A100', 'Approve');

  // Deactivated by the partner; another one by the admin, with a reason.
  await deactivate(partner, 'FTM-A100');
  await partner.open('/chips/new');
  await partner.fill({ make: 'Acme', model: 'FTM-B200' });
  await partner.press('Add chip');
  await partner.upload(chipFile('FTM-B200'));
  await decide('FTM-B200', 'Approve');
  await deactivate(admin, 'FTM-B200', 'recalled by its maker');
  await partner.open('/chips');
  await partner.act('FTM-B200', 'View details');
  await partner.hasStatus('deactivated');
  expect(await partner.page.locator('.timeline').textContent()).toContain('recalled by its maker');

  // The trail has it all.
  await admin.open('/audit?action=chip.deactivate');
  expect(await admin.page.locator('#audit-list').getAttribute('data-total')).toBe('2');
}

/** Sign out, a forgotten password by the mailed link, sign in by e-mail and by username. */
export async function forgetPassword(portal: LivePortal, partner: Person): Promise<void> {
  await partner.open('/');
  await partner.signOut();
  await partner.press('Forgot password?');
  await partner.fill({ email: 'asha@acme.example' });
  await partner.press('Send the link');
  await partner.sees('reset-link-sent');
  await partner.open(await expectMailedLink(portal));
  await partner.fill({ password: 'quite another phrase 8', confirmPassword: 'quite another phrase 8' });
  await partner.press('Set password');
  await partner.sees('password-changed');
  await partner.signIn('asha@acme.example', 'quite another phrase 8');
  await partner.signOut();
  await partner.signIn('asha', 'quite another phrase 8');
}

/** The link among the mails that have come, most of which tell of other things. */
async function expectMailedLink(portal: LivePortal): Promise<string> {
  const outbox = join(portal.dataDir, 'outbox');
  const links = () =>
    readdirSync(outbox).flatMap(
      (file) => /\/reset-password\?token=\S+/.exec(readFileSync(join(outbox, file), 'utf8'))?.[0] ?? [],
    );
  await expect.poll(() => links().length, { timeout: 10_000 }).toBe(1);
  return links()[0] ?? '';
}
