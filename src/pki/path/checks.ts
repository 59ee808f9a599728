import type { Certificate } from '../certificate.ts';
import { showKeyUsage } from '../extensions/key-usage.ts';
import type { Fault } from '../faults.ts';
import type { PublicKeyInfo } from '../key.ts';
import { showOid } from '../known-oids.ts';
import { judgeKey } from '../rules/key.ts';
import { judgeSignatureAlgorithm } from '../rules/signature.ts';
import type { SignatureAlgorithm } from '../signature-algorithm.ts';
import type { Finding } from './problem.ts';
import type { PathQuestion } from './validate.ts';

/** What holds for every certificate of a path by itself: validity, key, signature algorithm, critical extensions (rules 4). */
export function checkOwn(certificate: Certificate, question: PathQuestion, last: boolean): Finding | undefined {
  const judgedAlready = last && question.lastJudged;
  const found = judgedAlready ? undefined : (checkValidity(certificate, question.at) ?? checkAlgorithms(certificate));
  return found ?? (judgedAlready && question.purpose === 'issuer' ? undefined : checkCritical(certificate));
}

/** RFC 5280 6.1.3 (a) (2). */
function checkValidity({ notBefore, notAfter }: Certificate, at: number): Finding | undefined {
  if (notBefore > at) return { name: 'path-not-yet-valid', data: { notBeforeAt: notBefore, nowAt: at } };
  if (notAfter < at) return { name: 'path-expired', data: { notAfterAt: notAfter, nowAt: at } };
  return undefined;
}

function checkAlgorithms({ key, signature }: Certificate): Finding | undefined {
  return checkKey(key) ?? checkSignatureAlgorithm(signature.algorithm);
}

/** Rules 2.7 for a certificate of the path. */
export function checkKey(key: PublicKeyInfo): Finding | undefined {
  return because('path-key', judgeKey(key));
}

/** Rules 2.8 for a certificate of the path. */
export function checkSignatureAlgorithm(algorithm: SignatureAlgorithm): Finding | undefined {
  return because('path-signature-algorithm', judgeSignatureAlgorithm(algorithm));
}

/** The fault of a path that consists in another one, of one of its certificates: its wording is added to that of the path. */
function because(name: Finding['name'], fault: Fault | undefined): Finding | undefined {
  return fault === undefined ? undefined : { name, data: { ...fault.data, because: fault.name } };
}

/** RFC 5280 6.1.4 (o), 6.1.5 (f). */
function checkCritical({ unprocessedCritical }: Certificate): Finding | undefined {
  const [extension] = unprocessedCritical;
  return extension === undefined
    ? undefined
    : { name: 'path-critical-extension', data: { extension: showOid(extension) } };
}

/** RFC 5280 6.1.4 (k), (n): a certificate that issues is of version 3, a CA, and may sign certificates. */
export function checkIssuer({ version, isCa, keyUsage }: Certificate): Finding | undefined {
  if (version !== 3) return { name: 'path-version', data: { version } };
  if (!isCa) return { name: 'path-not-a-ca' };
  if (keyUsage !== undefined && !keyUsage.includes('keyCertSign')) {
    return { name: 'path-without-cert-sign', data: { keyUsage: showKeyUsage(keyUsage) } };
  }
  return undefined;
}
