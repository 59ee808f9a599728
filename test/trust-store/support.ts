import type { Portal } from '../support/portal.ts';

/** Retires a CA certificate behind the portal's back, as another process would. */
export function retireInDatabase({ db, idOf }: Portal, id: string, key = `retirement-of-${id}`): void {
  db.$client
    .prepare('INSERT INTO ca_retirements (id, ca_certificate_id, at, by, reason) VALUES (?, ?, ?, ?, ?)')
    .run(key, id, Date.now(), idOf('ada'), 'no longer audited');
}
