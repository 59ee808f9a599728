import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openPortal } from '../support/portal.ts';

/** Sends bytes as they are, over a connection of their own; returns all that comes back. */
async function exchange(bytes: string): Promise<string> {
  const { app } = await openPortal();
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

const request = (line: string, ...headers: string[]) =>
  [line, 'Host: pmp.test', 'Connection: close', 'Cookie: pmp_session=secret', ...headers, '', ''].join('\r\n');

describe('a method that no page has', () => {
  it.each(['TRACE', 'PROPFIND', 'DELETE', 'PUT'])(
    '%s is refused, and repeats nothing of what was sent',
    async (method) => {
      const answer = await exchange(request(`${method} /login HTTP/1.1`, 'Origin: http://pmp.test'));
      expect(answer).toMatch(/^HTTP\/1\.1 404 /);
      expect(answer).not.toContain('secret');
    },
  );

  it('CONNECT is not answered at all', async () => {
    expect(await exchange(request('CONNECT evil.example:443 HTTP/1.1'))).toBe('');
  });
});

describe('what is no request', () => {
  it('is answered in plain words of each language, with nothing about the server, and the connection ends', async () => {
    const answer = await exchange('SECRET / HTTP/1.1\r\nHost: pmp.test\r\n\r\n');
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head.split('\r\n')).toEqual([
      'HTTP/1.1 400 Bad Request',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      'Connection: close',
    ]);
    for (const title of ['The request could not be read', 'La demande n’a pas pu être lue', 'تعذّرت قراءة الطلب'])
      expect(body).toContain(`${title}. `);
    expect(answer).not.toMatch(/SECRET|[Ff]astify|Node|HPE_|\{/);
  });
});

// Where two servers read one request differently, part of it counts as the next one, of somebody else (ASVS 4.2.1).
describe('a request that can be read in two ways', () => {
  const body = '0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: pmp.test\r\n\r\n';
  const post = (...headers: string[]) => request('POST /login HTTP/1.1', 'Origin: http://pmp.test', ...headers) + body;

  it.each([
    ['a length and chunks', post(`Content-Length: ${body.length}`, 'Transfer-Encoding: chunked')],
    ['two lengths', post('Content-Length: 5', `Content-Length: ${body.length}`)],
    ['a length with a sign', post('Content-Length: +5')],
    ['chunks that are not the last coding', post('Transfer-Encoding: chunked, gzip')],
    ['chunks spelled otherwise', post('Transfer-Encoding: xchunked')],
    ['a header folded over two lines', post('Content-Length: 5', 'X-Long: a\r\n b')],
    ['white space before the colon', post('Content-Length : 5')],
    ['a line that ends in a bare line feed', request('GET /login HTTP/1.1', 'X-One: a\nX-Two: b')],
  ])('for %s is refused, once', async (_, bytes) => {
    const answer = await exchange(bytes);
    expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 400']);
    expect(answer).not.toContain('ok');
  });
});
