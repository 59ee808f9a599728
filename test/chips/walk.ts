import { describe, expect, it } from 'vitest';
import { REGISTRATION } from '../support/portal.ts';
import { type Answer, HTMX, type Visitor } from '../support/visitor.ts';
import { deactivate, pemFile } from '../support/workflow.ts';
import { type ChipPortal, chipIn, idIn, openChipPortal, type Status } from './support.ts';

/** An address of chips, and who may use it. */
export interface Address {
  readonly method: 'GET' | 'POST' | 'UPLOAD';
  /** `:id` stands for a chip of Pia's. */
  readonly path: string;
  readonly who: 'partner' | 'admin' | 'both';
  /** The status of that chip. */
  readonly status: Status;
  /** How the trail calls the change; only of what changes something. */
  readonly action?: string;
}

const UNKNOWN = '0'.repeat(32);

/** Tests how an address answers everybody who may not use it, in the order of the interface, and that nothing changes by it. */
export function walk(address: Address): void {
  const { method, path, who, action } = address;
  const hasId = path.includes(':id');

  async function open() {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, address.status);
    return { portal, chip, path: path.replace('/chips/:id', chip) };
  }

  async function expectRefusal(portal: ChipPortal, chip: string, act: () => Promise<Answer>, expected: Refusal) {
    const before = stateOf(portal);
    const answer = await act();
    expect([answer.status, answer.codes]).toEqual([expected.status, expected.code ? [expected.code] : []]);
    expect(stateOf(portal)).toEqual(before);
    if (action === undefined) return;
    expect(portal.trail().at(-1)).toMatchObject({
      action,
      actor: expected.actor,
      outcome: 'refused',
      code: expected.code ?? `HTTP-${expected.status}`,
      thing_id: hasId ? (expected.id ?? idIn(chip)) : null,
    });
  }

  describe(`${method} ${path}: who may not`, () => {
    it('sends those who are not signed in to sign in', async () => {
      const { portal, path } = await open();
      const before = stateOf(portal);
      const answer = await request(portal, portal.guest, method, path);
      const next = method === 'GET' ? path : '/';
      expect([answer.status, answer.location]).toEqual([303, `/login?next=${encodeURIComponent(next)}`]);
      const fragment = await request(portal, portal.guest, method, path, HTMX);
      expect([fragment.status, fragment.body]).toEqual([204, '']);
      expect(fragment.headers['hx-redirect']).toMatch(/^\/login\?next=/);
      expect(stateOf(portal)).toEqual(before);
    });

    it('sends those who have not accepted the terms to the terms', async () => {
      const { portal, path } = await open();
      const nora = portal.visitor();
      await nora.post('/register', { ...REGISTRATION, email: 'nora@acme.example', username: 'nora' });
      const answer = await request(portal, nora, method, path);
      expect([answer.status, answer.location]).toEqual([303, '/consent']);
    });

    if (who !== 'both')
      it('refuses the other role', async () => {
        const { portal, chip, path } = await open();
        const actor = who === 'partner' ? 'ada' : 'pia';
        const expected = { status: 403, code: 'KER-ATH-403', actor };
        await expectRefusal(portal, chip, () => request(portal, portal[actor], method, path), expected);
      });

    if (hasId && who !== 'admin')
      it('does not know a chip of another provider', async () => {
        const { portal, chip, path } = await open();
        const expected = { status: 404, actor: 'otto' };
        await expectRefusal(portal, chip, () => request(portal, portal.otto, method, path), expected);
      });

    if (hasId)
      it('does not know an unknown id', async () => {
        const { portal, chip } = await open();
        for (const actor of who === 'both' ? (['pia', 'ada'] as const) : ([who === 'admin' ? 'ada' : 'pia'] as const)) {
          const unknown = path.replace(':id', UNKNOWN);
          const expected = { status: 404, actor, id: UNKNOWN };
          await expectRefusal(portal, chip, () => request(portal, portal[actor], method, unknown), expected);
        }
      });

    if (method !== 'GET')
      it('refuses what another site sends', async () => {
        const { portal, chip, path } = await open();
        const actor = who === 'admin' ? 'ada' : 'pia';
        const foreign = { origin: 'http://evil.test' };
        const expected = { status: 403, code: 'PMP-AU-005', actor };
        await expectRefusal(portal, chip, () => request(portal, portal[actor], method, path, foreign), expected);
      });

    if (who !== 'admin' && (method !== 'GET' || path.endsWith('/new')))
      it('refuses a deactivated partner', async () => {
        const { portal, chip, path } = await open();
        deactivate(portal, 'pia');
        const expected = { status: 409, code: 'PMS_PMP_016', actor: 'pia' };
        await expectRefusal(portal, chip, () => request(portal, portal.pia, method, path), expected);
      });

    if (who !== 'admin' && method === 'GET' && !path.endsWith('/new'))
      it('still answers a deactivated partner, who may read and download', async () => {
        const { portal, path } = await open();
        deactivate(portal, 'pia');
        expect((await request(portal, portal.pia, method, path)).status).toBe(200);
      });
  });
}

interface Refusal {
  readonly status: number;
  readonly code?: string;
  readonly actor: string;
  readonly id?: string;
}

function request(
  portal: ChipPortal,
  visitor: Visitor,
  method: Address['method'],
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  if (method === 'GET') return visitor.get(path, headers);
  if (method === 'UPLOAD') return visitor.upload(path, pemFile(portal.leaf()), {}, headers);
  return visitor.post(path, { make: 'Acme', model: 'Another', certificateId: 'x', reason: 'x' }, headers);
}

/** Everything that an action on chips can change. */
export function stateOf({ db }: ChipPortal) {
  return ['chips', 'certificates', 'chip_decisions', 'chip_deactivations'].map((table) =>
    db.$client.prepare(`SELECT * FROM ${table} ORDER BY rowid`).all(),
  );
}
