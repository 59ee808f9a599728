import { type KeyObject, sign, verify, X509Certificate } from 'node:crypto';
import {
  type Certificate,
  createIssuingCa,
  createRootCa,
  createSigner,
  issueMosipCertificate,
  judgePartnerCertificate,
  MINIMUM_DAYS_LEFT,
  readCertificate,
  type TrustedCertificates,
  trustedCertificates,
} from '../src/pki/index.ts';
import { type MadeCertificate, makeIntermediate, makeLeaf, makeRoot } from '../test/support/certificates.ts';
import { keyPair } from '../test/support/keys.ts';
import { measure, task } from './bench/rounds.ts';

/**
 * `npm run bench:pki`: what judging and issuing cost beyond the bare work of `node:crypto`, as ratios within one run. Exits 1 where a bar is
 * missed.
 */
const AT = Date.UTC(2026, 10, 24, 12);
const ROUNDS = 400;

interface Line {
  readonly what: string;
  readonly ours: number;
  readonly bare: number;
  /** `ours` may be so many times `bare`; undefined: for information. */
  readonly bar: number | undefined;
}

/** A root, two CAs below it and a leaf, RSA 2048; judged with the CA certificates parsed, but none of their signatures checked yet. */
async function benchJudging(): Promise<Line> {
  const chain = makeChain('rsa-2048');
  const { leaf, issuers } = chain;
  const keys = issuers.map((made) => made.keys.publicKey);
  const signed = [...issuers.slice(1), leaf].map((made) => made.certificate);
  const times = await measure(
    {
      ours: task(
        () => trustOf(issuers.map(parsed)),
        (trusted) => judge(leaf.der, trusted),
      ),
      // What the chain asks for at the least: the signatures of all but the root, whose own was checked when it was stored.
      checks: task(
        () => signed,
        (certificates) => {
          for (const [index, each] of certificates.entries()) check(each, keys[index]);
        },
      ),
      parse: task(
        () => leaf.der,
        (der) => new X509Certificate(der),
      ),
    },
    ROUNDS,
  );
  const bare = times.checks + times.parse / 4;
  return { what: 'judge a chain of four, RSA 2048: signature checks', ours: times.ours, bare, bar: 4 };
}

/**
 * Issuing with the default key, against one bare signature over as many bytes with the same key. The second line is for comparison: the same
 * signature made in Node's thread pool, as the portal makes it; the way there and back is part of what issuing costs.
 */
async function benchIssuing(): Promise<Line[]> {
  const options = { organization: 'Bench', keyKind: 'rsa-3072', at: AT } as const;
  const root = await createRootCa(options);
  const issuing = await createIssuingCa(options, createSigner(root.certificate, root.privateKey));
  const signer = createSigner(issuing.certificate, issuing.privateKey);
  const { leaf } = makeChain('rsa-2048');
  const tbs = leaf.certificate.tbs;
  const times = await measure(
    {
      ours: task(
        () => parsed(leaf),
        (partner) => issueMosipCertificate(partner, signer, AT, [root.certificate]),
      ),
      bare: task(
        () => tbs,
        (bytes) => sign('sha256', bytes, issuing.privateKey),
      ),
      inPool: task(
        () => tbs,
        (bytes) => signInPool(bytes, issuing.privateKey),
      ),
    },
    ROUNDS,
  );
  return [
    { what: 'issue with RSA 3072: one signature', ours: times.ours, bare: times.bare, bar: 1.5 },
    { what: 'issue with RSA 3072: one in the thread pool', ours: times.ours, bare: times.inPool, bar: undefined },
  ];
}

/** The same chain with ten CA certificates around it, and with ten thousand. */
async function benchStore(): Promise<Line> {
  const { leaf, issuers } = makeChain('P-256');
  const chain = issuers.map(parsed);
  const key = keyPair('Ed25519');
  const others = Array.from({ length: 10_000 - chain.length }, (_, number) =>
    parsed(makeRoot({ at: AT, key, subject: { O: 'Bench', CN: `Other ${number}` } })),
  );
  const few = trustOf([...chain, ...others.slice(0, 10 - chain.length)]);
  const many = trustOf([...chain, ...others]);
  const times = await measure(
    {
      ours: task(
        () => many,
        (trusted) => judge(leaf.der, trusted),
      ),
      bare: task(
        () => few,
        (trusted) => judge(leaf.der, trusted),
      ),
    },
    ROUNDS,
  );
  return { what: 'judge with 10 000 CA certificates in the store: with 10', ...times, bar: 1.3 };
}

function makeChain(key: 'rsa-2048' | 'P-256'): { leaf: MadeCertificate; issuers: readonly MadeCertificate[] } {
  const root = makeRoot({ at: AT, key });
  const upper = makeIntermediate(root, { at: AT, key });
  const lower = makeIntermediate(upper, { at: AT, key });
  return { leaf: makeLeaf(lower, { at: AT, key }), issuers: [root, upper, lower] };
}

function parsed({ der }: Pick<MadeCertificate, 'der'>): Certificate {
  const read = readCertificate(der);
  if (!read.ok) throw new Error(read.fault.name);
  return read.value;
}

function trustOf(certificates: readonly Certificate[]): TrustedCertificates {
  return trustedCertificates(
    certificates.map((certificate) => ({
      id: certificate.fingerprint,
      kind: certificate.selfIssued ? 'root' : 'intermediate',
      certificate,
    })),
  );
}

function judge(der: Buffer, trusted: TrustedCertificates): void {
  const { faults } = judgePartnerCertificate(parsed({ der }), {
    trusted,
    at: AT,
    registeredOrganization: 'Acme Chips Ltd',
    minimumDaysLeft: MINIMUM_DAYS_LEFT,
  });
  if (faults.length > 0) throw new Error(faults.map((each) => each.name).join());
}

function check({ tbs, signature }: Certificate, key: KeyObject | undefined): void {
  if (key === undefined || !verify('sha256', tbs, key, signature.value)) throw new Error('a signature does not hold');
}

function signInPool(bytes: Buffer, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha256', bytes, key, (error, signature) => (error === null ? resolve(signature) : reject(error)));
  });
}

function verdict({ ours, bare, bar }: Line): string {
  if (bar === undefined) return '';
  return ours <= bar * bare ? 'ok' : 'MISSED';
}

const lines = [await benchJudging(), ...(await benchIssuing()), await benchStore()];
console.log(
  'what: measured against'.padEnd(58),
  ...['ms', 'against', 'ratio', 'bar'].map((title) => title.padStart(8)),
);
for (const line of lines) {
  const { what, ours, bare, bar } = line;
  const numbers = [ours.toFixed(3), bare.toFixed(3), (ours / bare).toFixed(2), bar?.toFixed(1) ?? ''];
  console.log(what.padEnd(58), ...numbers.map((number) => number.padStart(8)), verdict(line));
}
process.exitCode = lines.some((line) => verdict(line) === 'MISSED') ? 1 : 0;
