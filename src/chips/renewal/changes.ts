import type { FastifyRequest } from 'fastify';
import { parseStored } from '../../certificates/index.ts';
import { organizationsOf } from '../../http/certificate-view.ts';
import { now } from '../../lib/clock.ts';
import { buildPath, type Certificate, keyLabel, showExtension, showOid } from '../../pki/index.ts';
import type { Chips } from '../chip.ts';
import type { ChipRow } from '../store.ts';
import { findApprovedBefore } from './store.ts';

/** One fact of both certificates. */
interface Fact {
  /** What the fact is called, in the reader's language; an extension by its name in the standards. */
  readonly label: string;
  readonly before: string;
  readonly now: string;
  /** How it is shown: a distinguished name, something for machines, or words. */
  readonly form: 'name' | 'code' | 'text';
  /** Told by what stands in the certificates, not by how it is shown. */
  readonly same: boolean;
}

/** How a waiting certificate differs from the one approved before it, as `views/chips/_changes` shows it. */
export interface Changes {
  readonly approvedAt: number;
  /** The public key is the one that was approved. */
  readonly sameKey: boolean;
  readonly changed: readonly Fact[];
  /** The labels of what is as it was. */
  readonly unchanged: readonly string[];
}

/** What a renewal changes; null where no other certificate of the chip was approved before. */
export function changesOf({ db, trust }: Chips, request: FastifyRequest, chip: ChipRow, renewed: Certificate) {
  const approved = findApprovedBefore(db, chip);
  if (approved === undefined) return null;
  const before = parseStored(approved);
  const facts = factsOf({ before, now: renewed }, request, trust);
  return {
    approvedAt: approved.approvedAt,
    sameKey: before.key.fingerprint === renewed.key.fingerprint,
    changed: facts.filter(({ same }) => !same),
    unchanged: facts.filter(({ same }) => same).map(({ label }) => label),
  } satisfies Changes;
}

interface Pair {
  readonly before: Certificate;
  readonly now: Certificate;
}

function factsOf(pair: Pair, { t, fmt }: FastifyRequest, trust: Chips['trust']): Fact[] {
  const fact = (
    form: Fact['form'],
    label: string,
    show: (certificate: Certificate) => string,
    value: (certificate: Certificate) => string | number = show,
  ): Fact => ({
    form,
    label,
    before: show(pair.before),
    now: show(pair.now),
    same: value(pair.before) === value(pair.now),
  });
  const paths = new Map([pair.before, pair.now].map((certificate) => [certificate, issuersOf(trust, certificate)]));
  const above = (certificate: Certificate) => paths.get(certificate) ?? [];
  return [
    fact('name', t('certificate.subject'), ({ subject }) => subject.text),
    fact('name', t('certificate.issuer'), ({ issuer }) => issuer.text),
    fact('text', t('fields.organization'), organizationsOf),
    fact(
      'text',
      t('changes.valid-from'),
      ({ notBefore }) => fmt.exact(notBefore),
      ({ notBefore }) => notBefore,
    ),
    fact(
      'text',
      t('certificate.till'),
      ({ notAfter }) => fmt.exact(notAfter),
      ({ notAfter }) => notAfter,
    ),
    fact(
      'code',
      t('certificate.key'),
      ({ key }) => `${keyLabel(key)} · ${key.fingerprint.slice(0, 16)}…`,
      ({ key }) => key.fingerprint,
    ),
    fact('code', t('certificate.signature'), ({ signature }) => signature.algorithm.label),
    ...extensionsOf(pair).map((oid) =>
      fact(
        'code',
        showOid(oid),
        (certificate) => showExtensionOf(certificate, oid),
        (certificate) => contentOf(certificate, oid),
      ),
    ),
    fact(
      'text',
      t('chips.decision.trusted-through'),
      (certificate) =>
        above(certificate)
          .map(({ subject }) => subject.label)
          .join(' → ') || '–',
      (certificate) =>
        above(certificate)
          .map(({ fingerprint }) => fingerprint)
          .join(' '),
    ),
  ];
}

/** The extensions that either certificate has. */
function extensionsOf(pair: Pair): string[] {
  return [...new Set([...pair.before.extensions, ...pair.now.extensions].map(({ oid }) => oid))];
}

const extensionOf = ({ extensions }: Certificate, oid: string) => extensions.find((each) => each.oid === oid);

function showExtensionOf(certificate: Certificate, oid: string): string {
  const extension = extensionOf(certificate, oid);
  return extension === undefined ? '–' : showExtension(certificate, extension);
}

function contentOf(certificate: Certificate, oid: string): string {
  const extension = extensionOf(certificate, oid);
  return extension === undefined ? '' : `${extension.critical} ${extension.value.toString('hex')}`;
}

/** The certificates above, from the root down, as far as they are found today. */
function issuersOf(trust: Chips['trust'], certificate: Certificate): Certificate[] {
  const result = buildPath(certificate, trust.of('FTM'), now(), 'leaf');
  return (result.ok ? result.path : result.furthest).issuers.map((issuer) => issuer.certificate);
}
