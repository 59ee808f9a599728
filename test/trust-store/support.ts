import { expect } from 'vitest';
import type { Portal } from '../support/portal.ts';
import type { Visitor } from '../support/visitor.ts';

/** Retires a CA certificate behind the portal's back, as another process would. */
export function retireInDatabase({ db, idOf }: Portal, id: string, key = `retirement-of-${id}`): void {
  db.$client
    .prepare('INSERT INTO ca_retirements (id, ca_certificate_id, at, by, reason) VALUES (?, ?, ?, ?, ?)')
    .run(key, id, Date.now(), idOf('ada'), 'no longer audited');
}

/** Retires a CA certificate by the admin's form. */
export async function retireCa({ ada }: Portal, id: string, reason = 'no longer audited'): Promise<void> {
  const answer = await ada.post(`/trust-store/${id}/retirement`, { reason });
  expect([answer.status, answer.location]).toEqual([303, `/trust-store/${id}`]);
  ada.cookies.delete('pmp_flash');
}

/** How many would lose their path, as the confirmation says. */
export async function lossesOf({ ada }: Pick<Portal, 'ada'>, id: string): Promise<Record<string, number>> {
  const page = await ada.get(`/trust-store/${id}/retirement/new`);
  expect(page.status).toBe(200);
  const lines = page.$('[data-loses]').toArray();
  return Object.fromEntries(
    lines.map((line) => [page.$(line).attr('data-loses'), Number(page.$(line).attr('data-count'))]),
  );
}

/** The first status that a page shows: that of the thing itself. */
export async function firstStatus(visitor: Visitor, path: string): Promise<string | undefined> {
  return (await visitor.get(path)).$('main [data-status]').first().attr('data-status');
}

/** Every status that stands in a row of a list. */
export async function statusesInRow(visitor: Visitor, list: string, row: string): Promise<(string | undefined)[]> {
  const page = await visitor.get(list);
  return page
    .$(`${row} [data-status]`)
    .toArray()
    .map((mark) => page.$(mark).attr('data-status'));
}
