import type { FastifyRequest } from 'fastify';
import type { Reason } from '../lib/reasons.ts';
import {
  type Certificate,
  type FileFormat,
  fault,
  fileTooLarge,
  judgeFileName,
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

/** What an upload form brought: the certificates of its file in their order, or every reason against the file (rules 1). */
export type CertificateUpload = {
  readonly fields: Readonly<Record<string, string>>;
} & (
  | {
      readonly ok: true;
      readonly file: ReadFileFacts;
      readonly certificates: readonly [Certificate, ...Certificate[]];
    }
  | { readonly ok: false; readonly reasons: readonly Reason[] }
);

/** Receives the file of an upload form and reads the certificates in it. */
export async function receiveCertificates(request: FastifyRequest, maxBytes: number): Promise<CertificateUpload> {
  const { fields, file, fileCount, tooLarge } = await receiveUpload(request, maxBytes);
  if (file === undefined) return { fields, ok: false, reasons: atFile([fault('file-missing')]) };
  if (fileCount > 1) return { fields, ok: false, reasons: atFile([fault('file-several', { found: fileCount })]) };
  if (tooLarge) return { fields, ok: false, reasons: atFile([judgeFileName(file.name), fileTooLarge(maxBytes)]) };
  const read = readCertificateFile(file, { maxBytes });
  if (!read.ok) return { fields, ok: false, reasons: atFile(read.faults) };
  const facts = { name: showText(file.name), bytes: file.bytes.length, format: read.format };
  return { fields, ok: true, file: facts, certificates: read.certificates };
}

/** Faults as reasons of the form's file field. */
export function atFile(faults: readonly (Reason | undefined)[]): Reason[] {
  return faults.filter((each) => each !== undefined).map((each) => ({ ...each, field: 'certificate' }));
}
