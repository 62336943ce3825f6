import type { Site } from '../kernel/site.ts';
import { type ErrorCode, GalleyError, messageOf } from '../lib/errors.ts';
import { ALL_OPTIONS } from '../services/options-store.ts';
import { errorView, type Failure, toFailure } from './errors.ts';
import { html, type Reply } from './reply.ts';

const CODES = ['GALLEY_SITE_BUSY', 'GALLEY_DATABASE_UNAVAILABLE'] as const satisfies readonly ErrorCode[];
const RENEW_MS = 5_000;

/**
 * The pages that say that the site cannot answer now, in the look of its theme. They are made ahead and kept as bytes,
 * because whoever sees them comes when there is no time, or no store, to make any.
 */
export class UnavailablePages {
  readonly #site: Site;
  #pages = new Map<ErrorCode, Buffer>();
  #tags: string[] = [];
  #mark = 0;
  #making: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #unlisten: (() => void) | undefined;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Makes them, and again whenever something that they show has changed. */
  async start(): Promise<void> {
    const { cache } = this.#site as Partial<Site>;
    this.#unlisten ??= cache?.clock.listen(() => {
      this.#timer ??= setTimeout(() => void this.#renew(), RENEW_MS).unref();
    });
    await this.make();
  }

  stop(): void {
    this.#unlisten?.();
    clearTimeout(this.#timer);
  }

  /** Makes them now; those of before stay where that fails. */
  make(): Promise<void> {
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  /** The page for a failure of the public part; undefined where none was made ahead for it. */
  find(failure: Failure): Reply | undefined {
    const page = failure.isUnknown ? undefined : this.#pages.get(failure.code);
    return page && html(page, { status: failure.status, headers: failure.headers });
  }

  async #make(): Promise<void> {
    const site = this.#site as Partial<Site>;
    if (!site.render) return; // Parts of a site have no theme.
    const tags: string[] = [ALL_OPTIONS];
    const mark = site.cache?.clock.now ?? 0;
    try {
      const pages = new Map<ErrorCode, Buffer>();
      for (const code of CODES) {
        const view = errorView(toFailure(new GalleyError(code, ''), ''));
        const page = await site.render(['503', 'error'], view, { tag: (...more) => void tags.push(...more) });
        pages.set(code, Buffer.from(page));
      }
      [this.#pages, this.#tags, this.#mark] = [pages, tags, mark];
    } catch (error) {
      site.log?.warn({ reason: messageOf(error) }, 'the pages for times without an answer could not be made');
    }
  }

  async #renew(): Promise<void> {
    this.#timer = undefined;
    const { clock } = this.#site.cache;
    if (!clock.isUnchanged(this.#tags, this.#mark)) await this.make();
  }
}
