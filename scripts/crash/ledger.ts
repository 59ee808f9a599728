import type { Sqlite } from '../../src/db/index.ts';

/** What the portal acknowledged, and how it is found again: each of these finds a row for what it is given, with its row of the trail. */
const FINDINGS = {
  registration: `SELECT 1 FROM accounts a JOIN partners p ON p.account_id = a.id JOIN audit_entries e ON e.thing_id = a.id
    WHERE a.username = ? AND e.action = 'partner.register' AND e.outcome = 'done'`,
  consent: `SELECT 1 FROM accounts a JOIN consents c ON c.account_id = a.id JOIN audit_entries e ON e.thing_id = a.id
    WHERE a.username = ? AND e.action = 'consent.give' AND e.outcome = 'done'`,
  'partner certificate': `SELECT 1 FROM certificates c JOIN mosip_signed_certificates m ON m.certificate_id = c.id
    JOIN audit_entries e ON e.thing_id = c.partner_id AND e.detail ->> 'fingerprint' = c.fingerprint
    WHERE c.fingerprint = ? AND c.chip_id IS NULL AND e.action = 'partner-certificate.upload' AND e.outcome = 'done'`,
  chip: `SELECT 1 FROM chips h JOIN audit_entries e ON e.thing_id = h.id
    WHERE h.id = ? AND h.model = ? AND e.action = 'chip.add' AND e.outcome = 'done'`,
  'chip certificate': `SELECT 1 FROM certificates c
    JOIN audit_entries e ON e.thing_id = c.chip_id AND e.detail ->> 'fingerprint' = c.fingerprint
    WHERE c.chip_id = ? AND c.fingerprint = ? AND e.action = 'chip.upload-certificate' AND e.outcome = 'done'`,
  approval: `SELECT 1 FROM chip_decisions d JOIN audit_entries e ON e.thing_id = d.chip_id AND e.detail ->> 'certificate' = d.certificate_id
    WHERE d.chip_id = ? AND d.certificate_id = ? AND d.outcome = 'approved' AND e.action = 'chip.approve' AND e.outcome = 'done'`,
  rejection: `SELECT 1 FROM chip_decisions d JOIN audit_entries e ON e.thing_id = d.chip_id AND e.detail ->> 'certificate' = d.certificate_id
    WHERE d.chip_id = ? AND d.certificate_id = ? AND d.outcome = 'rejected' AND e.action = 'chip.reject' AND e.outcome = 'done'`,
  deactivation: `SELECT 1 FROM chip_deactivations x JOIN chips h ON h.id = x.chip_id JOIN audit_entries e ON e.thing_id = h.id
    WHERE h.id = ? AND h.status = 'deactivated' AND e.action = 'chip.deactivate' AND e.outcome = 'done'`,
} as const;

export type Kind = keyof typeof FINDINGS;
export const KINDS = Object.keys(FINDINGS) as Kind[];

interface Acknowledged {
  readonly kind: Kind;
  /** What identifies it, in the order of its finding. */
  readonly what: readonly string[];
}

/** Every write that was answered by success. Nothing of it may ever be missing. */
export class Ledger {
  readonly entries: Acknowledged[] = [];
  /** Changes that were refused, by kind and status. */
  readonly refusals: { readonly kind: Kind; readonly status: number }[] = [];

  acknowledge(kind: Kind, ...what: string[]): void {
    this.entries.push({ kind, what });
  }

  refuse(kind: Kind, status: number): void {
    this.refusals.push({ kind, status });
  }

  refused(kind: Kind, status?: number): number {
    return this.refusals.filter((each) => each.kind === kind && (status ?? each.status) === each.status).length;
  }

  count(kind: Kind): number {
    return this.entries.filter((entry) => entry.kind === kind).length;
  }

  /** What is missing, in words. */
  missing(sqlite: Sqlite): string[] {
    const findings = new Map(KINDS.map((kind) => [kind, sqlite.prepare(FINDINGS[kind])]));
    return this.entries
      .filter(({ kind, what }) => findings.get(kind)?.get(...what) === undefined)
      .map(({ kind, what }) => `acknowledged and lost: ${kind} ${what.join(' ')}`);
  }
}
