import type { Queries } from '../db/index.ts';
import { dayOf } from '../lib/calendar.ts';
import { now } from '../lib/clock.ts';
import { deletePending, deleteRemindersOf, insertNotification, listActiveAdmins } from './store.ts';

/** The chip that something happened to. */
export interface ToldChip {
  readonly id: string;
  readonly partnerId: string;
  readonly make: string;
  readonly model: string;
  /** Its current certificate. */
  readonly certificateId: string | null;
}

// All of these are called inside the transaction that makes what they tell true: either both are on disk or none.

/** Tells the admins that a chip, as it was before, waits for a decision about a certificate. What was told of its former one is taken away. */
export function tellWaiting(tx: Queries, chip: ToldChip, certificateId: string, organization: string): void {
  if (chip.certificateId !== null) deletePending(tx, chip.certificateId);
  for (const { id } of listActiveAdmins(tx)) {
    insertNotification(tx, {
      accountId: id,
      kind: 'chip-waiting',
      thingId: certificateId,
      targetId: chip.id,
      about: nameOf(chip),
      note: organization,
      at: now(),
      mailDue: 'gathered',
    });
  }
}

/** Tells the partner of a decision; it no longer waits for any admin. */
export function tellDecision(
  tx: Queries,
  chip: ToldChip,
  certificateId: string,
  outcome: 'approved' | 'rejected',
  reason: string | null,
): void {
  deletePending(tx, certificateId);
  insertNotification(tx, {
    accountId: chip.partnerId,
    kind: `chip-${outcome}`,
    thingId: certificateId,
    targetId: chip.id,
    about: nameOf(chip),
    note: reason,
    at: now(),
    mailDue: 'at-once',
  });
}

/**
 * A chip has come to its end, so nothing about its certificate holds any more.
 * @param tellPartner with the reason an admin gave; undefined: the partner did it, or is told of all its chips at once
 */
export function tellChipDeactivated(
  tx: Queries,
  chip: ToldChip,
  tellPartner: { readonly reason: string | null } | undefined,
): void {
  if (chip.certificateId !== null) deletePending(tx, chip.certificateId);
  if (tellPartner === undefined) return;
  insertNotification(tx, {
    accountId: chip.partnerId,
    kind: 'chip-deactivated',
    thingId: chip.id,
    targetId: chip.id,
    about: nameOf(chip),
    note: tellPartner.reason,
    at: now(),
    mailDue: 'at-once',
  });
}

/** Tells a partner that it was deactivated. It can renew nothing any more, so its reminders are taken away. */
export function tellPartnerDeactivated(tx: Queries, partner: { id: string; username: string }, reason: string): void {
  deleteRemindersOf(tx, partner.id);
  insertNotification(tx, {
    accountId: partner.id,
    kind: 'partner-deactivated',
    thingId: partner.id,
    about: partner.username,
    note: reason,
    at: now(),
    mailDue: 'at-once',
  });
}

/** A certificate is no longer in use (renewed, retired): nobody is reminded of it any more. */
export function forgetCertificate(tx: Queries, certificateId: string): void {
  deletePending(tx, certificateId);
}

/** Tells the admins, once a day, that mails were given up. Not by mail. */
export function tellMailsGivenUp(tx: Queries, error: string, at: number, timeZone: string): void {
  for (const { id } of listActiveAdmins(tx)) {
    const thingId = dayOf(at, timeZone);
    insertNotification(tx, { accountId: id, kind: 'mails-given-up', thingId, about: error, at, mailDue: null });
  }
}

const nameOf = ({ make, model }: ToldChip) => `${make} ${model}`;
