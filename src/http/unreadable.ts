import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';
import { LANGUAGES, translator } from '../i18n/index.ts';

/** By the code of Node's error; whatever else it is, it could not be read. */
const STATUS: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/**
 * Answers what never becomes a request, since it cannot be read, is too slow or too large: in plain words, in each language because the asker's
 * is not known, and closes the connection. Nothing of what was sent is repeated or logged.
 */
export function answerUnreadable(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  log: Pick<FastifyBaseLogger, 'info'>,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS[error.code ?? ''] ?? 400;
  // Browsers open connections ahead, and leave them: that is no news.
  if (status !== 408) log.info({ status, code: error.code, ip: addressOf(socket) }, 'a request could not be read');
  socket.end(answerOf(status), () => socket.destroy());
}

function answerOf(status: number): string {
  const body = LANGUAGES.map((language) => {
    const t = translator(language);
    return `${t(`errors.${status}.title`)}. ${t(`errors.${status}.text`)}\n`;
  }).join('\n');
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

function addressOf(socket: Duplex): string | undefined {
  return 'remoteAddress' in socket ? String(socket.remoteAddress) : undefined;
}
