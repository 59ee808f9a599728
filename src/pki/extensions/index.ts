import type { Elements } from '../der/elements.ts';
import { catchMalformed, malformed, refuseAs } from '../der/malformed.ts';
import type { DerNode } from '../der/node.ts';
import { parseDer } from '../der/parse.ts';
import { type GeneralName, readGeneralNames } from '../names/general-name.ts';
import { type BasicConstraints, readBasicConstraints } from './basic-constraints.ts';
import { EXTENSION, type Extension, unprocessedCritical } from './extension.ts';
import {
  type KeyUsage,
  readAuthorityKeyId,
  readExtendedKeyUsage,
  readKeyUsage,
  readSubjectKeyId,
} from './key-usage.ts';
import { type NameConstraints, readNameConstraints } from './name-constraints.ts';
import {
  type PolicyConstraints,
  type PolicyMapping,
  readInhibitAnyPolicy,
  readPolicies,
  readPolicyConstraints,
  readPolicyMappings,
} from './policies.ts';

/** What the extensions of a certificate say; undefined where the certificate has no such extension. */
export interface ExtensionValues extends BasicConstraints {
  readonly keyUsage: readonly KeyUsage[] | undefined;
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly subjectAltNames: readonly GeneralName[];
  readonly nameConstraints: NameConstraints | undefined;
  readonly policies: readonly string[] | undefined;
  readonly policyMappings: readonly PolicyMapping[];
  readonly policyConstraints: PolicyConstraints | undefined;
  readonly inhibitAnyPolicy: number | undefined;
  /** Lower-case hex. Key identifiers only help to find the issuer; they decide nothing. */
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** Critical extensions that nothing here processes, by object identifier. */
  readonly unprocessedCritical: readonly string[];
}

/**
 * Reads the value of every extension known here. One that does not follow its definition refuses the certificate; `elements` is what may
 * still be read of that.
 */
export function readExtensionValues(extensions: readonly Extension[], elements: Elements): ExtensionValues {
  const read = <T>(name: keyof typeof EXTENSION, decode: (value: DerNode) => T): T | undefined => {
    const extension = extensions.find((each) => each.oid === EXTENSION[name]);
    if (extension === undefined) return undefined;
    const result = catchMalformed(() => decode(parseDer(extension.value, { elements })));
    if (result.ok) return result.value;
    return result.fault.name === 'certificate-too-complex' ? refuseAs(result.fault) : malformed(name);
  };
  const names = (value: DerNode) => readGeneralNames(value, 'subjectAltName');
  return {
    ...(read('basicConstraints', readBasicConstraints) ?? { isCa: false, pathLength: undefined }),
    keyUsage: read('keyUsage', readKeyUsage),
    extendedKeyUsage: read('extendedKeyUsage', readExtendedKeyUsage),
    subjectAltNames: read('subjectAltName', names) ?? [],
    nameConstraints: read('nameConstraints', readNameConstraints),
    policies: read('certificatePolicies', readPolicies),
    policyMappings: read('policyMappings', readPolicyMappings) ?? [],
    policyConstraints: read('policyConstraints', readPolicyConstraints),
    inhibitAnyPolicy: read('inhibitAnyPolicy', readInhibitAnyPolicy),
    subjectKeyId: read('subjectKeyIdentifier', readSubjectKeyId),
    authorityKeyId: read('authorityKeyIdentifier', readAuthorityKeyId),
    unprocessedCritical: unprocessedCritical(extensions),
  };
}
