import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { approve, chipIn, idIn, openChipPortal, submitChip } from '../chips/support.ts';
import { makeLeaf } from '../support/certificates.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { acceptPartner, deactivate, signIn, trustAuthority } from '../support/workflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** What Pia's dashboard says ends soon, at an instant: each thing with its tag, and where its button leads. */
async function endingAt(
  portal: Portal,
  at: number,
): Promise<[row: string | undefined, tag: string, href: string | undefined][]> {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(at);
  const page = await (await signIn(portal, 'pia')).get('/');
  return page
    .$('[data-section=ending] li')
    .toArray()
    .map((row) => [
      page.$(row).attr('data-row'),
      page.$(row).find('.tag').text().trim(),
      page.$(row).find('a.button').attr('href'),
    ]);
}

const day = (days: number) => Math.floor(Date.now() / 1000) * 1000 + days * DAY;

describe('what ends soon', () => {
  it('is nothing of what has 30 days left, and everything that has less, with the way to renew it', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    const notAfter = day(340);
    // The MOSIP-signed certificate ends with the partner's, since that ends within its year.
    await acceptPartner(portal, portal.pia, makeLeaf(ca, { notAfter }));
    expect(await endingAt(portal, notAfter - 30 * DAY)).toEqual([]);
    const renew = '/partner-certificate/new';
    expect(await endingAt(portal, notAfter - 30 * DAY + 1)).toEqual([
      ['mosip-signed', 'ends in 30 days', renew],
      ['partner-certificate', 'ends in 30 days', renew],
    ]);
    expect(await endingAt(portal, notAfter + 4 * DAY)).toEqual([
      ['mosip-signed', 'ended 4 days ago', renew],
      ['partner-certificate', 'ended 4 days ago', renew],
    ]);
  });

  it('tells the MOSIP-signed certificate alone where the partner’s own lasts longer', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    await acceptPartner(portal, portal.pia, makeLeaf(ca, { notAfter: day(900) }));
    expect((await endingAt(portal, Date.now() + 340 * DAY)).map(([row]) => row)).toEqual(['mosip-signed']);
  });

  it('has the approved chips, what ends first first, each to be renewed', async () => {
    const portal = await openChipPortal();
    const [soon, sooner] = [day(350), day(345)];
    const late = await submitChip(portal, 'late', { notAfter: soon });
    const early = await submitChip(portal, 'early', { notAfter: sooner });
    await submitChip(portal, 'not approved', { notAfter: sooner });
    for (const chip of [late, early]) await approve(portal, chip);
    await approve(portal, await submitChip(portal, 'lasting', { notAfter: day(700) }));
    const rows = await endingAt(portal, soon - 29 * DAY);
    expect(rows.filter(([row]) => row !== 'mosip-signed')).toEqual([
      [idIn(early), 'ends in 24 days', `${early}/certificate/new`],
      [idIn(late), 'ends in 29 days', `${late}/certificate/new`],
    ]);
  });

  it('has no button for a chip while the partner certificate has to be renewed first', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal, 'X1', { notAfter: day(350) });
    await approve(portal, chip);
    const rows = await endingAt(portal, day(366));
    expect(rows).toContainEqual([idIn(chip), expect.stringContaining('ended'), undefined]);
    expect(rows).toContainEqual(['mosip-signed', expect.stringContaining('ended'), '/partner-certificate/new']);
  });

  it('shows five chips, and the way to all of them', async () => {
    const portal = await openChipPortal();
    for (let number = 1; number <= 5; number += 1)
      await approve(portal, await submitChip(portal, `X${number}`, { notAfter: day(350) }));
    const at = day(330);
    const chips = async () => (await endingAt(portal, at)).filter(([row]) => row !== 'mosip-signed').length;
    const all = async () =>
      (await (await signIn(portal, 'pia')).get('/')).$('[data-section=ending] > p a').attr('href');
    expect([await chips(), await all()]).toEqual([5, undefined]);
    vi.useRealTimers();
    await approve(portal, await submitChip(portal, 'X6', { notAfter: day(350) }));
    expect([await chips(), await all()]).toEqual([5, '/chips?status=approved&sort=ends']);
  });

  it('is not told to somebody who can renew nothing', async () => {
    const portal = await openChipPortal();
    await chipIn(portal, 'approved');
    deactivate(portal, 'pia');
    expect(await endingAt(portal, day(366))).toEqual([]);
  });
});
