import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { addChip, approve, chipIn, loseTrust, openChipPortal, reject, submitChip } from '../chips/support.ts';
import { makeRoot } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import type { Answer, Visitor } from '../support/visitor.ts';
import { acceptPia, deactivate, signIn, trustCa } from '../support/workflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

const STEPS = ['joined', 'trust', 'certificate', 'chip', 'upload', 'decision'] as const;

/** The checklist as a partner sees it: the state of each step, and the one button. */
async function checklistOf(visitor: Visitor) {
  const page = await visitor.get('/');
  const step = (name: string) => `[data-section=checklist] [data-row=${name}]`;
  const buttons = page.$('[data-section=checklist] a.button').toArray();
  return {
    page,
    states: STEPS.map((name) => page.text(`${step(name)} .visually-hidden`)),
    button: buttons.map((button) => [page.$(button).attr('href'), page.$(button).text()].join(' ')),
    text: (name: (typeof STEPS)[number]) => page.text(`${step(name)} .what`),
  };
}

const [done, next, later, waits] = ['Done', 'Next', 'Later', 'Waits for the Partner Admin'];
const rowsOf = (page: Answer) => page.$('[data-section=checklist] li').length;

describe('the checklist', () => {
  it('begins with what the admin has to do, and why uploads would be refused until then', async () => {
    const portal = await openPortal();
    const { states, button, text, page } = await checklistOf(portal.pia);
    expect(states).toEqual([done, waits, next, later, later, later]);
    expect(button).toEqual(['/partner-certificate/new Upload partner certificate']);
    expect(text('trust')).toContain('None has been loaded for FTM yet');
    expect(text('certificate')).toContain('“Acme Chips Ltd”');
    expect(text('joined')).toMatch(/Done on \d+ \w+ \d{4}/);
    expect(rowsOf(page)).toBe(6);
  });

  it.each([
    [
      'another domain’s',
      (portal: Parameters<typeof trustCa>[0]) => trustCa(portal, makeRoot(), 'root', 'DEVICE'),
      waits,
    ],
    ['a root', (portal: Parameters<typeof trustCa>[0]) => trustCa(portal, makeRoot(), 'root'), done],
  ] as const)('counts only roots that chips can be trusted by: %s', async (_, load, expected) => {
    const portal = await openPortal();
    await load(portal);
    expect((await checklistOf(portal.pia)).states[1]).toBe(expected);
  });

  it('counts a root to its last moment', async () => {
    const portal = await openPortal();
    const notAfter = Math.floor(Date.now() / 1000) * 1000 + 400 * DAY;
    await trustCa(portal, makeRoot({ notAfter }), 'root');
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(notAfter);
    const pia = await signIn(portal, 'pia');
    expect((await checklistOf(pia)).states[1]).toBe(done);
    vi.setSystemTime(notAfter + 1);
    expect((await checklistOf(pia)).states[1]).toBe(waits);
  });

  it('goes on step by step to the first approved chip, and is gone then', async () => {
    const portal = await openPortal();
    await acceptPia(portal);
    const accepted = await checklistOf(portal.pia);
    expect(accepted.states).toEqual([done, done, done, next, later, later]);
    expect(accepted.button).toEqual(['/chips/new Add FTM Chip']);
    expect(accepted.text('certificate')).toContain('MOSIP-signed certificate issued, ends');

    const chip = await addChip(portal.pia);
    const added = await checklistOf(portal.pia);
    expect(added.states).toEqual([done, done, done, done, next, later]);
    expect(added.button).toEqual([`${chip}/certificate/new Upload certificate`]);
    expect(added.text('upload')).toContain('Acme X1 waits for its certificate');
  });

  it('says since when the admin’s decision is waited for, and ends with the first approval', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const submitted = await checklistOf(portal.pia);
    expect(submitted.states).toEqual([done, done, done, done, done, waits]);
    expect(submitted.button).toEqual([]);
    expect(submitted.text('decision')).toMatch(/Acme X1 waits for the decision since \d/);
    await approve(portal, chip);
    expect(rowsOf((await checklistOf(portal.pia)).page)).toBe(0);
    await portal.pia.post(`${chip}/deactivation`);
    expect(rowsOf((await checklistOf(portal.pia)).page)).toBe(0);
  });

  it('after a rejection tells the reason, and leads to the form with make and model', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal, 'X+1 & "2"');
    await reject(portal, chip, 'not the chip’s own <b>certificate</b>');
    const { states, text, page } = await checklistOf(portal.pia);
    expect(states).toEqual([done, done, done, next, later, later]);
    expect(text('chip')).toContain('Acme X+1 & "2" was rejected');
    expect(page.$('[data-row=chip] blockquote').text()).toBe('not the chip’s own <b>certificate</b>');
    const href = page.$('[data-section=checklist] a.button').attr('href') ?? '';
    const form = await portal.pia.get(href);
    expect([form.$('[name=make]').val(), form.$('[name=model]').val()]).toEqual(['Acme', 'X+1 & "2"']);
    const again = await addChip(portal.pia, 'X+1 & "2"');
    expect((await checklistOf(portal.pia)).button).toEqual([`${again}/certificate/new Upload certificate`]);
  });

  it('says what is wrong with a certificate that was accepted once', async () => {
    const portal = await openChipPortal();
    await chipIn(portal, 'pending_cert_upload');
    loseTrust(portal);
    const { states, button, text } = await checklistOf(portal.pia);
    expect(states).toEqual([done, waits, next, done, later, later]);
    expect(button).toEqual(['/partner-certificate/new Renew partner certificate']);
    expect(text('certificate')).toContain('no longer trusted');
  });

  it('is for those who can still do something about it', async () => {
    const portal = await openPortal();
    deactivate(portal, 'pia');
    expect(rowsOf((await checklistOf(portal.pia)).page)).toBe(0);
    expect((await portal.ada.get('/')).$('[data-section=checklist]')).toHaveLength(0);
  });
});
