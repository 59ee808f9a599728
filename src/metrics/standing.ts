import { Gauge, type Registry } from 'prom-client';
import { countByStatus } from '../chips/index.ts';
import type { Db } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { DAY } from '../lib/durations.ts';
import type { SigningCa } from '../signing-ca/index.ts';
import { listNextEnds } from '../trust-store/index.ts';

/** How things stand, looked up when somebody asks: counts that the database keeps, and when CA certificates end. */
export function gaugeStanding(registry: Registry, db: Db, signingCa: SigningCa): void {
  const registers = [registry];
  new Gauge({
    name: 'pmp_chips',
    help: 'Chips, by state',
    labelNames: ['status'],
    registers,
    collect() {
      for (const [status, count] of Object.entries(countByStatus(db, ''))) this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'pmp_ca_days_left',
    help: 'Days until the next CA certificate of the trust store ends, by domain and kind; ended and retired ones left out',
    labelNames: ['domain', 'kind'],
    registers,
    collect() {
      this.reset();
      const at = now();
      for (const { domain, kind, notAfter } of listNextEnds(db, at)) this.set({ domain, kind }, (notAfter - at) / DAY);
    },
  });
  new Gauge({
    name: 'pmp_signing_ca_days_left',
    help: "Days until each of the portal's own CA certificates ends; signs=1: the one that signs now",
    labelNames: ['id', 'kind', 'signs'],
    registers,
    collect() {
      this.reset();
      const present = signingCa.certificates.issuing()?.id;
      for (const { id, kind, certificate } of signingCa.certificates.all())
        this.set({ id, kind, signs: id === present ? 1 : 0 }, (certificate.notAfter - now()) / DAY);
    },
  });
}
