import { LRUCache } from 'lru-cache';
import type { Site } from '../kernel/site.ts';
import { escapeHtml } from '../lib/escape.ts';
import type { ClockMark } from '../services/cache-tags.ts';
import { ALL_OPTIONS } from '../services/options-store.ts';
import type { RenderOptions } from '../theme/render.ts';
import type { PageBody } from './reply.ts';

const MOST = 100;
/** Stands where the id of the request belongs. */
const ID = '0-id-of-the-request-0';

interface Kept {
  html: string;
  tags: readonly string[];
  mark: ClockMark;
}

/**
 * Error pages of the theme. They are the same for everybody but for the id of the request, so each is rendered once, and
 * again when something that it shows has changed: whoever is refused a thousand times must not keep others waiting.
 */
export class ErrorPages {
  readonly #site: Site;
  readonly #pages = new LRUCache<string, Kept>({ max: MOST });

  constructor(site: Site) {
    this.#site = site;
  }

  /** @throws what the theme throws */
  async render({ templates, view }: PageBody, options: RenderOptions): Promise<string> {
    const { error } = view;
    const { cache, themes } = this.#site as Partial<Site>; // Parts of a site have none.
    // A page for somebody, or one whose tags somebody wants; also a form that is shown again because of what was typed.
    const isOwn = !error || options.viewer || options.tag || themes?.previews.isAtWork;
    if (isOwn || !cache) return this.#site.render(templates, view, options);
    const key = JSON.stringify([templates, error.code, error.message]);
    const { clock } = cache;
    let kept = this.#pages.get(key);
    if (!kept || !clock.isUnchanged(kept.tags, kept.mark)) {
      const tags: string[] = [ALL_OPTIONS];
      const mark = clock.now;
      const shown = { ...view, error: { ...error, id: ID } };
      const html = await this.#site.render(templates, shown, { tag: (...more) => void tags.push(...more) });
      kept = { html, tags, mark };
      this.#pages.set(key, kept);
    }
    return kept.html.replaceAll(ID, () => escapeHtml(error.id));
  }
}
