import { describe, expect, it } from 'vitest';
import { HTMX } from '../support/visitor.ts';
import {
  approve,
  certificateToDecide,
  FROM_LIST,
  idIn,
  openChipPortal,
  reject,
  statusOf,
  submitChip,
  uploadChip,
} from './support.ts';
import { stateOf, walk } from './walk.ts';

describe('POST /chips/:id/rejection', () => {
  it('rejects: leads to the chip, keeps the reason, writes the trail', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const certificateId = await certificateToDecide(portal, chip);
    const answer = await reject(portal, chip, '  Not the chip’s own certificate.\r\nAsk your CA.  ');
    expect([answer.status, answer.location]).toEqual([303, chip]);
    expect((await portal.ada.get(chip)).flash).toBe('chip-rejected');
    const reason = 'Not the chip’s own certificate.\nAsk your CA.';
    const page = await portal.pia.get(chip);
    expect(page.$('main [data-status]').first().attr('data-status')).toBe('rejected');
    expect(page.$('.timeline blockquote').text()).toBe(reason);
    const entry = portal.trail().at(-1);
    expect(entry).toMatchObject({ action: 'chip.reject', actor: 'ada', outcome: 'done', thing_id: idIn(chip) });
    expect(JSON.parse(entry?.detail ?? '')).toEqual({ certificate: certificateId, reason });
  });

  it('from the dialog over the list: the row, the message, and the dialog closes; from elsewhere the way on', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const answer = await reject(portal, chip, 'no', FROM_LIST);
    expect([answer.status, answer.headers['hx-trigger']]).toEqual([200, 'dialog-close']);
    expect(answer.body).toContain(`<tr id="chip-${idIn(chip)}"`);
    expect(answer.body).toContain('data-status="rejected"');
    expect(answer.flash).toBe('chip-rejected');
    const other = await submitChip(portal, 'X2');
    const elsewhere = await reject(portal, other, 'no', HTMX);
    expect([elsewhere.status, elsewhere.headers['hx-redirect']]).toEqual([204, other]);
  });

  it.each([
    ['missing', undefined, 'PMP-FV-001', 'must be filled in'],
    ['empty', '', 'PMP-FV-001', 'must be filled in'],
    ['white space', ' \n ', 'PMP-FV-001', 'must be filled in'],
    ['of 1001 characters', 'x'.repeat(1001), 'PMP-FV-002', '1001 characters; at most 1000'],
    ['with a control character', 'a\u0007b', 'PMP-FV-003', 'cannot be used'],
  ])('refuses a reason that is %s, keeping what was typed', async (_, reason, code, wording) => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const certificateId = await certificateToDecide(portal, chip);
    const before = stateOf(portal);
    const form = reason === undefined ? { certificateId } : { certificateId, reason };
    for (const headers of [{}, FROM_LIST]) {
      const refused = await portal.ada.post(`${chip}/rejection`, form, headers);
      expect([refused.status, refused.codes]).toEqual([422, [code]]);
      expect(refused.text('#reason-reason')).toContain(wording);
      expect(refused.$('[name=reason]').text()).toBe(reason ?? '');
      expect(refused.$('[name=certificateId]').first().attr('value')).toBe(certificateId);
      expect(refused.body.includes('<html')).toBe(headers !== FROM_LIST);
      expect(refused.headers['hx-trigger']).toBeUndefined();
    }
    expect(stateOf(portal)).toEqual(before);
    expect(portal.trail().at(-1)).toMatchObject({ action: 'chip.reject', outcome: 'refused', code });
  });

  it.each([
    ['one character', 'x'],
    ['a thousand', 'x'.repeat(1000)],
    ['a thousand, a line end counting once', `${'é'.repeat(499)}\r\n${'😀'.repeat(500)}`],
  ])('takes a reason of %s', async (_, reason) => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    expect((await reject(portal, chip, reason)).status).toBe(303);
    expect((await portal.pia.get(chip)).$('.timeline blockquote').text()).toBe(reason.replace('\r\n', '\n'));
  });

  it('shows markup in a refused reason as text', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const markup = `</textarea><script>x</script>${'x'.repeat(1000)}`;
    const refused = await reject(portal, chip, markup);
    expect(refused.$('[name=reason]').text()).toBe(markup);
    expect(refused.$('main script')).toHaveLength(0);
  });

  it('about an earlier certificate: 409 whatever the reason, and the new one is shown', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const earlier = await certificateToDecide(portal, chip);
    await approve(portal, chip);
    await uploadChip(portal.pia, chip, portal.leaf());
    for (const reason of ['no', '']) {
      const refused = await portal.ada.post(`${chip}/rejection`, { certificateId: earlier, reason });
      expect([refused.status, refused.codes]).toEqual([409, ['PMP-CH-002']]);
      expect(refused.$('[name=certificateId]').first().attr('value')).toBe(await certificateToDecide(portal, chip));
    }
    expect(await statusOf(portal, chip)).toBe('pending_approval');
    expect((await reject(portal, chip)).status).toBe(303);
  });

  it('a second time: told that it is rejected already', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const certificateId = await certificateToDecide(portal, chip);
    await reject(portal, chip, 'first');
    const again = await portal.ada.post(`${chip}/rejection`, { certificateId, reason: 'second' });
    expect([again.status, again.codes]).toEqual([409, ['PMP-CH-002']]);
    expect(again.text('[role=alert]')).toContain('already been rejected');
    expect((await portal.pia.get(chip)).text('.timeline')).not.toContain('second');
  });

  it('GET leads to the page of the form', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const answer = await portal.ada.get(`${chip}/rejection`);
    expect([answer.status, answer.location]).toEqual([303, `${chip}/decision/new`]);
    expect((await portal.pia.get(`${chip}/rejection`)).status).toBe(403);
  });
});

walk({ method: 'POST', path: '/chips/:id/rejection', who: 'admin', status: 'pending_approval', action: 'chip.reject' });
