import { describe, expect, it } from 'vitest';
import { type ChipPortal, chipIn, idIn, openChipPortal } from '../chips/support.ts';
import { openPortal } from '../support/portal.ts';
import { caId } from '../support/workflow.ts';

/**
 * Who gets which status where: nobody signed in · Pia, whose chip and certificate `:id` names · Otto, another partner · Ada, an admin.
 * POSTs carry an empty form. The rows are compared with the routes that the app really has: a new route without a row fails.
 */
const TABLE: Readonly<Record<string, readonly [guest: number, pia: number, otto: number, ada: number]>> = {
  'GET /assets/:file': [404, 404, 404, 404],
  'GET /favicon.ico': [303, 303, 303, 303],
  'GET /help': [200, 200, 200, 200],
  'GET /help/*': [404, 404, 404, 404],
  'GET /help/images/:file': [404, 404, 404, 404],
  'GET /healthz': [200, 200, 200, 200],
  'GET /readyz': [200, 200, 200, 200],
  'GET /metrics': [404, 404, 404, 404],
  'GET /login': [200, 303, 303, 303],
  'POST /login': [422, 422, 422, 422],
  'POST /logout': [303, 303, 303, 303],
  'GET /logout': [303, 303, 303, 303],
  'POST /session/extension': [303, 204, 204, 204],
  'GET /session/extension': [303, 303, 303, 303],
  'POST /session/expiry': [303, 303, 303, 303],
  'GET /session/expiry': [303, 303, 303, 303],
  'GET /register': [200, 200, 200, 200],
  'POST /register': [422, 422, 422, 422],
  'GET /forgot-password': [200, 200, 200, 200],
  'POST /forgot-password': [422, 422, 422, 422],
  'GET /reset-password': [410, 410, 410, 410],
  'POST /reset-password': [410, 410, 410, 410],
  'GET /setup': [410, 410, 410, 410],
  'POST /setup': [410, 410, 410, 410],
  'GET /consent': [303, 200, 200, 200],
  'POST /consent': [303, 409, 409, 409],
  'GET /profile': [303, 200, 200, 200],
  'POST /profile/password': [303, 422, 422, 422],
  'GET /profile/password': [303, 303, 303, 303],
  'POST /profile/email': [303, 422, 422, 422],
  'GET /profile/email': [303, 303, 303, 303],
  'GET /profile/email/confirmation': [410, 410, 410, 410],
  'POST /profile/email/confirmation': [410, 410, 410, 410],
  'POST /profile/sign-out-everywhere': [303, 303, 303, 303],
  'GET /profile/sign-out-everywhere': [303, 303, 303, 303],
  'POST /language': [400, 400, 400, 400],
  'GET /language': [303, 303, 303, 303],
  'GET /trust-store': [303, 403, 403, 200],
  'GET /trust-store/new': [303, 403, 403, 200],
  'POST /trust-store': [303, 403, 403, 400],
  'POST /trust-store/preview': [303, 403, 403, 400],
  'GET /trust-store/preview': [303, 403, 403, 303],
  'GET /trust-store/uploads/:id': [303, 403, 403, 404],
  'GET /trust-store/:id': [303, 403, 403, 200],
  'GET /trust-store/:id/download': [303, 403, 403, 200],
  'GET /trust-store/:id/retirement/new': [303, 403, 403, 200],
  'POST /trust-store/:id/retirement': [303, 403, 403, 422],
  'GET /trust-store/:id/retirement': [303, 403, 403, 303],
  'GET /signing-ca': [303, 403, 403, 200],
  'GET /signing-ca/:id/download': [200, 200, 200, 200],
  'GET /signing-ca/renewal/new': [303, 403, 403, 200],
  'POST /signing-ca/renewal': [303, 403, 403, 422],
  'GET /signing-ca/renewal': [303, 403, 403, 303],
  'GET /certificates/:id/original': [303, 200, 404, 200],
  'GET /certificates/:id/mosip-signed': [303, 200, 404, 200],
  'GET /partner-certificate': [303, 200, 200, 403],
  'GET /partner-certificate/new': [303, 200, 200, 403],
  'POST /partner-certificate': [303, 400, 400, 403],
  'POST /partner-certificate/preview': [303, 400, 400, 403],
  'GET /partner-certificate/preview': [303, 303, 303, 403],
  'GET /partner-certificate/original': [303, 200, 404, 403],
  'GET /partner-certificate/mosip-signed': [303, 200, 404, 403],
  'GET /chips': [303, 200, 200, 200],
  'GET /chips/:id': [303, 200, 404, 200],
  'GET /chips/new': [303, 200, 409, 403],
  'POST /chips': [303, 422, 409, 403],
  'GET /chips/:id/certificate': [303, 200, 404, 200],
  'GET /chips/:id/certificate/original': [303, 200, 404, 200],
  'GET /chips/:id/certificate/new': [303, 200, 404, 403],
  'POST /chips/:id/certificate': [303, 400, 404, 403],
  'POST /chips/:id/certificate/preview': [303, 400, 404, 403],
  'GET /chips/:id/certificate/preview': [303, 303, 303, 403],
  'GET /chips/:id/decision/new': [303, 403, 403, 409],
  'POST /chips/:id/approval': [303, 403, 403, 409],
  'GET /chips/:id/approval': [303, 403, 403, 303],
  'POST /chips/:id/rejection': [303, 403, 403, 409],
  'GET /chips/:id/rejection': [303, 403, 403, 303],
  'GET /chips/:id/deactivation/new': [303, 200, 404, 200],
  'POST /chips/:id/deactivation': [303, 303, 404, 422],
  'GET /chips/:id/deactivation': [303, 303, 303, 303],
  'GET /partners': [303, 403, 403, 200],
  'GET /partners/:id': [303, 403, 403, 200],
  'GET /partners/:id/organization/new': [303, 403, 403, 409],
  'POST /partners/:id/organization': [303, 403, 403, 409],
  'GET /partners/:id/organization': [303, 403, 403, 303],
  'GET /partners/:id/deactivation/new': [303, 403, 403, 200],
  'POST /partners/:id/deactivation': [303, 403, 403, 422],
  'GET /partners/:id/deactivation': [303, 403, 403, 303],
  'GET /partners/:id/sign-out-everywhere/new': [303, 403, 403, 200],
  'POST /partners/:id/sign-out-everywhere': [303, 403, 403, 303],
  'GET /partners/:id/sign-out-everywhere': [303, 403, 403, 303],
  'GET /admins': [303, 403, 403, 200],
  'GET /admins/new': [303, 403, 403, 200],
  'POST /admins': [303, 403, 403, 422],
  'GET /admins/:id/deactivation/new': [303, 403, 403, 409],
  'POST /admins/:id/deactivation': [303, 403, 403, 409],
  'GET /admins/:id/deactivation': [303, 403, 403, 303],
  'GET /admins/:id/sign-out-everywhere/new': [303, 403, 403, 200],
  'POST /admins/:id/sign-out-everywhere': [303, 403, 403, 303],
  'GET /admins/:id/sign-out-everywhere': [303, 403, 403, 303],
  'GET /audit': [303, 403, 403, 200],
  'GET /notifications': [303, 200, 200, 200],
  'GET /notifications/panel': [303, 303, 303, 303],
  'POST /notifications/:id/dismissal': [303, 303, 404, 404],
  'GET /notifications/:id/dismissal': [303, 303, 303, 303],
  'POST /notifications/dismissals': [303, 303, 303, 303],
  'GET /notifications/dismissals': [303, 303, 303, 303],
  'GET /': [303, 200, 200, 200],
};

const PEOPLE = ['guest', 'pia', 'otto', 'ada'] as const;

/** Pia with an approved chip: what the ids of the table stand for. */
async function prepare(): Promise<ChipPortal & { chip: string }> {
  const portal = await openChipPortal();
  return { ...portal, chip: await chipIn(portal, 'approved') };
}

function fill(portal: Awaited<ReturnType<typeof prepare>>, url: string): string {
  const certificate = () =>
    portal.db.$client
      .prepare('SELECT certificate_id FROM partners WHERE account_id = ?')
      .pluck()
      .get(portal.idOf('pia')) as string;
  const ids: Record<string, () => string> = {
    'trust-store': () => caId(portal, portal.ca),
    'signing-ca': () => portal.db.$client.prepare('SELECT id FROM signing_ca_certificates').pluck().get() as string,
    certificates: certificate,
    chips: () => idIn(portal.chip),
    partners: () => portal.idOf('pia'),
    admins: () => portal.idOf('ada'),
    notifications: () =>
      String(
        portal.db.$client.prepare('SELECT id FROM notifications WHERE account_id = ?').pluck().get(portal.idOf('pia')),
      ),
  };
  return url.replace(':id', () => ids[url.split('/')[1] ?? '']?.() ?? '').replace(':file', 'nothing.js');
}

describe('people × routes', () => {
  it('has a row for every route, and none besides', async () => {
    const { app } = await openPortal();
    const routes = app.declaredRoutes.map(({ method, url }) => `${method} ${url}`);
    expect(new Set(routes).size).toBe(routes.length);
    expect(Object.keys(TABLE).sort()).toEqual([...routes].sort());
  });

  it.each(Object.entries(TABLE))('%s', async (route, expected) => {
    const portal = await prepare();
    const [method, url = ''] = route.split(' ');
    const path = fill(portal, url);
    const statuses: number[] = [];
    for (const person of PEOPLE) {
      const answer = method === 'GET' ? await portal[person].get(path) : await portal[person].post(path);
      statuses.push(answer.status);
      if (
        answer.status === 303 &&
        person === 'guest' &&
        expected[0] === 303 &&
        !['/favicon.ico', '/language'].includes(url)
      ) {
        expect(answer.location).toMatch(/^\/login\?next=/);
      }
      if (person !== 'guest' && method === 'POST') break;
    }
    // What one person's POST changed must not decide about the next: each of the others tries on a portal of its own.
    if (method === 'POST') {
      for (const person of PEOPLE.slice(2)) {
        const own = await prepare();
        statuses.push((await own[person].post(fill(own, url))).status);
      }
    }
    expect(statuses).toEqual(expected);
  });

  it('asks nobody for consent on a public page, and everybody on the others', async () => {
    const { app, visitor } = await openPortal();
    const newcomer = visitor();
    await newcomer.post('/register', {
      partnerType: 'FTM_PROVIDER',
      firstName: 'N',
      lastName: 'N',
      organization: 'N',
      address: 'N',
      phone: '1',
      email: 'n@n.example',
      username: 'new',
      password: 'a long pass phrase 7',
      confirmPassword: 'a long pass phrase 7',
      language: 'en',
    });
    for (const { method, url, access } of app.declaredRoutes) {
      if (access === 'public' || access === 'before-consent') continue;
      const path = url.replace(':id', '0123');
      const answer = method === 'GET' ? await newcomer.get(path) : await newcomer.post(path);
      expect([method, url, answer.status, answer.location]).toEqual([method, url, 303, '/consent']);
    }
  });
});
