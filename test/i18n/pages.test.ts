import type { CheerioAPI } from 'cheerio';
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/i18n/index.ts';
import { type ChipPortal, chipIn, openChipPortal, type Status, uploadChip } from '../chips/support.ts';
import { makeLeaf, makeRoot } from '../support/certificates.ts';
import { HTMX, type Visitor } from '../support/visitor.ts';
import { caId, uploadCa, uploadPartner } from '../support/workflow.ts';

const STATUSES: readonly Status[] = ['pending_cert_upload', 'pending_approval', 'approved', 'rejected', 'deactivated'];

/** Names and codes that stand in Arabic sentences as they are. */
const LATIN =
  /^(FTM|DEVICE|AUTH|MOSIP|UTC|SHA|DER|PEM|PKCS|cer|pem|CSV|KiB|MiB|hash|Foundational|Trust|Modules|TRUE|FALSE|name|organisation|example)$/;

/** Words in Latin letters, of three or more, that are neither a value kept apart nor a name of the list. */
function latinWords($: CheerioAPI): string[] {
  $('bdi, code, time, [dir=ltr], [lang]:not(html), script, template, option').remove();
  const text = $('body')
    .text()
    .replace(/[\u2066\u2068][^\u2066-\u2069]*\u2069/g, ' ');
  return (text.match(/[A-Za-z]{3,}/g) ?? []).filter((word) => !LATIN.test(word));
}

/** Everything there is to see: chips in every state, a pending renewal, the paths of all pages by whose they are. */
async function openFull(): Promise<{ portal: ChipPortal; admin: string[]; partner: string[] }> {
  const portal = await openChipPortal();
  const chips: string[] = [];
  for (const status of STATUSES) chips.push(await chipIn(portal, status, `X ${status}`));
  const renewed = await chipIn(portal, 'approved', 'X-R');
  await uploadChip(portal.pia, renewed, portal.leaf());
  const [waiting = '', pending = '', approved = ''] = chips;
  const partner = `/partners/${portal.idOf('pia')}`;
  const ca = `/trust-store/${caId(portal, portal.ca)}`;
  const common = [...chips, renewed].flatMap((chip) => [chip, `${chip}/certificate`]);
  return {
    portal,
    partner: [
      ...[
        '/',
        '/partner-certificate',
        '/partner-certificate/new',
        '/chips',
        '/chips?q=nothing',
        '/chips/new',
        '/profile',
      ],
      ...['/consent', '/notifications', '/nowhere', '/partners'],
      ...common,
      ...[`${waiting}/certificate/new`, `${approved}/certificate/new`, `${chips[3]}/certificate/new`],
      `${approved}/deactivation/new`,
    ],
    admin: [
      ...[
        '/',
        '/trust-store',
        '/trust-store?type=intermediate',
        '/trust-store?q=nothing',
        '/trust-store/new?type=root',
      ],
      ...[
        '/partners',
        '/admins',
        '/admins/new',
        '/signing-ca',
        '/signing-ca/renewal/new',
        '/profile',
        '/notifications',
      ],
      ...[ca, `${ca}/retirement/new`, partner, `${partner}/deactivation/new`, `${partner}/organization/new`],
      ...[`${partner}/sign-out-everywhere/new`, `/admins/${portal.idOf('ada')}/sign-out-everywhere/new`],
      ...common,
      ...[`${pending}/decision/new`, `${renewed}/decision/new`, `${approved}/decision/new`, '/chips', '/nowhere'],
      `/partners/${portal.idOf('otto')}/organization/new`,
    ],
  };
}

async function walk(visitor: Visitor, paths: readonly string[]): Promise<void> {
  await visitor.post('/language', { language: 'en' });
  const statuses = new Map<string, number>();
  for (const path of paths) statuses.set(path, (await visitor.get(path)).status);
  expect([...statuses.values()].filter((status) => status === 200).length).toBeGreaterThan(paths.length / 2);
  for (const language of LANGUAGES) {
    await visitor.post('/language', { language });
    for (const path of paths) {
      const page = await visitor.get(path);
      expect({ path, language, status: page.status }).toEqual({ path, language, status: statuses.get(path) });
      expect(page.$('html').attr('lang')).toBe(language);
      expect(page.body, path).not.toMatch(/\{\{|>undefined<|\[object/);
      if (language === 'ar') expect({ path, words: latinWords(page.$) }).toEqual({ path, words: [] });
    }
  }
}

describe('every page speaks every language, and Arabic ones nothing else', () => {
  test('of a partner', async () => {
    const { portal, partner } = await openFull();
    await walk(portal.pia, partner);
  });

  test('of an admin', async () => {
    const { portal, admin } = await openFull();
    await walk(portal.ada, admin);
  });

  test('of a guest', async () => {
    const { portal } = await openFull();
    await walk(portal.guest, ['/login', '/register', '/forgot-password', '/nowhere', '/login?next=/chips']);
  });
});

describe.each(LANGUAGES)('refusals in %s', (language) => {
  const speak = (visitor: Visitor) => visitor.post('/language', { language });

  test('of files name what was compared', async () => {
    const portal = await openChipPortal();
    await Promise.all([speak(portal.pia), speak(portal.ada)]);
    const stranger = makeRoot({ subject: { CN: 'Ünknown Root', O: 'شركة' } });
    const foreign = makeLeaf(stranger, { subject: { O: 'شركة الرقائق', CN: 'x' } });
    const refused = await uploadPartner(portal.pia, foreign);
    expect(refused.codes).toEqual(['KER-PCM-008', 'KER-PCM-006']);
    const said = refused.text('[role=alert]');
    for (const value of ['Acme Chips Ltd', 'شركة الرقائق', 'Ünknown Root']) expect(said).toContain(value);
    expect(said).toContain('\u2068شركة الرقائق\u2069');
    const leaf = await uploadCa(portal.ada, foreign);
    expect(leaf.status).toBe(422);
    expect(leaf.text('[role=alert]')).not.toMatch(/\{\{|undefined/);
    if (language === 'ar') expect(latinWords(leaf.$)).toEqual([]);
  });

  test('of forms, also for htmx', async () => {
    const portal = await openChipPortal();
    await Promise.all([speak(portal.pia), speak(portal.ada), speak(portal.guest)]);
    const pending = await chipIn(portal, 'pending_approval');
    const answers = [
      await portal.guest.post('/register', { username: 'a b', email: 'x', phone: 'x', password: 'short' }),
      await portal.guest.post('/login'),
      await portal.pia.post('/chips', { make: 'x'.repeat(37), model: '\u0001' }),
      await portal.ada.post(`${pending}/rejection`, { certificateId: 'other', reason: 'x' }, HTMX),
      await portal.ada.post('/admins', { email: 'pia@acme.example', username: 'pia' }),
    ];
    for (const answer of answers) {
      expect(answer.codes.length).toBeGreaterThan(0);
      expect(answer.body).not.toMatch(/\{\{|>undefined</);
      if (language === 'ar') expect(latinWords(answer.$)).toEqual([]);
    }
  });
});
