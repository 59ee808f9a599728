import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Reason } from '../lib/reasons.ts';
import type { CaKind, Certificate, CertificatePath } from '../pki/index.ts';
import { atFile, type ReadFileFacts, type ReadUpload } from './certificate-upload.ts';
import { certificateView, chainView } from './certificate-view.ts';
import { isHtmx } from './redirect.ts';
import { type Breadcrumb, refusalOf } from './view.ts';
import type { WordedReason } from './words.ts';

/** A page with the form for uploading certificates; its template includes `shared/upload-form`. */
export interface UploadPage {
  readonly template: string;
  readonly title: string;
  readonly breadcrumbs: readonly Breadcrumb[];
  /** Where the page is found. */
  readonly address: string;
  /** Where the form goes, and where its preview comes from. */
  readonly action: string;
  readonly preview: string;
  readonly cancel: string;
  readonly hint: string;
  /** The form's further fields, and what else the page says. */
  readonly fields?: object;
  readonly model?: object;
}

/** What is known of a file that was sent: accepted exactly when there are no reasons. */
export interface FileVerdict {
  readonly reasons: readonly Reason[];
  readonly file: ReadFileFacts | null;
  /** Of a file with one certificate to judge. */
  readonly read: {
    readonly certificate: Certificate;
    readonly path: CertificatePath;
    /** What else is in the file; it is shown and helps no path (rules 1). */
    readonly others: readonly Certificate[];
    /** The registered organisation was compared. */
    readonly organizationCompared: boolean;
  } | null;
  /** Of a file with several, each of which is judged (rules 2). */
  readonly outcomes: readonly OutcomeView[];
}

/** One line per certificate of a file, as `views/shared/outcomes` shows it. */
export interface OutcomeView {
  readonly fingerprint: string;
  readonly subject: string;
  readonly kind: CaKind;
  readonly outcome: 'added' | 'refused';
  /** Its page; null for one that is not in the store. */
  readonly href: string | null;
  readonly reasons: readonly WordedReason[];
}

/** A file of which nothing could be read. */
export function unreadable(reasons: readonly Reason[]): FileVerdict {
  return { reasons, file: null, read: null, outcomes: [] };
}

/** A file of which the first certificate was judged, as a partner's or a chip's (rules 3). */
export function firstJudged(
  { file, certificates, reasons }: ReadUpload,
  faults: readonly Reason[],
  path: CertificatePath,
): FileVerdict {
  const [certificate, ...others] = certificates;
  return {
    reasons: [...reasons, ...atFile(faults)],
    file,
    read: { certificate, path, others, organizationCompared: true },
    outcomes: [],
  };
}

/** The page with its form, as it is before anything was sent. */
export function showUploadForm(reply: FastifyReply, page: UploadPage): FastifyReply {
  return sendPage(reply, page, { ...NOTHING_READ, ...formModel(page, []) }, 200);
}

/** A refused upload: 422, the form again with the reasons and what was read; for htmx the form alone. */
export function refuseUpload(
  request: FastifyRequest,
  reply: FastifyReply,
  page: UploadPage,
  verdict: FileVerdict,
): FastifyReply {
  const model = verdictModel(request, page, verdict);
  if (isHtmx(request)) return reply.fragment('shared/upload-form', model, 422);
  return sendPage(reply, page, model, 422);
}

/** The preview (200): what was read, and the verdict that an upload would meet; for htmx without the form, where the file stays chosen. */
export function showPreview(
  request: FastifyRequest,
  reply: FastifyReply,
  page: UploadPage,
  verdict: FileVerdict,
): FastifyReply {
  const model = { ...verdictModel(request, page, verdict), preview: isHtmx(request) ? 'live' : 'page' };
  if (!isHtmx(request)) return sendPage(reply, page, model, 200);
  // A choice that was taken back leaves nothing to show.
  const nothing = verdict.reasons.some(({ name }) => name === 'file-missing');
  return reply.fragment('shared/preview', nothing ? { ...model, ...NOTHING_READ } : model, 200);
}

function sendPage(reply: FastifyReply, page: UploadPage, model: object, status: 200 | 422): FastifyReply {
  const { title, breadcrumbs, address } = page;
  return reply.page(page.template, { ...page.model, ...model }, { title, breadcrumbs, address, status });
}

const NOTHING_READ = {
  verdict: null,
  heading: null,
  preview: null,
  file: null,
  certificate: null,
  chain: null,
  others: [],
  outcomes: [],
};

function formModel(page: UploadPage, reasons: readonly WordedReason[]) {
  const { action, preview, cancel, hint, fields } = page;
  return { reasons, form: { action, preview, cancel, hint, fields: fields ?? {} } };
}

function verdictModel(request: FastifyRequest, page: UploadPage, { reasons, file, read, outcomes }: FileVerdict) {
  const { fmt } = request;
  return {
    ...formModel(page, refusalOf(request, reasons)),
    ...verdictOf(request, reasons, outcomes),
    preview: null,
    file,
    certificate: read && certificateView(read.certificate, fmt, read.organizationCompared ? reasons : undefined),
    chain: read && chainView(read.path, reasons, read.others),
    others: (read?.others ?? []).map((other) => certificateView(other, fmt)),
    outcomes,
  };
}

/** The verdict on the whole file, and its heading. */
function verdictOf({ t }: FastifyRequest, reasons: readonly Reason[], outcomes: readonly OutcomeView[]) {
  const count = outcomes.length;
  const added = outcomes.filter(({ outcome }) => outcome === 'added').length;
  if (reasons.length > 0) {
    const heading = count > 0 ? t('upload.none', { count }) : t('upload.refused', { count: reasons.length });
    return { verdict: 'refused', heading };
  }
  if (added < count) return { verdict: 'partly', heading: t('upload.partly', { added, count }) };
  return { verdict: 'accepted', heading: count > 0 ? t('upload.all', { count }) : t('upload.accepted') };
}
