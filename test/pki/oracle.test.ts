import { beforeAll, describe, expect, it } from 'vitest';
import { DIFFERENCES } from '../../scripts/oracle/differences.ts';
import { MUTATIONS } from '../../scripts/oracle/mutations/index.ts';
import { describeDisagreement, Report } from '../../scripts/oracle/report.ts';
import { runOracle } from '../../scripts/oracle/run.ts';
import type { FaultName } from '../../src/pki/index.ts';
import { hasTool } from '../support/tools.ts';

/** Ten chains for each mutation. `npm run oracle -- 20000` goes on with other seeds. */
const CHAINS = 10 * MUTATIONS.size;
const SEED = 1_000;

const REASONS: FaultName[] = [
  'path-issuer-missing',
  'path-signature',
  'path-not-yet-valid',
  'path-expired',
  'path-version',
  'path-not-a-ca',
  'path-without-cert-sign',
  'path-length',
  'path-key',
  'path-signature-algorithm',
  'path-critical-extension',
  'path-name-not-permitted',
  'path-name-excluded',
  'path-name-unreadable',
  'path-policy-mapping',
  'path-policy',
  'path-too-long',
];

describe.skipIf(!hasTool('openssl'))(`random chains, seeds from ${SEED}`, () => {
  const report = new Report();

  beforeAll(async () => {
    await runOracle(CHAINS, SEED, (judged) => report.add(judged));
  }, 240_000);

  it('are judged as OpenSSL judges them, but for the differences that are written down', () => {
    expect(report.unknown.map(describeDisagreement)).toEqual([]);
  });

  it('are at least five hundred, and of every mutation', () => {
    const { accepted, refused } = report.total;
    expect(accepted + refused).toBeGreaterThanOrEqual(500);
    expect([...report.byMutation.keys()].sort()).toEqual([...MUTATIONS.keys()].sort());
  });

  it('are accepted and refused about as often', () => {
    const { accepted, refused } = report.total;
    expect(accepted / (accepted + refused)).toBeGreaterThan(0.3);
    expect(accepted / (accepted + refused)).toBeLessThan(0.6);
  });

  it('are refused for every reason that a path has', () => {
    expect([...report.byReason.keys()]).toEqual(expect.arrayContaining(REASONS));
  });

  it('differ for no reason that is not written down', () => {
    expect(Object.keys(DIFFERENCES)).toEqual(expect.arrayContaining([...report.byDifference.keys()]));
    for (const { reason } of Object.values(DIFFERENCES)) expect(reason).toMatch(/RFC|[Rr]ules|OpenSSL/);
  });
});
