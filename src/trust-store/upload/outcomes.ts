import type { FastifyRequest } from 'fastify';
import type { OutcomeView } from '../../http/upload-form.ts';
import { type WordedReason, wordReasons } from '../../http/words.ts';
import { hasWording } from '../../i18n/index.ts';
import type { Reason } from '../../lib/reasons.ts';
import type { Judged } from './judge.ts';
import type { OutcomeRow } from './store.ts';

/** Of a file that was judged and not stored: by a refused upload, or a preview. */
export function outcomesOfJudged(request: FastifyRequest, judged: readonly Judged[]): OutcomeView[] {
  return judged.map(({ certificate, judgement: { kind, faults } }) => ({
    fingerprint: certificate.fingerprint,
    subject: certificate.subject.text,
    kind,
    outcome: faults.length === 0 ? 'added' : 'refused',
    href: null,
    reasons: word(request, faults),
  }));
}

/** Of a file that was uploaded. */
export function outcomesOfUpload(request: FastifyRequest, rows: readonly OutcomeRow[]): OutcomeView[] {
  return rows.map(({ fingerprint, subject, kind, caCertificateId, reasons }) => ({
    fingerprint,
    subject,
    kind,
    outcome: caCertificateId === null ? 'refused' : 'added',
    href: caCertificateId === null ? null : `/trust-store/${caCertificateId}`,
    reasons: word(request, reasons === null ? [] : (JSON.parse(reasons) as Reason[])),
  }));
}

/** Reasons that were kept may have lost their wording since; then the code has to do. */
function word(request: FastifyRequest, reasons: readonly Reason[]): WordedReason[] {
  const { language } = request;
  return reasons.flatMap((reason) =>
    hasWording(language, `faults.${reason.name}.text`, reason.data)
      ? wordReasons([reason], request)
      : [{ code: reason.code, title: null, text: '', next: null, cure: null, field: null, label: null }],
  );
}
