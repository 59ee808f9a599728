import type { FastifyRequest } from 'fastify';
import type { Reason } from '../lib/reasons.ts';
import {
  type Certificate,
  type FileFormat,
  fault,
  judgeSeveralFiles,
  readCertificateFile,
  showText,
} from '../pki/index.ts';
import { receiveUpload } from './uploads.ts';

/** What is said of a file that could be read, beside its certificates. */
export interface ReadFileFacts {
  /** Made safe for showing. */
  readonly name: string;
  readonly bytes: number;
  readonly format: FileFormat;
}

/** A file of which the certificates could be read. */
export interface ReadUpload {
  readonly file: ReadFileFacts;
  readonly certificates: readonly [Certificate, ...Certificate[]];
  /** What speaks against the file all the same, such as its name. */
  readonly reasons: readonly Reason[];
}

/** What an upload form brought: the certificates of its file in their order, or every reason against the file (rules 1). */
export type CertificateUpload = { readonly fields: Readonly<Record<string, string>> } & (
  | { readonly ok: true; readonly reasons: readonly []; readonly read: ReadUpload }
  /** Where the certificates could be read all the same, they are judged too, so that every reason is told at once. */
  | { readonly ok: false; readonly reasons: readonly Reason[]; readonly read: ReadUpload | undefined }
);

/** Receives the file of an upload form and reads the certificates in it. */
export async function receiveCertificates(request: FastifyRequest, maxBytes: number): Promise<CertificateUpload> {
  const { fields, files } = await receiveUpload(request, maxBytes);
  const [file, ...others] = files;
  if (file === undefined) return unread(fields, [fault('file-missing')]);
  if (others.length > 0) return unread(fields, judgeSeveralFiles(files, { maxBytes }));
  const result = readCertificateFile(file, { maxBytes });
  const contents = result.ok ? result : result.contents;
  if (contents === undefined) return unread(fields, result.ok ? [] : result.faults);
  const facts = { name: showText(file.name), bytes: file.bytes.length, format: contents.format };
  const reasons = result.ok ? [] : atFile(result.faults);
  const read = { file: facts, certificates: contents.certificates, reasons };
  return result.ok ? { fields, ok: true, reasons: [], read } : { fields, ok: false, reasons, read };
}

function unread(fields: CertificateUpload['fields'], faults: readonly Reason[]): CertificateUpload {
  return { fields, ok: false, reasons: atFile(faults), read: undefined };
}

/** Faults as reasons of the form's file field. */
export function atFile(faults: readonly Reason[]): Reason[] {
  return faults.map((each) => ({ ...each, field: 'certificate' }));
}
