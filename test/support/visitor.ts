import { type CheerioAPI, load } from 'cheerio';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';

/** Where the tests' portal lives. */
export const HOST = 'pmp.test';
export const ORIGIN = `http://${HOST}`;

/** What of a response is looked at. */
export type Response = Pick<LightMyRequestResponse, 'statusCode' | 'headers' | 'body' | 'rawPayload' | 'cookies'>;

/** What requests are sent to: the app itself, or one in another process. */
export interface Answering {
  inject(options: InjectOptions): Promise<Response>;
}

/** An answer, with the marks of the interface read out. */
export class Answer {
  readonly status: number;
  readonly headers: Response['headers'];
  readonly body: string;
  readonly bytes: Buffer;
  #document: CheerioAPI | undefined;

  constructor(response: Response) {
    this.status = response.statusCode;
    this.headers = response.headers;
    this.body = response.body;
    this.bytes = response.rawPayload;
  }

  /** The page, for selectors. */
  get $(): CheerioAPI {
    this.#document ??= load(this.body);
    return this.#document;
  }

  /** Where a 303, or htmx's `HX-Redirect`, leads. */
  get location(): string | undefined {
    return (this.headers.location ?? this.headers['hx-redirect'])?.toString();
  }

  /** The codes of the error summary, in order. */
  get codes(): string[] {
    const codes = this.$('[role=alert][data-codes]').attr('data-codes') ?? '';
    return codes.split(' ').filter((code) => code !== '');
  }

  /** The key of the success message. */
  get flash(): string | undefined {
    return this.$('[role=status][data-flash]').attr('data-flash');
  }

  /** The text of a part of the page, white space folded. */
  text(selector = 'main'): string {
    return this.$(selector).text().replace(/\s+/g, ' ').trim();
  }
}

export type Form = Readonly<Record<string, string | readonly string[]>>;

export interface UploadFile {
  readonly name: string;
  readonly bytes: Buffer | string;
}

/** A browser: keeps cookies, sends the headers that browsers send. */
export class Visitor {
  readonly #app: Answering;
  readonly cookies: Map<string, string>;

  constructor(app: Answering, cookies: Iterable<readonly [string, string]> = []) {
    this.#app = app;
    this.cookies = new Map(cookies);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, headers);
  }

  /** Submits a plain form. */
  post(path: string, form: Form = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const body = new URLSearchParams();
    for (const [name, values] of Object.entries(form))
      for (const value of [values].flat()) body.append(name, value as string);
    return this.send(
      'POST',
      path,
      { origin: ORIGIN, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body.toString(),
    );
  }

  /** Submits a form with files in field `certificate`. */
  upload(
    path: string,
    files: UploadFile | readonly UploadFile[],
    form: Form = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const boundary = 'boundary-of-the-tests';
    const fields = Object.entries(form).map(([name, value]) => part(boundary, `name="${name}"`, String(value)));
    const uploads = [files]
      .flat()
      .map((file) =>
        part(
          boundary,
          `name="certificate"; filename="${file.name}"\r\nContent-Type: application/octet-stream`,
          file.bytes,
        ),
      );
    const body = Buffer.concat([...fields, ...uploads, Buffer.from(`--${boundary}--\r\n`)]);
    return this.send(
      'POST',
      path,
      { origin: ORIGIN, 'content-type': `multipart/form-data; boundary=${boundary}`, ...headers },
      body,
    );
  }

  /** Sends a request as it is; no `Origin` unless given. */
  async send(
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string> = {},
    payload?: string | Buffer,
  ): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.#app.inject({
      method,
      url: path,
      headers: { host: HOST, ...(cookie === '' ? {} : { cookie }), ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    for (const { name, value, maxAge, expires } of response.cookies) {
      const ended = maxAge === 0 || (expires !== undefined && expires.getTime() === 0);
      if (ended) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return new Answer(response);
  }
}

/** The headers with which htmx asks for a piece of a page. */
export const HTMX = { 'hx-request': 'true', 'hx-request-type': 'partial' } as const;

function part(boundary: string, disposition: string, content: Buffer | string): Buffer {
  return Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
}
