import { makeLeaf, makeRoot } from './certificates.ts';
import { type Crowd, fillCrowd } from './crowd.ts';
import { openPortal, type Portal } from './portal.ts';
import { trustCa } from './workflow.ts';

export interface CrowdPortal extends Portal {
  readonly size: Pick<Crowd, 'providers' | 'chips' | 'entries'>;
}

/** As many as show how lists behave, filled within seconds. */
export const SOME_CHIPS = { providers: 120, chips: 12_000, entries: 3_000 };

/** A portal with a crowd in it, and Pia with as many chips as the others. */
export async function openCrowd(size: CrowdPortal['size']): Promise<CrowdPortal> {
  const portal = await openPortal();
  const root = makeRoot();
  const caId = await trustCa(portal, root, 'root');
  fillCrowd(portal.db, { ...size, leaf: makeLeaf(root), caId, adminId: portal.idOf('ada') });
  portal.db.$client
    .prepare(
      `INSERT INTO chips (id, partner_id, make, model, make_key, model_key, status, created_at, status_at)
       WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 100)
       SELECT printf('%032x', i), @pia, 'Acme', 'FTM-' || i, 'acme', 'ftm-' || i, iif(i % 2 = 0, 'pending_cert_upload', 'deactivated'), @now, @now + i FROM numbers`,
    )
    .run({ pia: portal.idOf('pia'), now: Date.now() });
  return { ...portal, size };
}
