import { describe, expect, it } from 'vitest';
import { type Answer, HTMX } from '../support/visitor.ts';
import { approve, type ChipPortal, idIn, openChipPortal, reject, submitChip } from './support.ts';

const offered = (page: Answer) =>
  page
    .$('.earlier a')
    .toArray()
    .map((link) => page.$(link).text());

/** Rejects a chip of its own for each reason, the first one first. */
async function rejectFor(portal: ChipPortal, ...reasons: readonly string[]): Promise<void> {
  for (const [index, reason] of reasons.entries()) {
    const chip = await submitChip(portal, `rejected ${index} of ${reasons.length}`);
    expect((await reject(portal, chip, reason)).status).toBe(303);
  }
}

/** Lets decisions have been those of another admin, who is made for it. */
function byAnother({ db, idOf }: ChipPortal, reason: string): void {
  db.$client.exec('DROP TRIGGER IF EXISTS chip_decisions_no_update');
  db.$client
    .prepare(
      `INSERT OR IGNORE INTO accounts (id, role, username, username_key, email, email_key, first_name, last_name, language, password_hash, created_at)
       SELECT 'another', role, 'another', 'another', 'another@x.example', 'another@x.example', first_name, last_name, language, password_hash, created_at FROM accounts WHERE id = ?`,
    )
    .run(idOf('ada'));
  db.$client.prepare("UPDATE chip_decisions SET by = 'another' WHERE reason = ?").run(reason);
}

describe('reasons given earlier', () => {
  it('are offered with the decision, each once, the newest first; in dialog and page', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    expect((await portal.ada.get(`${chip}/decision/new`)).$('.earlier')).toHaveLength(0);
    await rejectFor(portal, 'the wrong chip', 'not yet\nsigned by us', 'the wrong chip');
    await approve(portal, await submitChip(portal, 'good'));
    for (const headers of [{}, HTMX]) {
      const page = await portal.ada.get(`${chip}/decision/new`, headers);
      expect(offered(page)).toEqual(['the wrong chip', 'not yet\nsigned by us']);
    }
  });

  it('of one’s own come before those of others, and there are six at most', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    await rejectFor(portal, 'own, older', 'other, older', 'own, newer', 'other, newer');
    for (const reason of ['other, older', 'other, newer']) byAnother(portal, reason);
    expect(offered(await portal.ada.get(`${chip}/decision/new`))).toEqual([
      'own, newer',
      'own, older',
      'other, newer',
      'other, older',
    ]);
    await rejectFor(portal, 'own 3', 'own 4', 'own 5');
    expect(offered(await portal.ada.get(`${chip}/decision/new`))).toEqual([
      'own 5',
      'own 4',
      'own 3',
      'own, newer',
      'own, older',
      'other, newer',
    ]);
  });

  it('are taken by their link, which fills the field and sends nothing', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const reason = '</textarea><script>x</script>\nsecond line';
    await rejectFor(portal, reason);
    const page = await portal.ada.get(`${chip}/decision/new`);
    expect(page.$('main script')).toHaveLength(0);
    const href = page.$('.earlier a').attr('href') ?? '';
    expect(href).toMatch(new RegExp(`^${chip}/decision/new\\?earlier=[0-9a-f]{32}#reason$`));
    const filled = await portal.ada.get(href.replace(/#.*/, ''));
    expect([filled.status, filled.codes]).toEqual([200, []]);
    expect(filled.$('[name=reason]').text()).toBe(reason);
    expect((await portal.ada.get(chip)).$('main [data-status]').first().attr('data-status')).toBe('pending_approval');
  });

  it.each(['nothing', '', "'--", 'x'.repeat(500)])('do not know %s: the field is empty', async (earlier) => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const page = await portal.ada.get(`${chip}/decision/new?earlier=${encodeURIComponent(earlier)}`);
    expect([page.status, page.$('[name=reason]').text()]).toEqual([200, '']);
    expect((await portal.ada.get(`${chip}/decision/new?earlier=a&earlier=b`)).status).toBe(200);
  });

  it('are no approvals: their certificates name no reason', async () => {
    const portal = await openChipPortal();
    const approved = await submitChip(portal, 'good');
    await approve(portal, approved);
    const certificate = portal.db.$client
      .prepare('SELECT certificate_id FROM chips WHERE id = ?')
      .pluck()
      .get(idIn(approved));
    const chip = await submitChip(portal);
    const page = await portal.ada.get(`${chip}/decision/new?earlier=${certificate}`);
    expect([page.status, page.$('[name=reason]').text()]).toEqual([200, '']);
  });
});
