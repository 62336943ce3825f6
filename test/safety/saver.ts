// Somebody who saves entries through the forms of a real server until it is gone, and what has to be there then.
import assert from 'node:assert/strict';

/** How far the saves of one entry have come. */
export interface Progress {
  /** The number of the last that was sent. */
  sent: number;
  /** The number of the last that was acknowledged. */
  acknowledged: number;
  /** The entry's version after that. */
  version: number;
}

/** An entry as it was found after all. */
export interface FoundEntry {
  id: number;
  version: number;
  title: string;
  content: string;
  excerpt: string;
  tags: string[];
  /** Version and title of each revision. */
  revisions: [number, string][];
}

const PARAGRAPHS = 200;

/** The text of the save with this number: long, so that a half of it would show. */
const textOf = (number: number): string =>
  Array.from(
    { length: PARAGRAPHS },
    (_, at) => `<!-- wp:paragraph -->\n<p>${number} of ${at}</p>\n<!-- /wp:paragraph -->`,
  ).join('\n\n');

/** A browser's part: logs in and sends forms. */
export class Saver {
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();
  #token = '';

  constructor(origin: string) {
    this.#origin = origin;
  }

  async #request(path: string, form?: Record<string, string>): Promise<{ status: number; text: string }> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await fetch(`${this.#origin}${path}`, {
      method: form ? 'POST' : 'GET',
      headers: { cookie, 'sec-fetch-site': 'same-origin', accept: 'text/html' },
      redirect: 'manual',
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return { status: reply.status, text: await reply.text() };
  }

  async logIn(login: string, password: string): Promise<void> {
    await this.#request('/admin/login', { login, password });
    const { text } = await this.#request('/admin/content/post/new');
    this.#token = /name="_token" value="([^"]+)"/.exec(text)?.[1] ?? '';
  }

  /**
   * Saves one entry again and again until that fails.
   * @returns the status of the answer that was no success; 0 when there was no answer
   */
  async saveForever(id: number, progress: Progress): Promise<number> {
    for (;;) {
      const number = progress.sent + 1;
      progress.sent = number;
      const form = {
        _token: this.#token,
        press: 'save',
        version: String(progress.version),
        title: String(number),
        content: textOf(number),
        excerpt: String(number),
        slug: `killed-${id}`,
        'tags.post_tag': `n${number}`,
      };
      const reply = await this.#request(`/admin/content/post/${id}`, form).catch(() => undefined);
      if (reply?.status !== 303) return reply?.status ?? 0;
      progress.acknowledged = number;
      progress.version++;
    }
  }
}

/** Whether an entry is a save that was acknowledged, or one that was sent after it, and whole. Goes on from there. */
export function assertWhole(found: FoundEntry, progress: Progress, when: string): void {
  const number = Number(found.title);
  const where = `${when}, entry ${found.id}: ${JSON.stringify({ ...found, content: found.content.length })}`;
  assert.ok(number >= progress.acknowledged, `an acknowledged save is gone: ${where}`);
  assert.ok(number <= progress.sent, where);
  assert.equal(found.content, number === 0 ? '0' : textOf(number), `the text is half: ${where}`);
  assert.equal(found.excerpt, String(number), where);
  assert.deepEqual(found.tags, [`n${number}`], `terms of another save: ${where}`);
  assert.deepEqual(found.revisions[0], [found.version, String(number)], `the revision is missing: ${where}`);
  Object.assign(progress, { sent: number, acknowledged: number, version: found.version });
}
