import type { Certificate } from '../certificate.ts';
import { judgeKey, keyLabel } from '../rules/key.ts';
import { judgeSignatureAlgorithm } from '../rules/signature.ts';
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
  if (judgeKey(key) !== undefined) return { name: 'path-key', data: { key: keyLabel(key) } };
  const { algorithm } = signature;
  if (judgeSignatureAlgorithm(algorithm) !== undefined) {
    return { name: 'path-signature-algorithm', data: { algorithm: algorithm.label } };
  }
  return undefined;
}

/** RFC 5280 6.1.4 (o), 6.1.5 (f). */
function checkCritical({ unprocessedCritical }: Certificate): Finding | undefined {
  const [extension] = unprocessedCritical;
  return extension === undefined ? undefined : { name: 'path-critical-extension', data: { extension } };
}

/** RFC 5280 6.1.4 (k), (n): a certificate that issues is of version 3, a CA, and may sign certificates. */
export function checkIssuer({ version, isCa, keyUsage }: Certificate): Finding | undefined {
  if (version !== 3) return { name: 'path-version', data: { version } };
  if (!isCa) return { name: 'path-not-a-ca' };
  if (keyUsage !== undefined && !keyUsage.includes('keyCertSign')) return { name: 'path-without-cert-sign' };
  return undefined;
}
