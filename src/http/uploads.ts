import multipart, { type MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../lib/errors.ts';

/** The largest file taken, in bytes (rules 1.2). */
export const MAX_CERTIFICATE_FILE = 64 * 1024;
export const MAX_TRUST_STORE_FILE = 1024 * 1024;

/** What a form with a file brought. Reading the file's content is the business of `pki`. */
export interface Upload {
  readonly fields: Readonly<Record<string, string>>;
  /** The file of field `certificate`; undefined when none was chosen. */
  readonly file: { readonly name: string; readonly bytes: Buffer } | undefined;
  /** How many files came; more than one is refused (PMP-UP-007). */
  readonly fileCount: number;
  /** The file is larger than the limit; its bytes were let go. */
  readonly tooLarge: boolean;
}

export async function registerUploads(app: FastifyInstance): Promise<void> {
  // A file that is too large is an answer of ours (422), not an error of the parser's.
  await app.register(multipart, { throwFileSizeLimit: false });
}

/** Far more than a form of ours has, so that a person with too many files is told so; beyond it the request is refused as it is. */
const LIMITS = { files: 100, fields: 10, fieldSize: 4096, fieldNameSize: 64, parts: 110, headerPairs: 20 };

/**
 * Reads a multipart form. A file over `maxBytes` is drained, not cut off, so that the browser gets its answer; of several files only
 * the first is kept.
 * @throws AppError bad-request when the body is no multipart, is empty or cut off, or has more parts than a form of ours
 */
export async function receiveUpload(request: FastifyRequest, maxBytes: number): Promise<Upload> {
  if (!request.isMultipart() || !hasBody(request)) throw new AppError('bad-request');
  const fields: Record<string, string> = {};
  let first: ReceivedFile | undefined;
  let fileCount = 0;
  try {
    const limits = { ...LIMITS, fileSize: maxBytes };
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') {
        if (typeof part.value === 'string') fields[part.fieldname] = part.value;
        continue;
      }
      const file = await receiveFile(part, first === undefined);
      if (part.fieldname !== 'certificate' || (file.name === '' && file.size === 0)) continue;
      fileCount += 1;
      first ??= file;
    }
  } catch (error) {
    throw new AppError('bad-request', [], { cause: error });
  }
  return {
    fields,
    file: first && { name: first.name, bytes: first.bytes },
    fileCount,
    tooLarge: first?.tooLarge ?? false,
  };
}

/** RFC 9112 6.3: without a length and without an encoding there is no body. */
function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

interface ReceivedFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly size: number;
  readonly tooLarge: boolean;
}

/** Reads a file to its end. Its bytes are kept only where they are wanted and within the limit. */
async function receiveFile(part: MultipartFile, wanted: boolean): Promise<ReceivedFile> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of part.file as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (wanted) chunks.push(chunk);
  }
  const tooLarge = part.file.truncated;
  return { name: part.filename ?? '', bytes: tooLarge ? Buffer.alloc(0) : Buffer.concat(chunks), size, tooLarge };
}
