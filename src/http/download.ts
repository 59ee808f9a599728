import type { FastifyReply, FastifyRequest } from 'fastify';
import { setFlash } from './flash.ts';

export type DownloadFormat = 'pem' | 'der' | 'p7b';

const TYPES: Record<DownloadFormat, { type: string; extension: string }> = {
  pem: { type: 'application/x-pem-file', extension: 'cer' },
  der: { type: 'application/pkix-cert', extension: 'cer' },
  p7b: { type: 'application/x-pkcs7-certificates', extension: 'p7b' },
};

/** The format asked for by `?format=`; anything unknown is `pem`. */
export function downloadFormat(query: unknown, formats: readonly DownloadFormat[]): DownloadFormat {
  const wanted = inQuery(query, 'format');
  return formats.find((format) => format === wanted) ?? 'pem';
}

/**
 * Sends a file to be saved, never to be shown (ASVS 3.2.1), and sets the flash `certificate-downloaded` for the next page
 * unless the page has said so already, by script (`?told=1`; rules 5, last paragraph).
 * @param name whose and which, without an extension; characters that file systems dislike are replaced, others encoded (RFC 6266)
 */
export function sendDownload(
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  format: DownloadFormat,
  content: string | Buffer,
): FastifyReply {
  if (inQuery(request.query, 'told') !== '1') setFlash(reply, 'certificate-downloaded');
  const { type, extension } = TYPES[format];
  const safe = `${name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .slice(0, 120)}.${extension}`;
  const ascii = safe.replace(/[^\x20-\x7e]/g, '_');
  return reply
    .type(type)
    .header(
      'content-disposition',
      `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(safe).replace(/['()*]/g, percent)}`,
    )
    .send(content);
}

function inQuery(query: unknown, name: string): unknown {
  return typeof query === 'object' && query !== null ? (query as Record<string, unknown>)[name] : undefined;
}

const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
