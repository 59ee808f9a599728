import { type Certificate, readCertificate } from './certificate.ts';
import { type FileElements, fileElements } from './der/elements.ts';
import { catchMalformed, type Read } from './der/malformed.ts';
import { type Fault, fault, type PlainFaultName } from './faults.ts';
import { type FileFormat, readContents, refuseSecrets } from './file/contents.ts';
import { showText } from './names/text.ts';

/** At most this many certificates in a file (rules 1). */
export const MAX_CERTIFICATES = 100;

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** It was larger than allowed: `bytes` are its beginning. */
  readonly cutOff?: boolean;
}

/** What a file holds, its certificates in its order. */
export interface FileContents {
  readonly format: FileFormat;
  readonly certificates: readonly [Certificate, ...Certificate[]];
}

/** The contents of a file; or every reason against it, with the contents where these could be read all the same. */
export type ReadFile =
  | ({ readonly ok: true } & FileContents)
  | { readonly ok: false; readonly faults: readonly Fault[]; readonly contents: FileContents | undefined };

/**
 * Reads an uploaded file by rules 1: DER, PEM with anything around the blocks, or PEM-armoured PKCS#7. Refuses a private key
 * or key store before anything else of it is looked at; the caller must then neither store nor log the bytes. That no file came is
 * told by `fault('file-missing')`, that several came by `judgeSeveralFiles`.
 */
export function readCertificateFile(file: UploadedFile, limits: { readonly maxBytes: number }): ReadFile {
  const named = judgeFileName(file.name);
  const read = readBytes(file, limits.maxBytes);
  if (named === undefined) return read;
  return read.ok ? { ok: false, faults: [named], contents: read } : { ...read, faults: [named, ...read.faults] };
}

/** Every reason against files of which only one may come (rules 1): each of their names, sizes and secrets, and that they are several. */
export function judgeSeveralFiles(
  files: readonly UploadedFile[],
  limits: { readonly maxBytes: number },
): readonly Fault[] {
  const found = [
    ...files.map(({ name }) => judgeFileName(name)),
    ...files.map((file) => judgeSize(file, limits.maxBytes)),
    fault('file-several'),
    ...files.map(({ bytes }) => findSecret(bytes)),
  ];
  // The same is said once, whichever of the files it is.
  return [...new Map(found.flatMap((each) => (each === undefined ? [] : [[each.name, each] as const]))).values()];
}

/** Rules 1: the name ends in .cer or .pem, in any case. */
function judgeFileName(name: string): Fault | undefined {
  return /\.(cer|pem)$/i.test(name) ? undefined : fault('file-name-ending', { file: showText(name) });
}

function judgeSize({ bytes, cutOff }: UploadedFile, maxBytes: number): Fault | undefined {
  if (bytes.length === 0) return fault('file-empty');
  const tooLarge = cutOff === true || bytes.length > maxBytes;
  return tooLarge ? fault('file-too-large', { kibibytes: Math.floor(maxBytes / 1024) }) : undefined;
}

/** A private key or key store in these bytes, if there is one to be seen. */
function findSecret(bytes: Buffer): Fault | undefined {
  const searched = catchMalformed(() => refuseSecrets(bytes));
  return searched.ok ? undefined : searched.fault;
}

function readBytes(file: UploadedFile, maxBytes: number): ReadFile {
  const { bytes } = file;
  const size = judgeSize(file, maxBytes);
  if (size !== undefined) return refused(size, findSecret(bytes));
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
  if (faults.length > 0) return refused(...faults);
  return first === undefined
    ? refused(fault('file-no-certificate'))
    : { ok: true, format, certificates: [first, ...others] };
}

/** Says which certificate of the file it is, counted from 1. */
function numbered({ name, data }: Fault, number: number): Fault {
  return fault(name as PlainFaultName, { ...data, number });
}

function refused(...faults: readonly (Fault | undefined)[]): ReadFile {
  return { ok: false, faults: faults.filter((each) => each !== undefined), contents: undefined };
}
