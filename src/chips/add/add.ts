import * as z from 'zod';
import { getActivePartner } from '../../accounts/index.ts';
import { type Actor, recordChange } from '../../audit/index.ts';
import { requireUsablePartner } from '../../certificates/index.ts';
import { isUniqueViolation, transaction } from '../../db/index.ts';
import { text } from '../../http/forms.ts';
import { now } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Reason } from '../../lib/reasons.ts';
import { caseKey } from '../../lib/text.ts';
import type { Chips } from '../chip.ts';
import { insertChip } from '../store.ts';

/** The longest make or model, in characters (rules 6). */
export const MAX_NAME = 36;
/** Letters, marks and digits of any script, space, and the signs of rules 6. */
const NAME = {
  max: MAX_NAME,
  form: { pattern: /^[\p{L}\p{M}\p{Nd} .,@#&()\\\-_'?!":;=/+]+$/u, name: 'chip-name-form' },
};

export const chipForm = z.object({ make: text(NAME), model: text(NAME) });
export type NewChip = z.output<typeof chipForm>;

export type Added =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly reasons: readonly Reason[] };

/**
 * Adds a chip. Refuses the same make and model twice among a provider's living chips (PMP_AUT_032; the database's own uniqueness decides
 * between two at once).
 * @throws AppError conflict when the partner is deactivated (PMS_PMP_016) or not usable (PMP_AUT_030)
 */
export function addChip({ db, trust }: Chips, actor: Actor & { id: string }, chip: NewChip): Added {
  try {
    return transaction(db, (tx) => {
      const partner = getActivePartner(tx, actor.id);
      requireUsablePartner(tx, trust, partner);
      const id = newId();
      insertChip(tx, {
        id,
        partnerId: partner.id,
        make: chip.make,
        model: chip.model,
        makeKey: caseKey(chip.make),
        modelKey: caseKey(chip.model),
        status: 'pending_cert_upload',
        createdAt: now(),
        statusAt: now(),
      });
      recordChange(tx, actor, {
        action: 'chip.add',
        thing: { type: 'chip', id },
        detail: { make: chip.make, model: chip.model },
      });
      return { ok: true, id };
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const data = { make: chip.make, model: chip.model };
    return { ok: false, reasons: [{ code: 'PMP_AUT_032', name: 'chip-exists', data, field: 'model' }] };
  }
}
