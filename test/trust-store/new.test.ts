import { describe, expect, it } from 'vitest';
import { openPortal } from '../support/portal.ts';

describe('GET /trust-store/new', () => {
  it.each([
    ['', 'root'],
    ['?type=root', 'root'],
    ['?type=intermediate', 'intermediate'],
    ['?type=leaf', 'root'],
  ])('shows one form for the tab: %s', async (query, kind) => {
    const { ada } = await openPortal();
    const answer = await ada.get(`/trust-store/new${query}`);
    expect(answer.status).toBe(200);
    const form = answer.$('form:has([name=certificate])');
    expect(form).toHaveLength(1);
    expect([form.attr('method'), form.attr('action'), form.attr('enctype')]).toEqual([
      'post',
      '/trust-store',
      'multipart/form-data',
    ]);
    expect(form.find('[name=type]').val()).toBe(kind);
    const domains = form.find('[name=domain] option').toArray();
    expect(domains.map((option) => answer.$(option).attr('value'))).toEqual(['FTM', 'DEVICE', 'AUTH']);
    expect(answer.$('[data-codes]')).toHaveLength(0);
  });

  it('is for admins', async () => {
    const { guest, pia } = await openPortal();
    expect((await guest.get('/trust-store/new')).location).toMatch(/^\/login\?next=/);
    expect((await pia.get('/trust-store/new')).status).toBe(403);
  });
});
