import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { now } from '../../src/lib/clock.ts';
import { DAY } from '../../src/lib/durations.ts';
import { fingerprintOf, makeIntermediate, makeRoot } from '../support/certificates.ts';
import { shownName } from '../support/names.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { type Answer, HTMX } from '../support/visitor.ts';
import { caId, signIn, trustCa } from '../support/workflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

const alpha = makeRoot({ subject: { O: 'Alpha Trust', CN: 'Alpha Root CA' } });
const beta = makeRoot({ subject: { O: 'Beta Trust', CN: '<b>Beta</b> Root CA' }, notAfter: now() + 400 * DAY });
const below = makeIntermediate(alpha, { subject: { O: 'Alpha Trust', CN: 'Alpha Issuing CA' } });

async function openStore(): Promise<Portal> {
  const portal = await openPortal();
  await trustCa(portal, alpha, 'root');
  await trustCa(portal, beta, 'root', 'DEVICE');
  await trustCa(portal, below, 'intermediate');
  return portal;
}

const subjects = (answer: Answer) =>
  answer
    .$('tr[data-id]')
    .toArray()
    .map((row) => answer.$(row).find('td').eq(1).text().trim());

describe('GET /trust-store', () => {
  let names: Record<'alpha' | 'beta', string>;
  beforeAll(() => {
    names = { alpha: shownName(alpha.certificate.subject.text), beta: shownName(beta.certificate.subject.text) };
  });

  it('lists the roots, newest first, with marks and total', async () => {
    const portal = await openStore();
    const answer = await portal.ada.get('/trust-store');
    expect(answer.status).toBe(200);
    expect(subjects(answer)).toEqual([names.beta, names.alpha]);
    expect(answer.$('[data-total]').attr('data-total')).toBe('2');
    const row = answer.$(`#ca-${caId(portal, alpha)}`);
    expect(row.attr('data-id')).toBe(caId(portal, alpha));
    expect(row.find('[data-status]').attr('data-status')).toBe('valid');
    expect(row.find('a[download]').attr('href')).toBe(`/trust-store/${caId(portal, alpha)}/download`);
  });

  it('shows names as text', async () => {
    const portal = await openStore();
    const answer = await portal.ada.get('/trust-store');
    expect(answer.$('main b')).toHaveLength(0);
    expect(answer.text()).toContain(names.beta);
  });

  it('lists the intermediates on their tab, and offers the chain first', async () => {
    const portal = await openStore();
    const answer = await portal.ada.get('/trust-store?type=intermediate');
    expect(answer.$('tr[data-id]')).toHaveLength(1);
    const downloads = answer.$('tr[data-id] a[download]').toArray();
    const id = caId(portal, below);
    expect(downloads.map((link) => answer.$(link).attr('href'))).toEqual([
      `/trust-store/${id}/download?format=p7b`,
      `/trust-store/${id}/download`,
    ]);
  });

  it.each<[string, ('alpha' | 'beta')[]]>([
    ['domain=FTM', ['alpha']],
    ['domain=AUTH', []],
    ['domain=nonsense', ['beta', 'alpha']],
    ['issuedTo=alpha', ['alpha']],
    ['issuedTo=ALPHA+root', ['alpha']],
    ['issuedBy=Beta', ['beta']],
    ['issuedBy=Root+CA,O=Alpha+Trust', ['alpha']],
    ['issuedBy=Root+CA,+O=Alpha+Trust', ['alpha']],
    ['issuedTo=be', ['beta']],
    ['issuedTo=et', []],
    ['issuedTo=%25', []],
    ['q=beta', ['beta']],
    [`q=${fingerprintOf(alpha.der).slice(0, 20)}`, ['alpha']],
    [`validTill=${new Date(beta.certificate.notAfter).toISOString().slice(0, 10)}`, ['beta']],
    ['validFrom=2001-01-01', []],
    ['validFrom=not-a-day', ['beta', 'alpha']],
    ['uploaded=2001-01-01', []],
    ['status=valid', ['beta', 'alpha']],
    ['status=expired', []],
    // Beta's name begins with a sign, and signs come before letters.
    ['sort=issuedTo', ['beta', 'alpha']],
    ['sort=-issuedTo', ['alpha', 'beta']],
    ['sort=status', ['alpha', 'beta']],
    ['sort=-status', ['beta', 'alpha']],
    ['sort=validTill', ['beta', 'alpha']],
    ['sort=-validTill', ['alpha', 'beta']],
    ['sort=drop+table', ['beta', 'alpha']],
    ['page=0&size=7', ['beta', 'alpha']],
    ['type=unknown', ['beta', 'alpha']],
    ['type=root&type=intermediate', ['beta', 'alpha']],
    ['domain=FTM&domain=DEVICE', ['beta', 'alpha']],
  ])('with ?%s', async (query, expected) => {
    const portal = await openStore();
    const answer = await portal.ada.get(`/trust-store?${query}`);
    expect(answer.status).toBe(200);
    expect(subjects(answer)).toEqual(expected.map((key) => names[key]));
    expect(answer.$('[data-total]').attr('data-total')).toBe(String(expected.length));
  });

  it('marks what has ended, and finds it by status', async () => {
    const portal = await openStore();
    vi.useFakeTimers({ toFake: ['Date'], now: now() + 500 * DAY });
    const ada = await signIn(portal, 'ada');
    const answer = await ada.get('/trust-store?status=expired');
    expect(subjects(answer)).toEqual([names.beta]);
    expect(answer.$('tr[data-id] [data-status]').attr('data-status')).toBe('expired');
    expect(subjects(await ada.get('/trust-store?status=valid'))).toEqual([names.alpha]);
  });

  it('pages', async () => {
    const portal = await openPortal();
    for (let index = 0; index < 9; index += 1) await trustCa(portal, makeRoot(), 'root');
    const first = await portal.ada.get('/trust-store?size=8');
    const second = await portal.ada.get('/trust-store?size=8&page=2');
    expect([first, second].map((answer) => answer.$('tr[data-id]').length)).toEqual([8, 1]);
    expect(second.$('[data-total]').attr('data-total')).toBe('9');
  });

  it('says what to do while it is empty, and when nothing was found', async () => {
    const portal = await openPortal();
    const empty = await portal.ada.get('/trust-store');
    expect(empty.text('.empty')).toMatch(/upload/i);
    expect(empty.$('[data-total]').attr('data-total')).toBe('0');
    expect(empty.$('a[href="/trust-store/new?type=root"]').length).toBeGreaterThan(0);
    await trustCa(portal, alpha, 'root');
    const nothing = await portal.ada.get('/trust-store?q=zzz');
    expect(nothing.$('.empty a[href^="/trust-store"]')).toHaveLength(1);
  });

  it('answers htmx with the list alone', async () => {
    const portal = await openStore();
    const answer = await portal.ada.get('/trust-store?type=root&q=alpha', HTMX);
    expect(answer.status).toBe(200);
    expect(answer.body).not.toContain('<html');
    expect(answer.$('body').children().first().attr('id')).toBe('ca-list');
    expect(subjects(answer)).toEqual([names.alpha]);
  });

  it('is for admins', async () => {
    const { guest, pia } = await openPortal();
    expect((await guest.get('/trust-store?type=root')).location).toBe(
      `/login?next=${encodeURIComponent('/trust-store?type=root')}`,
    );
    const signedOut = await guest.get('/trust-store', HTMX);
    expect([signedOut.status, signedOut.headers['hx-redirect']?.toString().split('?')[0]]).toEqual([204, '/login']);
    const answer = await pia.get('/trust-store');
    expect([answer.status, answer.codes]).toEqual([403, ['KER-ATH-403']]);
  });
});
