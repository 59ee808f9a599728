import { type Certificate, readCertificate } from './certificate.ts';
import { type FileElements, fileElements } from './der/elements.ts';
import { catchMalformed, type Read } from './der/malformed.ts';
import { type Fault, fault, type PlainFaultName } from './faults.ts';
import { type FileFormat, readContents } from './file/contents.ts';
import { showText } from './names/text.ts';

/** At most this many certificates in a file (rules 1). */
export const MAX_CERTIFICATES = 100;

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The certificates of a file, in its order; or every reason against it. */
export type ReadFile =
  | { readonly ok: true; readonly format: FileFormat; readonly certificates: readonly [Certificate, ...Certificate[]] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Reads an uploaded file by rules 1: DER, PEM with anything around the blocks, or PEM-armoured PKCS#7. Refuses a private key
 * or key store before anything else of it is looked at; the caller must then neither store nor log the bytes. Faults that are
 * facts of the request ("no file", "several") are made by `fault('file-missing')` and `fault('file-several')`.
 */
export function readCertificateFile(file: UploadedFile, limits: { readonly maxBytes: number }): ReadFile {
  const named = judgeFileName(file.name);
  const read = readBytes(file.bytes, limits.maxBytes);
  const faults = [named, ...(read.ok ? [] : read.faults)].filter((each) => each !== undefined);
  return read.ok && named === undefined ? read : { ok: false, faults };
}

/** Rules 1: the name ends in .cer or .pem, in any case. */
export function judgeFileName(name: string): Fault | undefined {
  return /\.(cer|pem)$/i.test(name) ? undefined : fault('file-name-ending', { file: showText(name) });
}

/** The fault of a file that is larger than allowed, for callers that stop reading there. */
export function fileTooLarge(maxBytes: number): Fault {
  return fault('file-too-large', { kibibytes: Math.floor(maxBytes / 1024) });
}

function readBytes(bytes: Buffer, maxBytes: number): ReadFile {
  if (bytes.length === 0) return refused(fault('file-empty'));
  if (bytes.length > maxBytes) return refused(fileTooLarge(maxBytes));
  const elements = fileElements();
  const contents = catchMalformed(() => readContents(bytes, elements));
  if (!contents.ok) return refused(contents.fault);
  const { format, certificates } = contents.value;
  if (certificates.length > MAX_CERTIFICATES) {
    return refused(fault('file-too-many-certificates', { found: certificates.length, limit: MAX_CERTIFICATES }));
  }
  return readAll(format, certificates, elements);
}

function readAll(format: FileFormat, ders: readonly Buffer[], elements: FileElements): ReadFile {
  const results: Read<Certificate>[] = [];
  for (const der of ders) {
    const result = readCertificate(der, elements);
    results.push(result);
    // Once the elements of the file are used up, every further certificate would be refused for that alone.
    if (!result.ok && elements.left === 0) break;
  }
  const faults = results.flatMap((each, index) => (each.ok ? [] : [numbered(each.fault, index + 1)]));
  const [first, ...others] = results.flatMap((each) => (each.ok ? [each.value] : []));
  if (faults.length > 0) return { ok: false, faults };
  return first === undefined
    ? refused(fault('file-no-certificate'))
    : { ok: true, format, certificates: [first, ...others] };
}

/** Says which certificate of the file it is, counted from 1. */
function numbered({ name, data }: Fault, number: number): Fault {
  return fault(name as PlainFaultName, { ...data, number });
}

function refused(...faults: readonly Fault[]): ReadFile {
  return { ok: false, faults };
}
