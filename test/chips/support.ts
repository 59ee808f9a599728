import { expect } from 'vitest';
import { type MadeCertificate, makeLeaf, type Overrides } from '../support/certificates.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { type Answer, HTMX, ORIGIN, type Visitor } from '../support/visitor.ts';
import { type Authority, acceptPartner, OTTOS_ORGANIZATION, pemFile, trustAuthority } from '../support/workflow.ts';

export type Status = 'pending_cert_upload' | 'pending_approval' | 'approved' | 'rejected' | 'deactivated';

/** A portal where Pia may add chips, with what she needs to make their certificates. */
export interface ChipPortal extends Portal, Authority {
  readonly partnerLeaf: MadeCertificate;
  /** A chip certificate of Pia's organisation. */
  leaf(overrides?: Overrides): MadeCertificate;
}

export async function openChipPortal(): Promise<ChipPortal> {
  const portal = await openPortal();
  const authority = await trustAuthority(portal);
  const partnerLeaf = makeLeaf(authority.ca);
  await acceptPartner(portal, portal.pia, partnerLeaf);
  return { ...portal, ...authority, partnerLeaf, leaf: (overrides) => makeLeaf(authority.ca, overrides) };
}

/** Has Otto's partner certificate accepted, so that he may add chips too. */
export async function acceptOtto(portal: ChipPortal): Promise<void> {
  await acceptPartner(portal, portal.otto, makeLeaf(portal.ca, { subject: { O: OTTOS_ORGANIZATION, CN: 'Otto' } }));
}

/** Adds a chip by the form; returns its path, `/chips/<id>`. */
export async function addChip(visitor: Visitor, model = 'X1', make = 'Acme'): Promise<string> {
  const answer = await visitor.post('/chips', { make, model });
  expect(answer.codes).toEqual([]);
  expect(answer.status).toBe(303);
  visitor.cookies.delete('pmp_flash');
  return (answer.location ?? '').replace('/certificate/new', '');
}

export function uploadChip(
  visitor: Visitor,
  chip: string,
  made: Pick<MadeCertificate, 'der'>,
  headers = {},
): Promise<Answer> {
  return visitor.upload(`${chip}/certificate`, pemFile(made), {}, headers);
}

export async function submitChip(portal: ChipPortal, model = 'X1', overrides: Overrides = {}): Promise<string> {
  const chip = await addChip(portal.pia, model);
  const answer = await uploadChip(portal.pia, chip, portal.leaf(overrides));
  expect(answer.codes).toEqual([]);
  expect(answer.status).toBe(303);
  portal.pia.cookies.delete('pmp_flash');
  return chip;
}

/** The certificate a decision page is about. */
export async function certificateToDecide({ ada }: Portal, chip: string): Promise<string> {
  const page = await ada.get(`${chip}/decision/new`);
  return page.$('[name=certificateId]').first().attr('value') ?? '';
}

export async function approve(portal: Portal, chip: string, headers = {}): Promise<Answer> {
  return portal.ada.post(`${chip}/approval`, { certificateId: await certificateToDecide(portal, chip) }, headers);
}

export async function reject(portal: Portal, chip: string, reason = 'not this one', headers = {}): Promise<Answer> {
  return portal.ada.post(
    `${chip}/rejection`,
    { certificateId: await certificateToDecide(portal, chip), reason },
    headers,
  );
}

/** A chip of Pia's in a status, brought there by the real forms. */
export async function chipIn(portal: ChipPortal, status: Status, model = 'X1'): Promise<string> {
  if (status === 'pending_cert_upload') return addChip(portal.pia, model);
  const chip = await submitChip(portal, model);
  if (status === 'pending_approval') return chip;
  expect((await (status === 'rejected' ? reject(portal, chip) : approve(portal, chip))).status).toBe(303);
  if (status === 'deactivated') expect((await portal.pia.post(`${chip}/deactivation`)).status).toBe(303);
  for (const visitor of [portal.ada, portal.pia]) visitor.cookies.delete('pmp_flash');
  return chip;
}

/** The status of a chip as its page shows it. */
export async function statusOf({ ada }: Portal, chip: string): Promise<string | undefined> {
  return (await ada.get(chip)).$('main [data-status]').first().attr('data-status');
}

/** The id in a chip's path. */
export const idIn = (chip: string) => chip.split('/')[2] ?? '';

/** Retires every CA certificate behind the portal's back, as another process would. */
export function loseTrust({ db, idOf }: Portal): void {
  db.$client
    .prepare(
      "INSERT INTO ca_retirements (id, ca_certificate_id, at, by, reason) SELECT id, id, ?, ?, 'no longer audited' FROM ca_certificates",
    )
    .run(Date.now(), idOf('ada'));
}

/** The headers of htmx in the dialog over the list. */
export const FROM_LIST = { ...HTMX, 'hx-current-url': `${ORIGIN}/chips?status=pending_approval` };

/** The models in a list of chips, in its order. */
export function modelsIn(list: Answer): string[] {
  return list
    .$('tr[data-id] td:nth-child(2) bdi')
    .toArray()
    .map((element) => list.$(element).text());
}

/** How many a list says there are. */
export const totalOf = (list: Answer) => Number(list.$('[data-total]').attr('data-total'));
