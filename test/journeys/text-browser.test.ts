import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leafFor } from '../../scripts/demo/samples.ts';
import { type LivePortal, startLivePortal } from '../support/browser.ts';
import { asFile } from '../support/certificates.ts';
import { hasTextBrowser, TextBrowser } from '../support/text-browser.ts';
import { Visitor } from '../support/visitor.ts';
import { filled, PASSWORD } from './journey.ts';

const ORGANIZATION = 'Zeta Silicon Ltd';

/** Two words with nothing between them: “EnglishFrançais”. */
const GLUED = /\p{L}*\p{Ll}\p{Lu}\p{Ll}\p{L}*/gu;

/** Words that belong to what only a script shows. */
const UNSEEN = /Are you still there|has been downloaded/;

describe.skipIf(!hasTextBrowser())('a chip maker in a text browser', { timeout: 600_000 }, () => {
  let portal: LivePortal;
  let browser: TextBrowser | undefined;
  let certificate: string;

  beforeAll(async () => {
    portal = await startLivePortal();
    const pki = await filled(portal);
    certificate = portal.file('zeta.cer', asFile(leafFor(pki, ORGANIZATION, 'Zeta Signing 2026')));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await portal?.close();
  });

  it('registers, uploads a certificate, signs in again and reads a list', async () => {
    const w3m = new TextBrowser(`${portal.url}/login`);
    browser = w3m;
    /** Waits for a page, which has to read well. */
    const sees = async (title: string, ...words: readonly string[]) => {
      const text = await w3m.sees(title, ...words);
      expect(text.match(GLUED) ?? []).toEqual([]);
      expect(text).not.toMatch(UNSEEN);
      expect(text).not.toContain(PASSWORD);
      return text;
    };

    // Registers, and accepts the terms.
    await sees('Sign in', 'English Français العربية');
    await w3m.press('Register as a partner');
    await sees('Register', 'First name', 'Organisation Exactly as it stands in your certificates');
    await w3m.type('First name', 'Zoe');
    await w3m.type('Last name', 'Zander');
    await w3m.type('Organisation', ORGANIZATION);
    await w3m.typeLines('Address', '1 Silicon Street');
    await w3m.type('Phone', '+91 80 1234');
    await w3m.type('E-mail', 'zoe@zeta.example');
    await w3m.type('Username', 'zoe');
    await w3m.type('Password', PASSWORD);
    await w3m.type('The same password again', `${PASSWORD}8`);
    await w3m.press('Register');
    await sees('Register', 'The passwords differ.', 'PMP-FV-004', `[${ORGANIZATION}`);
    await w3m.type('Password', PASSWORD);
    await w3m.type('The same password again', PASSWORD);
    await w3m.press('Register');
    await sees('Terms and conditions', 'What is stored about you, and why');
    await w3m.tick('I have read these terms');
    await w3m.press('Continue');
    await sees('Welcome, Zoe', `Zoe Zander ${ORGANIZATION}`, 'Your way to the first approved chip');

    // A file is uploaded by its path.
    await w3m.press('Upload partner certificate');
    await sees('Upload partner certificate', `exactly “${ORGANIZATION}”`);
    await w3m.type('Certificate file', certificate);
    await w3m.press('Upload');
    await sees('Partner Certificate', 'The certificate has been accepted', 'CN=Zeta Signing 2026, O=Zeta Silicon Ltd');

    // Signs out, and in again; not with a wrong password.
    await w3m.press('Sign out');
    await sees('Sign in', 'You have signed out.');
    await w3m.type('E-mail or username', 'zoe');
    await w3m.type('Password', 'a wrong pass phrase 7');
    await w3m.press('Sign in');
    await sees('Sign in', 'Signing in did not work', 'E-mail, username or password is wrong.', 'PMP-AU-001');
    await w3m.type('Password', PASSWORD);
    await w3m.press('Sign in');
    await sees('Welcome, Zoe');

    // Reads a list: both of its pages, what a search finds, the details of a row.
    await addChips(portal, 9);
    await w3m.press('FTM Chip Provider Services');
    await sees('FTM chips', '9 in all', '1–8 of 9', 'NS-9', 'View details Manage Certificate');
    await w3m.press('Next');
    await sees('FTM chips', '9–9 of 9', 'NS-1');
    await w3m.type('Search', 'ns-4');
    await w3m.press('Apply');
    await sees('FTM chips', '1–1 of 1', 'NS-4', 'Pending for Certificate Upload');
    await w3m.press('Zeta', 'NS-4');
    await sees('Zeta NS-4', 'Chip ID', 'Make Zeta Model NS-4', `Organisation ${ORGANIZATION}`, 'Partner ID zoe');
  });
});

/** Has the chip maker add chips in another browser: NS-1, NS-2, … */
async function addChips({ app }: LivePortal, count: number): Promise<void> {
  const zoe = new Visitor(app);
  await zoe.post('/login', { identifier: 'zoe', password: PASSWORD });
  for (let number = 1; number <= count; number += 1) await zoe.post('/chips', { make: 'Zeta', model: `NS-${number}` });
}
