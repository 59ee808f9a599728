import { Agent, type IncomingMessage, request } from 'node:http';
import type { InjectOptions } from 'fastify';
import type { Answering, Response } from '../../test/support/visitor.ts';

/** No answer came: the connection broke, as it does when the other side is killed. */
export class Unanswered extends Error {}

/** No answer takes so long, ms. */
const LONGEST_ANSWER = 30_000;

/** A portal as browsers reach it over the network; `address` moves with each start. */
export class Network implements Answering {
  address = '';
  /** How many requests wait for their answer. */
  waiting = 0;
  readonly #agent: Agent;

  /** @param keepAlive whether connections are used again, as browsers do; where the process may be another one meanwhile, each request has its own */
  constructor({ keepAlive = false } = {}) {
    this.#agent = new Agent({ keepAlive });
  }

  /** @throws Unanswered */
  async inject({ method = 'GET', url, headers, payload }: InjectOptions): Promise<Response> {
    this.waiting += 1;
    try {
      const body = payload === undefined ? undefined : Buffer.from(payload as string | Buffer);
      const length = body === undefined ? {} : { 'content-length': body.length };
      return await new Promise<Response>((resolve, reject) => {
        const fail = (error: Error) => reject(new Unanswered(`${method} ${String(url)}: ${error.message}`));
        const asked = request(`${this.address}${String(url)}`, {
          agent: this.#agent,
          method,
          headers: { ...(headers as Record<string, string>), ...length },
          timeout: LONGEST_ANSWER,
        });
        asked.on('response', (response) => read(response).then(resolve, fail));
        asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
        asked.on('error', fail);
        asked.end(body);
      });
    } finally {
      this.waiting -= 1;
    }
  }
}

async function read(response: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    // What a redirect acknowledges is said by its first line.
    if (response.statusCode !== 303) throw error;
  }
  const rawPayload = Buffer.concat(chunks);
  const cookies = (response.headers['set-cookie'] ?? []).map(cookieOf);
  const { statusCode = 0, headers } = response;
  return { statusCode, headers, body: rawPayload.toString(), rawPayload, cookies };
}

function cookieOf(line: string): Response['cookies'][number] {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  const age = attributes.map((each) => /^max-age=(-?\d+)$/i.exec(each)?.[1]).find((each) => each !== undefined);
  const cookie = { name: pair.slice(0, at), value: decodeURIComponent(pair.slice(at + 1)) };
  return age === undefined ? cookie : { ...cookie, maxAge: Number(age) };
}
