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
  await app.register(multipart);
}

/**
 * Reads a multipart form. A file over `maxBytes` is drained, not cut off, so that the browser gets its answer.
 * @throws AppError bad-request when the body is no multipart, is cut off, or has more parts than a form of ours
 */
export async function receiveUpload(request: FastifyRequest, maxBytes: number): Promise<Upload> {
  if (!request.isMultipart()) throw new AppError('bad-request');
  const fields: Record<string, string> = {};
  const files: { name: string; bytes: Buffer; tooLarge: boolean }[] = [];
  try {
    const limits = {
      fileSize: maxBytes,
      files: 10,
      fields: 10,
      fieldSize: 4096,
      fieldNameSize: 64,
      parts: 20,
      headerPairs: 20,
    };
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') {
        if (typeof part.value === 'string') fields[part.fieldname] = part.value;
        continue;
      }
      const file = await readFile(part);
      if (part.fieldname === 'certificate' && (file.name !== '' || file.bytes.length > 0)) files.push(file);
    }
  } catch (error) {
    throw new AppError('bad-request', [], error instanceof Error && 'code' in error ? {} : { cause: error });
  }
  const [first] = files;
  return {
    fields,
    file: first && { name: first.name, bytes: first.bytes },
    fileCount: files.length,
    tooLarge: files.some((file) => file.tooLarge),
  };
}

async function readFile(part: MultipartFile): Promise<{ name: string; bytes: Buffer; tooLarge: boolean }> {
  const chunks: Buffer[] = [];
  for await (const chunk of part.file) chunks.push(chunk as Buffer);
  const tooLarge = part.file.truncated;
  return { name: part.filename ?? '', bytes: tooLarge ? Buffer.alloc(0) : Buffer.concat(chunks), tooLarge };
}
