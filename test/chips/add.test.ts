import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { openPortal } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { signIn } from '../support/workflow.ts';
import {
  acceptOtto,
  addChip,
  approve,
  chipIn,
  openChipPortal,
  reject,
  statusOf,
  submitChip,
  uploadChip,
} from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

const count = (portal: Awaited<ReturnType<typeof openChipPortal>>) =>
  portal.db.$client.prepare('SELECT count(*) FROM chips').pluck().get();

describe('POST /chips', () => {
  it('adds a chip and prompts for its certificate', async () => {
    const portal = await openChipPortal();
    const answer = await portal.pia.post('/chips', { make: ' Acme ', model: 'X  1' });
    expect(answer.status).toBe(303);
    expect(answer.location).toMatch(/^\/chips\/[0-9a-f]{32}\/certificate\/new$/);
    const prompt = await portal.pia.get(answer.location ?? '');
    expect(prompt.flash).toBe('chip-added');
    expect(prompt.$('form[enctype="multipart/form-data"]')).toHaveLength(1);
    expect(prompt.text()).toContain('Acme X 1');
    expect(await statusOf(portal, (answer.location ?? '').replace('/certificate/new', ''))).toBe('pending_cert_upload');
    expect(portal.trail().at(-1)).toMatchObject({ action: 'chip.add', actor: 'pia', outcome: 'done' });
    expect((await portal.pia.post('/chips', { make: 'Acme', model: 'H' }, HTMX)).status).toBe(204);
  });

  it.each([
    ['x'.repeat(36)],
    ['é'.repeat(36)],
    ['チップ'],
    ['रक्षा'],
    ['شريحة ١٢'],
    ['. , @ # & ( ) \\ - _ '],
    ['\' ? ! " : ; = / +'],
  ])('takes %j', async (model) => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia, model);
    expect((await portal.pia.get(chip)).text('h1')).toBe(`Acme ${model.trim()}`);
  });

  it.each([
    ['', 'PMP-FV-001'],
    ['   ', 'PMP-FV-001'],
    ['x'.repeat(37), 'PMP-FV-002'],
    ['a<b', 'PMP-FV-003'],
    ['a>b', 'PMP-FV-003'],
    ['a*b', 'PMP-FV-003'],
    ['a\u0000b', 'PMP-FV-003'],
    ['a\u202eb', 'PMP-FV-003'],
    ['😀', 'PMP-FV-003'],
  ])('refuses %j', async (model, code) => {
    const portal = await openChipPortal();
    const refused = await portal.pia.post('/chips', { make: 'Acme', model });
    expect([refused.status, refused.codes]).toEqual([422, [code]]);
    expect(refused.$('[name=make]').attr('value')).toBe('Acme');
    expect(refused.$('#model-reason')).toHaveLength(1);
    expect(count(portal)).toBe(0);
  });

  it('refuses fields that are missing, repeated or something else, all at once', async () => {
    const portal = await openChipPortal();
    expect((await portal.pia.post('/chips', {})).codes).toEqual(['PMP-FV-001', 'PMP-FV-001']);
    expect((await portal.pia.post('/chips', { make: ['a', 'b'], model: 'x' })).codes).toEqual(['PMP-FV-003']);
    const json = await portal.pia.send(
      'POST',
      '/chips',
      { origin: 'http://pmp.test', 'content-type': 'application/json' },
      '{"make":{"a":1},"model":[1]}',
    );
    expect(json.status).toBe(422);
    expect(count(portal)).toBe(0);
  });

  it('refuses the same make and model twice, whatever the case, and takes another’s', async () => {
    const portal = await openChipPortal();
    await addChip(portal.pia, 'Straße');
    const refused = await portal.pia.post('/chips', { make: 'ACME', model: 'STRASSE' });
    expect([refused.status, refused.codes]).toEqual([422, ['PMP_AUT_032']]);
    expect(refused.text('[role=alert]')).toContain('STRASSE');
    await acceptOtto(portal);
    await addChip(portal.otto, 'Straße');
    expect(count(portal)).toBe(2);
  });

  it.each(['pending_approval', 'approved'] as const)('refuses it while the chip is %s', async (status) => {
    const portal = await openChipPortal();
    await chipIn(portal, status);
    expect((await portal.pia.post('/chips', { make: 'Acme', model: 'X1' })).codes).toEqual(['PMP_AUT_032']);
  });

  it.each(['rejected', 'deactivated'] as const)(
    'takes it again once the chip is %s, with make and model filled in',
    async (status) => {
      const portal = await openChipPortal();
      const chip = await chipIn(portal, status);
      const again = (await portal.pia.get(chip)).$('a[href^="/chips/new?"]').attr('href') ?? '';
      const form = await portal.pia.get(again);
      expect([form.$('[name=make]').attr('value'), form.$('[name=model]').attr('value')]).toEqual(['Acme', 'X1']);
      await addChip(portal.pia, 'X1');
    },
  );

  it('makes one row of two identical adds at once', async () => {
    const portal = await openChipPortal();
    const answers = await Promise.all([1, 2].map(() => portal.pia.post('/chips', { make: 'Acme', model: 'X1' })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 422]);
    expect(answers.find((answer) => answer.status === 422)?.codes).toEqual(['PMP_AUT_032']);
    expect(count(portal)).toBe(1);
    expect(
      portal
        .trail()
        .slice(-2)
        .map((entry) => entry.outcome)
        .sort(),
    ).toEqual(['done', 'refused']);
  });

  it('needs a partner certificate that is accepted', async () => {
    const { pia } = await openPortal();
    for (const refused of [await pia.get('/chips/new'), await pia.post('/chips', { make: 'Acme', model: 'X' })]) {
      expect([refused.status, refused.codes]).toEqual([409, ['PMP_AUT_030']]);
      expect(refused.text('[role=alert]')).toContain('Upload your partner certificate first');
    }
  });

  it('needs a MOSIP-signed certificate in date, to the second; view, download and deactivate go on', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const waiting = await addChip(portal.pia, 'X2');
    const notAfter = portal.db.$client
      .prepare('SELECT not_after FROM mosip_signed_certificates')
      .pluck()
      .get() as number;
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(notAfter);
    expect((await (await signIn(portal, 'pia')).get('/chips/new')).status).toBe(200);
    vi.setSystemTime(notAfter + 1);
    const pia = await signIn(portal, 'pia');
    for (const refused of [
      await pia.get('/chips/new'),
      await pia.post('/chips', { make: 'A', model: 'B' }),
      await pia.get(`${waiting}/certificate/new`),
      await uploadChip(pia, waiting, portal.leaf()),
    ]) {
      expect([refused.status, refused.codes]).toEqual([409, ['PMP_AUT_030']]);
    }
    expect((await pia.get(chip)).status).toBe(200);
    expect((await pia.get(`${chip}/certificate/original`)).status).toBe(200);
    expect((await pia.post(`${chip}/deactivation`)).status).toBe(303);
  });

  it('needs a partner certificate that still has its path', async () => {
    const portal = await openChipPortal();
    // The CA ends before the partner's certificate does, which is then without a path.
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 200 * DAY);
    portal.db.$client.exec(
      'DROP TRIGGER ca_certificates_no_delete; DELETE FROM ca_certificates; UPDATE trust_store_versions SET version = version + 1',
    );
    const refused = await (await signIn(portal, 'pia')).post('/chips', { make: 'A', model: 'B' });
    expect([refused.status, refused.codes]).toEqual([409, ['PMP_AUT_030']]);
  });

  it('is for partners', async () => {
    const portal = await openChipPortal();
    expect((await portal.ada.post('/chips', { make: 'A', model: 'B' })).status).toBe(403);
    expect((await portal.ada.get('/chips/new')).status).toBe(403);
    expect((await portal.guest.post('/chips', { make: 'A', model: 'B' })).location).toMatch(/^\/login\?next=/);
    expect(count(portal)).toBe(0);
  });
});

it('the decision of one provider’s chip says nothing to another', async () => {
  const portal = await openChipPortal();
  const chip = await submitChip(portal);
  await reject(portal, chip, 'secret to Otto');
  await acceptOtto(portal);
  expect((await portal.otto.get('/chips')).$('tr[data-id]')).toHaveLength(0);
  for (const path of ['', '/certificate', '/certificate/new', '/certificate/original', '/deactivation/new']) {
    expect((await portal.otto.get(chip + path)).status, path).toBe(404);
  }
  expect((await uploadChip(portal.otto, chip, portal.leaf())).status).toBe(404);
  expect((await portal.otto.post(`${chip}/deactivation`)).status).toBe(404);
  expect((await approve(portal, chip)).status).toBe(409);
});
