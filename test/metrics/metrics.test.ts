import { expect, it } from 'vitest';
import { now } from '../../src/lib/clock.ts';
import { DAY } from '../../src/lib/durations.ts';
import { addChip, uploadChip } from '../chips/support.ts';
import { makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { acceptPartner, trustCa, uploadCa, uploadPartner } from '../support/workflow.ts';

const openMetrics = (settings = {}) => openPortal({ PMP_METRICS: '1', ...settings });

/** The series that begin so, with their values. */
async function series({ guest }: Pick<Portal, 'guest'>, name: string): Promise<Record<string, number>> {
  const { body } = await guest.get('/metrics');
  const lines = body.split('\n').filter((line) => line.startsWith(name));
  return Object.fromEntries(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]));
}

it('is not there unless asked for', async () => {
  const { guest, ada } = await openPortal();
  expect([(await guest.get('/metrics')).status, (await ada.get('/metrics')).status]).toEqual([404, 404]);
});

it('tells everybody who reaches it, whatever the limit of rate, and is kept by nobody', async () => {
  const { guest } = await openMetrics({ PMP_RATE_LIMIT: '2' });
  for (let ask = 0; ask < 4; ask += 1) expect((await guest.get('/metrics')).status).toBe(200);
  const answer = await guest.get('/metrics');
  expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.headers['set-cookie']).toBeUndefined();
  expect(answer.body).toMatch(/^nodejs_eventloop_lag_p99_seconds \S+$/m);
});

it('counts requests by method, pattern of the route and status, and measures them; addresses make no series', async () => {
  const portal = await openMetrics();
  const { guest, pia } = portal;
  await pia.get('/chips/made-up-1');
  await pia.get('/chips/made-up-2');
  await guest.get('/login');
  await guest.get('/nowhere/1?token=secret');
  await guest.get('/nowhere/2');
  expect(await series(portal, 'pmp_http_requests_total')).toEqual({
    'pmp_http_requests_total{method="GET",route="/chips/:id",status="404"}': 2,
    'pmp_http_requests_total{method="GET",route="/login",status="200"}': 1,
    'pmp_http_requests_total{method="GET",route="none",status="404"}': 2,
  });
  expect(await series(portal, 'pmp_http_request_duration_seconds_count')).toMatchObject({
    'pmp_http_request_duration_seconds_count{method="GET",route="/chips/:id"}': 2,
  });
  expect((await guest.get('/metrics')).body).not.toMatch(/made-up|nowhere|secret|pia/);
});

it('counts what was issued, and what was refused by each code', async () => {
  const portal = await openMetrics();
  const { pia, otto, ada, guest } = portal;
  const root = makeRoot();
  await trustCa(portal, root, 'root');
  const ca = makeIntermediate(root);
  await trustCa(portal, ca, 'intermediate');
  expect(await series(portal, 'pmp_certificates_')).toEqual({ pmp_certificates_issued_total: 0 });
  await acceptPartner(portal, pia, makeLeaf(ca));
  const refusals = [
    await uploadPartner(otto, makeLeaf(makeRoot())),
    await uploadChip(pia, await addChip(pia), makeLeaf(makeRoot())),
    await uploadCa(ada, root),
  ];
  await uploadPartner(guest, makeLeaf(ca));
  await pia.upload('/partner-certificate/preview', { name: 'x.cer', bytes: 'x' });
  const expected: Record<string, number> = { pmp_certificates_issued_total: 1 };
  const actions = ['partner-certificate.upload', 'chip.upload-certificate', 'ca-certificate.add'];
  for (const [index, { codes }] of refusals.entries()) {
    expect(codes.length).toBeGreaterThan(0);
    for (const code of codes) expected[`pmp_certificates_refused_total{action="${actions[index]}",code="${code}"}`] = 1;
  }
  expect(await series(portal, 'pmp_certificates_')).toEqual(expected);
});

it('tells how many chips stand in each state', async () => {
  const portal = await openMetrics();
  const root = makeRoot();
  await trustCa(portal, root, 'root');
  await acceptPartner(portal, portal.pia, makeLeaf(root));
  await addChip(portal.pia, 'X1');
  const second = await addChip(portal.pia, 'X2');
  await uploadChip(portal.pia, second, makeLeaf(root));
  expect(await series(portal, 'pmp_chips')).toEqual({
    'pmp_chips{status="pending_cert_upload"}': 1,
    'pmp_chips{status="pending_approval"}': 1,
    'pmp_chips{status="approved"}': 0,
    'pmp_chips{status="rejected"}': 0,
    'pmp_chips{status="deactivated"}': 0,
  });
});

it('tells the days until the next CA of each domain and kind ends, and each of the own ones', async () => {
  const portal = await openMetrics();
  const late = makeRoot({ notAfter: now() + 900 * DAY });
  await trustCa(portal, late, 'root');
  const soon = await trustCa(portal, makeRoot({ notAfter: now() + 400 * DAY }), 'root');
  await trustCa(portal, makeIntermediate(late, { notAfter: now() + 500 * DAY }), 'intermediate');
  await trustCa(portal, makeRoot({ notAfter: now() + 700 * DAY }), 'root', 'DEVICE');
  const days = async () =>
    Object.fromEntries(
      Object.entries(await series(portal, 'pmp_ca_days_left')).map(([key, value]) => [key, Math.round(value)]),
    );
  const rest = {
    'pmp_ca_days_left{domain="DEVICE",kind="root"}': 700,
    'pmp_ca_days_left{domain="FTM",kind="intermediate"}': 500,
  };
  expect(await days()).toEqual({ ...rest, 'pmp_ca_days_left{domain="FTM",kind="root"}': 400 });
  await portal.ada.post(`/trust-store/${soon}/retirement`, { reason: 'no longer audited' });
  expect(await days()).toEqual({ ...rest, 'pmp_ca_days_left{domain="FTM",kind="root"}': 900 });
  const own = portal.db.$client.prepare('SELECT id, kind FROM signing_ca_certificates').all() as Record<
    string,
    string
  >[];
  expect(Object.keys(await series(portal, 'pmp_signing_ca_days_left')).sort()).toEqual(
    own
      .map(
        ({ id, kind }) => `pmp_signing_ca_days_left{id="${id}",kind="${kind}",signs="${kind === 'issuing' ? 1 : 0}"}`,
      )
      .sort(),
  );
});
