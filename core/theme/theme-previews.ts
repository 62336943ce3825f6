import { AsyncLocalStorage } from 'node:async_hooks';
import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { ThemeSettings } from './theme-tokens.ts';
import type { PartialView } from './view.ts';

/** A theme with settings that somebody tries before visitors see them. */
export interface ThemePreview extends ThemeSettings {
  name: string;
  /** Files that stand before those of the theme: a folder of `themes.folders.draft`. */
  draft?: string;
}

/** What a page was rendered from, so that it can be rendered again with another theme. */
export interface RenderedPage {
  candidates: readonly string[];
  view: PartialView;
  viewer: Viewer | undefined;
}

interface Kept extends ThemePreview {
  /** The session that it is for, by the name that lists of sessions give it. */
  session: string;
  startedAt: number;
}

const KEY = 'theme_preview';
const LIFE_MS = 12 * 3600_000;
const MAX_LENGTH = 60_000;

/** Who tries what. A preview belongs to one session of one person: nobody else sees it, and no cache keeps it. */
export class ThemePreviews {
  readonly #site: Site;
  readonly #running = new AsyncLocalStorage<ThemePreview>();
  readonly #noting = new AsyncLocalStorage<RenderedPage[]>();

  constructor(site: Site) {
    this.#site = site;
  }

  /** The preview that the page which is being made now is for, if any. */
  get current(): ThemePreview | undefined {
    return this.#running.getStore();
  }

  /** Whether what is rendered now is somebody's preview or being noted, so that it has to be rendered indeed. */
  get isAtWork(): boolean {
    return this.current !== undefined || this.#noting.getStore() !== undefined;
  }

  /** Makes something as the preview has it. */
  during<T>(preview: ThemePreview | undefined, make: () => Promise<T>): Promise<T> {
    return preview ? this.#running.run(preview, make) : make();
  }

  /**
   * Does something and tells what was rendered for it.
   * @example const pages = await site.themes.previews.note(() => site.http.profile('/'));
   */
  async note(work: () => Promise<unknown>): Promise<RenderedPage[]> {
    const pages: RenderedPage[] = [];
    await this.#noting.run(pages, work);
    return pages;
  }

  /** The renderer tells what it renders. */
  rendering(page: RenderedPage): void {
    this.#noting.getStore()?.push(page);
  }

  /**
   * Begins or changes the preview of a session.
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID when the options are too long
   */
  async start(session: string, preview: ThemePreview, by: Viewer): Promise<void> {
    const kept: Kept = { ...onlyPreview(preview), session, startedAt: Date.now() };
    const text = JSON.stringify(kept);
    if (by.id === null || !mayTry(by))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not try how the site could look.');
    if (text.length > MAX_LENGTH)
      throw new GalleyError('GALLEY_INPUT_INVALID', 'These options are too long to be tried.');
    await this.#site.meta.set('user', by.id, KEY, [text]);
    await this.#site.cache.invalidate([`user:${by.id}`]);
  }

  /** The preview of a session, if it has one and its person may still try themes. */
  async find(session: string, viewer: Viewer): Promise<ThemePreview | undefined> {
    const { id } = viewer;
    if (id === null || !mayTry(viewer)) return undefined;
    const text = await this.#site.cache.remember(
      `theme-preview:${id}`,
      { tags: [`user:${id}`], ttl: 3600 },
      async () => {
        const meta = (await this.#site.meta.of('user', [id], [KEY])).get(id);
        return meta?.[KEY]?.[0] ?? '';
      },
    );
    if (text === '') return undefined;
    const kept = JSON.parse(text) as Kept;
    if (kept.session !== session || Date.now() - kept.startedAt > LIFE_MS) return undefined;
    return onlyPreview(kept);
  }

  /** Ends what somebody tries. */
  async stop(by: Viewer): Promise<void> {
    if (by.id === null) return;
    await this.#site.meta.set('user', by.id, KEY, []);
    await this.#site.cache.invalidate([`user:${by.id}`]);
  }
}

const onlyPreview = ({ name, variation, options, draft }: ThemePreview): ThemePreview => ({
  name,
  variation,
  options,
  ...(draft ? { draft } : {}),
});

const mayTry = (viewer: Viewer): boolean => viewer.can('edit_theme_options');
