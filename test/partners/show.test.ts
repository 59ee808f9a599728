import { describe, expect, it } from 'vitest';
import { makeLeaf } from '../support/certificates.ts';
import { openPortal, REGISTRATION } from '../support/portal.ts';
import { acceptPartner, acceptPia } from '../support/workflow.ts';

describe('GET /partners/:id', () => {
  it('shows the registration, the certificates and the chips, its own status first', async () => {
    const portal = await openPortal();
    const { id } = await acceptPia(portal);
    await portal.pia.post('/chips', { make: 'Acme', model: 'X1' });
    const page = await portal.ada.get(`/partners/${portal.idOf('pia')}`);
    expect(page.status).toBe(200);
    expect(page.$('[data-status]').first().attr('data-status')).toBe('active');
    for (const text of ['Acme Chips Ltd', 'pia@acme.example', '1 Silicon Street', '+91 80 1234'])
      expect(page.text()).toContain(text);
    expect(page.$(`#certificate-${id}`)).toHaveLength(1);
    expect(page.$(`a[href="/certificates/${id}/mosip-signed"]`)).toHaveLength(1);
    expect(page.$('tr[id^=chip-] [data-status]').attr('data-status')).toBe('pending_cert_upload');
  });

  it('tells the history, newest first: what, who, why, with every certificate', async () => {
    const portal = await openPortal();
    const path = `/partners/${portal.idOf('pia')}`;
    await portal.ada.post(`${path}/organization`, { organization: 'Acme <b>Ltd', reason: 'a slip\nof the pen' });
    await portal.ada.post(`${path}/organization`, { organization: 'x'.repeat(129), reason: 'refused' });
    await portal.ada.post(`${path}/organization`, { organization: 'Acme Chips Ltd', reason: 'another' });
    const { ca } = await acceptPia(portal);
    await acceptPartner(portal, portal.pia, makeLeaf(ca));
    await portal.ada.post(`${path}/deactivation`, { reason: 'went out of business' });
    const page = await portal.ada.get(path);
    const events = page.$('.timeline li').toArray();
    const told = events.map((event) => page.$(event).text().replace(/\s+/g, ' ').trim());
    const expected = [
      /^Deactivated .* ada went out of business$/,
      /^Certificate uploaded .* pia .*\(current\) Valid till .* MOSIP-signed valid till /,
      /^Certificate uploaded .* pia (?!.*current).* Valid till .* MOSIP-signed valid till /,
      /^Organisation corrected .* ada From “Acme <b>Ltd” to “Acme Chips Ltd” another$/,
      /^Organisation corrected .* ada From “Acme Chips Ltd” to “Acme <b>Ltd” a slip of the pen$/,
      /^Registered .* pia$/,
    ];
    expect(told).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(told[index]).toMatch(pattern);
    expect(page.$('main b')).toHaveLength(0);
  });

  it('offers to correct the organisation only while no certificate is accepted', async () => {
    const portal = await openPortal();
    const path = `/partners/${portal.idOf('pia')}`;
    expect((await portal.ada.get(path)).$(`a[href="${path}/organization/new"]`)).toHaveLength(1);
    await acceptPia(portal);
    expect((await portal.ada.get(path)).$(`a[href="${path}/organization/new"]`)).toHaveLength(0);
  });

  it('names other partners with the same organisation or the same key', async () => {
    const portal = await openPortal();
    const { ca, leaf } = await acceptPia(portal);
    const nora = portal.visitor();
    await nora.post('/register', { ...REGISTRATION, email: 'nora@acme.example', username: 'nora' });
    await acceptPartner(
      portal,
      portal.otto,
      makeLeaf(ca, { subject: { O: 'Nordic Silicon AS', CN: 'Same key' }, key: leaf.keys }),
    );
    const page = await portal.ada.get(`/partners/${portal.idOf('pia')}`);
    const other = (name: string) => page.$(`li:has(a[href="/partners/${portal.idOf(name)}"])`).text();
    expect(other('nora')).toContain('same organisation');
    expect(other('nora')).not.toContain('same key');
    expect(other('otto')).toContain('same key');
  });

  it('shows what was typed as text', async () => {
    const portal = await openPortal();
    const eve = portal.visitor();
    await eve.post('/register', {
      ...REGISTRATION,
      organization: '<b>&"\'Evil',
      address: '<script>x</script>',
      email: 'eve@x.example',
      username: 'eve',
    });
    const page = await portal.ada.get(`/partners/${portal.idOf('eve')}`);
    expect(page.body).toContain('&lt;script&gt;x&lt;/script&gt;');
    expect(page.$('main b, main script')).toHaveLength(0);
  });

  it('is for admins; an unknown id and an admin are no partners', async () => {
    const portal = await openPortal();
    const path = `/partners/${portal.idOf('pia')}`;
    expect((await portal.pia.get(path)).status).toBe(403);
    expect((await portal.guest.get(path)).status).toBe(303);
    expect((await portal.ada.get('/partners/0123')).status).toBe(404);
    expect((await portal.ada.get(`/partners/${portal.idOf('ada')}`)).status).toBe(404);
  });

  it('shows the newest sixteen chips, and the way to all of them and nobody else’s', async () => {
    const portal = await openPortal();
    const { ada, db, idOf } = portal;
    const insert = db.$client.prepare(
      `INSERT INTO chips (id, partner_id, make, model, make_key, model_key, status, created_at, status_at)
       VALUES (@model, @partner, 'Acme', @model, 'acme', @model, 'pending_cert_upload', @at, @at)`,
    );
    const add = (model: string, username: string) => insert.run({ model, partner: idOf(username), at: Date.now() });
    for (let number = 1; number <= 16; number += 1) add(`m${number}`, 'pia');
    const path = `/partners/${idOf('pia')}`;
    const full = await ada.get(path);
    expect(full.$('tr[id^="chip-"]')).toHaveLength(16);
    expect(full.$('a[href^="/chips?"]')).toHaveLength(0);
    add('m17', 'pia');
    await portal.visitor().post('/register', { ...REGISTRATION, email: 'p2@x.example', username: 'pia2' });
    add('m18', 'pia2');
    const over = await ada.get(path);
    expect(over.$('tr[id^="chip-"]').first().attr('id')).toBe('chip-m17');
    expect(over.$('tr[id^="chip-"]')).toHaveLength(16);
    const link = over.$('a[href^="/chips?"]');
    expect([link.attr('href'), link.text()]).toEqual(['/chips?partner=pia', 'Show all 17 chips']);
    const totalOf = async (query: string) => (await ada.get(`/chips?${query}`)).$('[data-total]').attr('data-total');
    expect(await totalOf('partner=pia')).toBe('17');
    expect(await totalOf('partner=PIA&q=m1')).toBe('9');
    expect(await totalOf('partner=pia&status=pending_cert_upload')).toBe('17');
    expect(await totalOf('partner=pi')).toBe('18');
  });
});
