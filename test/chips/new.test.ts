import { describe, expect, it } from 'vitest';
import { openPortal } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { chipIn, openChipPortal } from './support.ts';
import { walk } from './walk.ts';

describe('GET /chips/new', () => {
  it('shows the form, empty, which posts to /chips', async () => {
    const { pia } = await openChipPortal();
    const page = await pia.get('/chips/new');
    expect(page.status).toBe(200);
    expect(page.$('form[action="/chips"][method=post]')).toHaveLength(1);
    for (const name of ['make', 'model']) expect(page.$(`form[action="/chips"] [name=${name}]`).val()).toBe('');
    expect(page.$('label[for=make], label[for=model]')).toHaveLength(2);
    expect(page.codes).toEqual([]);
  });

  it.each(['rejected', 'deactivated'] as const)('is filled in by “Add again” of a chip that is %s', async (status) => {
    const portal = await openChipPortal();
    // A letter outside the basic plane counts as one character, and is not cut in two.
    const model = '𐐀'.repeat(36);
    const chip = await chipIn(portal, status, model);
    for (const page of [await portal.pia.get(chip), await portal.pia.get('/chips')]) {
      const again = page.$('a[href^="/chips/new?"]').attr('href') ?? '';
      const form = await portal.pia.get(again);
      expect([form.$('[name=make]').val(), form.$('[name=model]').val()]).toEqual(['Acme', model]);
    }
    expect((await portal.ada.get(chip)).$('a[href^="/chips/new"]')).toHaveLength(0);
  });

  it.each(['pending_cert_upload', 'pending_approval', 'approved'] as const)(
    'is not offered by a chip that is %s',
    async (status) => {
      const portal = await openChipPortal();
      const chip = await chipIn(portal, status);
      expect((await portal.pia.get(chip)).$('a[href^="/chips/new?"]')).toHaveLength(0);
    },
  );

  it('shows what an address fills in as text, and never more than a chip may have', async () => {
    const { pia } = await openChipPortal();
    const page = await pia.get(`/chips/new?make=${encodeURIComponent('"><script>x</script>')}&model=${'x'.repeat(99)}`);
    expect(page.$('[name=make]').val()).toBe('"><script>x</script>');
    expect(page.$('main script')).toHaveLength(0);
    expect(page.$('[name=model]').val()).toBe('x'.repeat(36));
    expect((await pia.get('/chips/new?make=a&make=b')).status).toBe(200);
  });

  it('says 409 while the partner certificate is missing, with what to do; to htmx as well', async () => {
    const { pia } = await openPortal();
    for (const answer of [await pia.get('/chips/new'), await pia.get('/chips/new', HTMX)]) {
      expect([answer.status, answer.codes]).toEqual([409, ['PMP_AUT_030']]);
      expect(answer.$('.reasons a').attr('href')).toBe('/partner-certificate/new');
      expect(answer.text('[role=alert]')).toContain('Upload your partner certificate first');
      expect(answer.$('[name=make]')).toHaveLength(0);
    }
  });
});

walk({ method: 'GET', path: '/chips/new', who: 'partner', status: 'pending_cert_upload' });
