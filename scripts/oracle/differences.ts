import type { Certificate } from '../../src/pki/index.ts';
import { AT } from './plan.ts';
import type { OurVerdict } from './portal.ts';
import type { Verdict } from './verdict.ts';

/** A chain of which the portal and OpenSSL say different things. */
export interface Disagreement {
  readonly portal: OurVerdict;
  readonly openssl: Verdict;
  /** What OpenSSL says when it is given the certificates of the portal's path and no others. */
  readonly opensslOfPath: Verdict | undefined;
}

/** A known difference: which chains it concerns, as narrowly as can be said, and why the portal keeps to its verdict. */
export interface Difference {
  readonly accepts: 'portal' | 'OpenSSL';
  readonly reason: string;
  readonly concerns: (disagreement: Disagreement) => boolean;
}

const HOST_BEFORE_QUESTION_MARK =
  'By RFC 3986 3.2 the host of "https://acme.example?x" ends before the question mark. OpenSSL ends it only at a colon or a slash, and compares ' +
  '"acme.example?x" with the constraint.';

/** Every known difference. A disagreement that is none of these is a failure. */
export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  backtracking: {
    accepts: 'portal',
    reason:
      'Of several issuers with one name OpenSSL follows the first that looks right and never another. The portal tries each (rules 4). ' +
      "Given the certificates of the portal's path and no others, OpenSSL accepts as well, unless the path itself holds two of one name.",
    concerns: ({ portal, opensslOfPath }) =>
      opensslOfPath?.accepted === true ||
      (opensslOfPath?.reason === 'certificate signature failure' && hasUntoldNamesakes(portal.path)),
  },
  'key identifiers': {
    accepts: 'portal',
    reason:
      'OpenSSL takes no issuer whose subject key identifier is not the authority key identifier below it. RFC 5280 6.1 does not look at ' +
      'them; 4.2.1.1 calls them a means to find the key, and the key that was found verifies the signature.',
    concerns: ({ portal, openssl }) =>
      openssl.reason === NO_ISSUER && pairsOf(portal.path).some(([upper, lower]) => identifiersDiffer(upper, lower)),
  },
  'self-issued without key identifiers': {
    accepts: 'portal',
    reason:
      'OpenSSL takes a certificate with one name for subject and issuer, and no key identifiers that differ, for one that signs itself, and looks ' +
      'for no issuer. RFC 5280 3.2: self-issued is not self-signed; the portal goes by the signature.',
    concerns: ({ portal, openssl }) =>
      /^self-signed certificate/.test(openssl.reason) &&
      portal.path
        .slice(1)
        .some(
          ({ selfIssued, authorityKeyId, subjectKeyId }) =>
            selfIssued && (authorityKeyId === undefined || subjectKeyId === undefined),
        ),
  },
  'spelling of names': {
    accepts: 'portal',
    reason:
      'OpenSSL folds the case of ASCII letters only. RFC 5280 7.1 asks for the preparation of RFC 4518, by which "Ü" and "ü" are the same.',
    concerns: ({ portal, openssl }) =>
      openssl.reason === NO_ISSUER && pairsOf(portal.path).some(([upper, lower]) => differsBeyondAscii(upper, lower)),
  },
  'host in the common name': {
    accepts: 'portal',
    reason:
      'Without a DNS name among the alternative names OpenSSL holds DNS constraints against a common name that looks like a host. RFC 5280 ' +
      '4.2.1.10 knows constraints on DNS names only for alternative names, and the portal never takes a common name for a host.',
    concerns: ({ portal, openssl }) =>
      / subtree violation/.test(openssl.reason) &&
      formsOf(portal.path.at(-1)).every((form) => form !== 'dns') &&
      /^[^ ]+\.[^ ]+$/.test(portal.path.at(-1)?.subject.commonName ?? '') &&
      portal.path.some(({ nameConstraints: limits }) =>
        [...(limits?.permitted ?? []), ...(limits?.excluded ?? [])].some(({ base }) => base.form === 'dns'),
      ),
  },
  'last instant': {
    accepts: 'portal',
    reason:
      'RFC 5280 4.1.2.5: the validity includes the instant of its end. To OpenSSL a certificate has expired by then.',
    concerns: ({ portal, openssl }) =>
      openssl.reason === 'certificate has expired' && portal.path.some(({ notAfter }) => notAfter === AT),
  },
  'policy mapped out of any policy': {
    accepts: 'portal',
    reason:
      'RFC 5280 6.1.4 (b): a certificate with any policy may map a policy that a CA above named, and any policy further below then stands for the ' +
      'policy it was mapped to. OpenSSL forgets the mapping at that point, and looks for the policy that was mapped.',
    concerns: ({ portal, openssl }) => openssl.reason === 'no explicit policy' && mapsOutOfAny(portal.path),
  },
  'mapping by the last certificate': {
    accepts: 'portal',
    reason:
      'RFC 5280 6.1.4 is for the certificates above the last: what the last one maps means nothing. OpenSSL takes its policies from it where mapping is ' +
      'inhibited.',
    concerns: ({ portal, openssl }) =>
      openssl.reason === 'no explicit policy' && (portal.path.at(-1)?.policyMappings.length ?? 0) > 0,
  },
  'empty key usage': {
    accepts: 'portal',
    reason:
      'OpenSSL takes a key usage in which no bit is set for an invalid extension (RFC 5280 4.2.1.3). The portal reads it as "allowed for ' +
      'nothing", by which a CA is refused; the key usage of a certificate at the end decides nothing (RFC 5280 6.1).',
    concerns: ({ portal }) => portal.path.at(-1)?.keyUsage?.length === 0,
  },
  'host before a question mark': {
    accepts: 'portal',
    reason: HOST_BEFORE_QUESTION_MARK,
    concerns: ({ portal }) => portal.path.some(hasHostBeforeQuestionMark),
  },
  'excluded host before a question mark': {
    accepts: 'OpenSSL',
    reason: HOST_BEFORE_QUESTION_MARK,
    concerns: ({ portal }) => portal.reason === 'path-name-excluded' && portal.all.some(hasHostBeforeQuestionMark),
  },
  'empty e-mail or URI tree': {
    accepts: 'OpenSSL',
    reason:
      'RFC 5280 4.2.1.10 gives an empty base a meaning for no form but directory names and, by "zero or more labels", DNS names. For mailboxes and ' +
      'URIs the portal refuses every name where there is one; to OpenSSL it is a host that no name has.',
    concerns: ({ portal }) =>
      portal.reason === 'path-name-unreadable' &&
      portal.all.some(({ nameConstraints }) =>
        nameConstraints?.excluded.some(
          ({ base }) => (base.form === 'email' || base.form === 'uri') && base.text === '',
        ),
      ),
  },
  'legacy CA': {
    accepts: 'OpenSSL',
    reason:
      'OpenSSL still takes a root of version 1, and a certificate without basic constraints whose key usage allows signing, for a CA. RFC 5280 ' +
      '6.1.4 (k) asks for basic constraints, rules 2.5 and 2.6 for roots as well.',
    concerns: ({ portal }) =>
      portal.reason === 'path-version'
        ? issuersOf(portal).some(({ version, selfIssued }) => version === 1 && selfIssued)
        : portal.reason === 'path-not-a-ca' &&
          issuersOf(portal).some((each) => each.keyUsage?.includes('keyCertSign') === true && !has(each, '2.5.29.19')),
  },
  'mapping without policies': {
    accepts: 'OpenSSL',
    reason:
      'RFC 5280 6.1.4 (a): any policy is never mapped. OpenSSL does not look at the mappings of a certificate that has no policies itself.',
    concerns: ({ portal }) =>
      portal.reason === 'path-policy-mapping' &&
      issuersOf(portal).some(
        ({ policies, policyMappings }) =>
          policies === undefined && policyMappings.some((each) => Object.values(each).includes(ANY_POLICY)),
      ),
  },
  'policy mapped out of an inhibited any policy': {
    accepts: 'OpenSSL',
    reason:
      'RFC 5280 6.1.3 (d) (2): any policy counts for nothing where it is inhibited. OpenSSL gives a certificate that has it the policies that it ' +
      'maps, as if it had them.',
    concerns: ({ portal }) => portal.reason === 'path-policy-any' && portal.all.some(mapsUnlisted),
  },
  'more than ten certificates': {
    accepts: 'OpenSSL',
    reason: 'Rules 4: a path has ten certificates at most.',
    concerns: ({ portal }) => portal.reason === 'path-too-long' && portal.all.length > 10,
  },
  'weak keys': {
    accepts: 'OpenSSL',
    reason: 'Rules 2.7: RSA from 2048 bits, and three curves. OpenSSL asks for less at its first security level.',
    concerns: ({ portal }) =>
      portal.reason === 'path-key' &&
      portal.all.some(({ key }) => (key.kind === 'rsa' && key.bits === 1024) || key.curve === SECP256K1),
  },
  'weak hashes': {
    accepts: 'OpenSSL',
    reason: 'Rules 2.8: SHA-256, SHA-384 and SHA-512. OpenSSL accepts SHA-1 and SHA-224 at its first security level.',
    concerns: ({ portal }) =>
      portal.reason === 'path-signature-algorithm' &&
      portal.all.some(({ signature }) => signature.algorithm.hash === 'sha1' || signature.algorithm.hash === 'sha224'),
  },
  'wildcard under an excluded host': {
    accepts: 'OpenSSL',
    reason:
      'A name "*.example.com" stands for "a.example.com" too, so the portal refuses it where that host is excluded. OpenSSL compares the text.',
    concerns: ({ portal }) =>
      portal.reason === 'path-name-excluded' &&
      (portal.all.at(-1)?.subjectAltNames ?? []).some((name) => name.form === 'dns' && name.text.startsWith('*.')),
  },
};

const ANY_POLICY = '2.5.29.32.0';
const NO_ISSUER = 'unable to get local issuer certificate';
const SECP256K1 = '1.3.132.0.10';

/** A certificate has any policy and maps one that it does not have, and another below it has any policy again. */
function mapsOutOfAny(path: readonly Certificate[]): boolean {
  return path.some((each, index) => mapsUnlisted(each) && path.slice(index + 1).some(hasAnyPolicy));
}

/** Has any policy, and maps a policy that it does not list. */
function mapsUnlisted(certificate: Certificate): boolean {
  const { policies = [], policyMappings } = certificate;
  return (
    hasAnyPolicy(certificate) && policyMappings.some(({ issuerDomainPolicy }) => !policies.includes(issuerDomainPolicy))
  );
}

function hasAnyPolicy({ policies = [] }: Certificate): boolean {
  return policies.includes(ANY_POLICY);
}

function pairsOf(path: readonly Certificate[]): [upper: Certificate, lower: Certificate][] {
  return path.slice(1).map((lower, index) => [path[index] as Certificate, lower]);
}

/** Two of the same name with different keys, and no key identifiers to tell them apart. */
function hasUntoldNamesakes(path: readonly Certificate[]): boolean {
  return path.some(({ authorityKeyId, issuer }) => {
    const named = path.filter(({ subject }) => subject.key === issuer.key);
    const told = authorityKeyId !== undefined && named.every(({ subjectKeyId }) => subjectKeyId !== undefined);
    return !told && new Set(named.map(({ key }) => key.fingerprint)).size > 1;
  });
}

function hasHostBeforeQuestionMark({ subjectAltNames }: Certificate): boolean {
  return subjectAltNames.some((name) => name.form === 'uri' && /:\/\/[^/:]*[?#]/.test(name.text));
}

function identifiersDiffer({ subjectKeyId }: Certificate, { authorityKeyId }: Certificate): boolean {
  return subjectKeyId !== undefined && authorityKeyId !== undefined && subjectKeyId !== authorityKeyId;
}

/** The texts of both names without the case of ASCII letters. */
function differsBeyondAscii({ subject }: Certificate, { issuer }: Certificate): boolean {
  const fold = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replace(/[ \\]+/g, '');
  return fold(subject.text) !== fold(issuer.text);
}

function issuersOf({ all }: OurVerdict): readonly Certificate[] {
  return all.slice(0, -1);
}

function formsOf(certificate: Certificate | undefined): string[] {
  return certificate?.subjectAltNames.map((name) => name.form) ?? [];
}

function has({ extensions }: Certificate, oid: string): boolean {
  return extensions.some((each) => each.oid === oid);
}
