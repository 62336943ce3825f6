// Sends a file as a screen of the admin does.
import { randomInt } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Ticket } from './door.ts';
import type { TargetSite } from './target-site.ts';

/** What is sent where. */
export interface SentFile {
  path: string;
  name: string;
  type: string;
  data: Buffer;
}

const post = (
  site: TargetSite,
  path: string,
  type: string,
  payload: Buffer | string,
  by: Promise<Ticket> = site.ticket(),
): Promise<{ status: number; text: string; location: string }> => {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string; location: string }>();
  void by.then(({ cookie, token }) => {
    const headers = {
      accept: 'application/json',
      // From another network each time: how often one may ask is not what is tried.
      'x-forwarded-for': Array.from({ length: 4 }, () => randomInt(1, 224)).join('.'),
      cookie,
      'x-csrf-token': token,
      'sec-fetch-site': 'same-origin',
      'content-type': type,
      'content-length': Buffer.byteLength(payload),
    };
    request(site.origin + path, { method: 'POST', headers, timeout: 60_000 }, (reply) => {
      const { statusCode: status = 0, headers: answered } = reply;
      text(reply).then((said) => resolve({ status, text: said, location: answered.location ?? '' }), reject);
    })
      .on('timeout', () => reject(new Error('no answer within a minute')))
      .on('error', reject)
      .end(payload);
  }, reject);
  return promise;
};

/** Sends a file in the field `file`, as some administrator unless one is given. */
export function sendFile(
  site: TargetSite,
  { path, name, type, data }: SentFile,
  by?: Promise<Ticket>,
): ReturnType<typeof post> {
  const head = `--galley\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n`;
  const payload = Buffer.concat([Buffer.from(head), data, Buffer.from('\r\n--galley--\r\n')]);
  return post(site, path, 'multipart/form-data; boundary=galley', payload, by);
}

/** Sends JSON. */
export function sendJson(site: TargetSite, path: string, value: unknown): ReturnType<typeof post> {
  return post(site, path, 'application/json', JSON.stringify(value));
}

/** Sends a form without fields of its own. */
export function sendForm(site: TargetSite, path: string, by: Promise<Ticket>): ReturnType<typeof post> {
  return post(site, path, 'application/x-www-form-urlencoded', '', by);
}
