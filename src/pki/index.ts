/** Judging and composing certificates. Pure: bytes, what is trusted and an instant in; a result out. */
export { type Certificate, readCertificate } from './certificate.ts';
export { checkAhead } from './check-ahead.ts';
export { toP7b, toPem } from './export.ts';
export type { Extension } from './extensions/extension.ts';
export { showExtension } from './extensions/show-extension.ts';
export { FAULT_NAMES, type Fault, type FaultName, fault, type PathPurpose } from './faults.ts';
export type { FileFormat } from './file/contents.ts';
export {
  type Issued,
  issueMosipCertificate,
  issueTrialCertificate,
  judgeSigningCa,
  judgeSubject,
  MOSIP_SIGNED_DAYS,
  SIGNING_CA_MINIMUM_DAYS,
} from './issue-mosip.ts';
export { isIssuedBy } from './issued-by.ts';
export {
  judgePartnerCertificate,
  MINIMUM_DAYS_LEFT,
  type PartnerJudgement,
  type PartnerQuestion,
} from './judge-partner.ts';
export {
  type CaKind,
  caKindOf,
  judgeTrustCertificate,
  type TrustJudgement,
  type TrustQuestion,
} from './judge-trust.ts';
export type { PublicKeyInfo } from './key.ts';
export { showOid } from './known-oids.ts';
export type { Name } from './names/name.ts';
export { showText } from './names/text.ts';
export { CA_KEY_KINDS, type CaKeyKind, type CaOptions, createIssuingCa, createRootCa, type OwnCa } from './own-ca.ts';
export { buildPath, type CertificatePath, findPath, type PathResult } from './path/build.ts';
export { type OpenedPkcs12, openPkcs12 } from './pkcs12.ts';
export {
  judgeSeveralFiles,
  MAX_CERTIFICATES,
  type ReadFile,
  readCertificateFile,
  type UploadedFile,
} from './read-file.ts';
export { keyLabel } from './rules/key.ts';
export { createSigner, type Signer, type SignerAlgorithm } from './signer.ts';
export { type TrustedCertificate, type TrustedCertificates, trustedCertificates } from './trusted.ts';
export { fileBudget, type WorkBudget } from './work.ts';
