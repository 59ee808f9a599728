import { setImmediate as nextTurn } from 'node:timers/promises';
import multipart, { type MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../lib/errors.ts';
import { createTurns } from '../lib/turns.ts';

/** The largest file taken, in bytes (rules 1.2). */
export const MAX_CERTIFICATE_FILE = 64 * 1024;
export const MAX_TRUST_STORE_FILE = 1024 * 1024;

/** What a form with a file brought. Reading the file's content is the business of `pki`. */
export interface Upload {
  readonly fields: Readonly<Record<string, string>>;
  /** The files of field `certificate`: none when none was chosen; several are refused (PMP-UP-007). */
  readonly files: readonly ReceivedFile[];
}

export interface ReceivedFile {
  readonly name: string;
  /** All of it, or its beginning where it was larger than the limit. */
  readonly bytes: Buffer;
  /** It was larger than the limit. */
  readonly cutOff: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends the turn in which the files of this request are read and judged. */
    endTurn: (() => void) | undefined;
  }
}

/** Judging a file holds the process for up to a quarter of a second, and each that waits holds up to 2 MiB. */
const turns = createTurns({ atOnce: 24, waiting: 50 });

/**
 * Registers routes that files are sent to. The parser of multipart forms is there for these alone: elsewhere nobody would read the files, and
 * its hooks (two promises and a listener for each request) would only take time.
 */
export function takeFiles(app: FastifyInstance, register: (app: FastifyInstance) => void): void {
  app.register(async (routes) => {
    routes.decorateRequest('endTurn', undefined);
    routes.addHook('onSend', (request, _reply, _payload, done) => {
      request.endTurn?.();
      done();
    });
    // A file that is too large is an answer of ours (422), not an error of the parser's.
    await routes.register(multipart, { throwFileSizeLimit: false });
    register(routes);
  });
}

/** Of files beyond the first so much is kept, all together, as a key in them would have to be seen in. */
const MAX_FURTHER_BYTES = 1024 * 1024;

/** Far more than a form of ours has, so that a person with too many files is told so; beyond it the request is refused as it is. */
const LIMITS = { files: 100, fields: 10, fieldSize: 4096, fieldNameSize: 64, parts: 110, headerPairs: 20 };

/**
 * Reads a multipart form, and waits for a turn to work on it, which ends with the answer; whoever sends slowly holds up nobody. A file over `maxBytes` is drained, not cut off, so that the browser gets its answer.
 * @throws AppError bad-request when the body is no multipart, is empty or cut off, or has more parts than a form of ours; unavailable
 *   when too many wait for their turn, or the database was moved away meanwhile
 */
export async function receiveUpload(request: FastifyRequest, maxBytes: number): Promise<Upload> {
  if (!request.isMultipart() || !hasBody(request)) throw new AppError('bad-request');
  const fields: Record<string, string> = {};
  const files: ReceivedFile[] = [];
  let furtherBytes = MAX_FURTHER_BYTES;
  try {
    const limits = { ...LIMITS, fileSize: maxBytes };
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') {
        if (typeof part.value === 'string') fields[part.fieldname] = part.value;
        continue;
      }
      const file = await receiveFile(part, files.length === 0 ? maxBytes : furtherBytes);
      if (part.fieldname !== 'certificate' || (file.name === '' && file.bytes.length === 0)) continue;
      if (files.length > 0) furtherBytes -= file.bytes.length;
      files.push(file);
    }
  } catch (error) {
    throw new AppError('bad-request', [], { cause: error });
  }
  request.endTurn = await turns.take();
  await apart();
  // Much may have happened since the request began: it may have been sent slowly.
  request.server.requireInPlace();
  return { fields, files };
}

let begun: Promise<unknown> = Promise.resolve();

/** Files are worked on in turns of the event loop of their own, so that others are answered in between. */
function apart(): Promise<unknown> {
  begun = begun.then(() => nextTurn());
  return begun;
}

/** RFC 9112 6.3: without a length and without an encoding there is no body. */
function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Reads a file to its end; at most `kept` bytes of it are kept. */
async function receiveFile(part: MultipartFile, kept: number): Promise<ReceivedFile> {
  const chunks: Buffer[] = [];
  let left = kept;
  for await (const chunk of part.file as AsyncIterable<Buffer>) {
    if (left > 0) chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
  }
  return { name: part.filename ?? '', bytes: Buffer.concat(chunks), cutOff: part.file.truncated || left < 0 };
}
