// Asks the routes of the library as a script of the admin does.
import type { LoggedIn, TestSite } from 'galley/testing';

/** An answer, with its JSON where it has some. */
export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read members that the assertions then check.
  value: any;
}

/** Somebody's scripts. */
export class ApiVisitor {
  readonly #site: () => TestSite;
  readonly #who: LoggedIn | undefined;

  constructor(site: () => TestSite, who?: LoggedIn) {
    this.#site = site;
    this.#who = who;
  }

  get(path: string): Promise<Answer> {
    return this.#ask('GET', path);
  }

  send(method: 'POST' | 'PATCH' | 'DELETE', path: string, value?: unknown): Promise<Answer> {
    if (value === undefined) return this.#ask(method, path);
    return this.#ask(method, path, JSON.stringify(value), 'application/json');
  }

  bytes(path: string, data: Uint8Array): Promise<Answer> {
    return this.#ask('POST', path, Buffer.from(data), 'application/octet-stream');
  }

  upload(path: string, file: { name: string; type: string; data: Uint8Array }, fields: Record<string, string> = {}) {
    const boundary = '----galley-api-test';
    const pieces = [
      ...Object.entries(fields).map(
        ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      ),
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${file.name}"\r\ncontent-type: ${file.type}\r\n\r\n`,
      file.data,
      `\r\n--${boundary}--\r\n`,
    ];
    const body = Buffer.concat(pieces.map((piece) => Buffer.from(piece as string)));
    return this.#ask('POST', path, body, `multipart/form-data; boundary=${boundary}`);
  }

  async #ask(method: string, path: string, payload?: string | Buffer, type?: string): Promise<Answer> {
    const reply = await this.#site().inject({
      method,
      url: `/admin/api/media${path.replace(/^\/(?=\?|$)/, '')}`,
      headers: {
        accept: 'application/json',
        'sec-fetch-site': 'same-origin',
        ...(this.#who ? { cookie: this.#who.cookie, 'x-csrf-token': this.#who.token } : {}),
        ...(type ? { 'content-type': type } : {}),
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const isJson = String(reply.headers['content-type']).includes('json');
    return { status: reply.statusCode, value: isJson && reply.body ? JSON.parse(reply.body) : undefined };
  }
}
