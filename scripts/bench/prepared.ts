import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { InjectOptions } from 'fastify';
import type { Answering, Response } from '../../test/support/visitor.ts';

/** Stands where a visitor would send requests, and keeps them as they would go over a connection. */
export class Recorder implements Answering {
  readonly requests: Buffer[] = [];

  inject({ method = 'GET', url, headers, payload = '' }: InjectOptions): Promise<Response> {
    const body = Buffer.from(payload as string | Buffer);
    const lines = Object.entries({ ...headers, 'content-length': body.length }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    this.requests.push(
      Buffer.concat([Buffer.from(`${method} ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`), body]),
    );
    return Promise.resolve({ statusCode: 303, headers: {}, body: '', rawPayload: Buffer.alloc(0), cookies: [] });
  }
}

/**
 * Sends requests over a connection of its own, each when the one before it was answered. All that can be done before has been: the processor is there
 * for the server.
 * @throws Error at the first answer that is no redirect
 */
export async function sendEach(address: string, requests: readonly Buffer[]): Promise<void> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.setNoDelay();
  try {
    await once(socket, 'connect');
    for (const request of requests) await send(socket, request);
  } finally {
    socket.destroy();
  }
}

async function send(socket: Socket, request: Buffer): Promise<void> {
  socket.write(request);
  let answer = '';
  // A redirect has no body: it ends with its headers.
  while (!answer.endsWith('\r\n\r\n')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    answer += chunk.toString('latin1');
    if (!answer.startsWith('HTTP/1.1 303')) throw new Error(`refused: ${answer}`);
  }
}
