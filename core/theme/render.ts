import { textsFor } from '../content/site-texts.ts';
import { ANONYMOUS, type Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { baseView } from './base-view.ts';
import type { RenderState, ViewQuery } from './helper-types.ts';
import { queryKey } from './helpers-block.ts';
import { renderState } from './render-state.ts';
import type { ContextOptions, ContextProvider } from './template-registry.ts';
import type { RenderContext } from './theme-hooks.ts';
import type { ActiveTheme } from './themes.ts';
import type { PartialView, View } from './view.ts';

/** For whom and into what a page is rendered. */
export interface RenderOptions {
  /** Who looks; nobody in particular where it is not given. */
  viewer?: Viewer;
  /** Takes the cache tags of all that goes into the page. */
  tag?: (...tags: string[]) => void;
}

const MAX_ROUNDS = 3;

/**
 * Renders pages. A template runs synchronously on a view that is whole; what it asks for by `{{#query}}` is gathered,
 * loaded together, and there when it runs.
 */
export class Renderer {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /**
   * Renders the first of the candidates that the theme has.
   *
   * @param candidates from the hierarchy, best first
   * @param partial what the controller prepared; the facts of the site are filled in where it has none
   * @throws GALLEY_TEMPLATE_UNKNOWN when the theme has none of them | GALLEY_TEMPLATE_INVALID with theme, file and line
   */
  async render(candidates: readonly string[], partial: PartialView, options: RenderOptions = {}): Promise<string> {
    this.#site.themes.previews.rendering({ candidates, view: partial, viewer: options.viewer });
    const active = await this.#site.themes.active();
    const template = active.theme.templates.find(candidates);
    if (template === undefined) {
      throw new GalleyError(
        'GALLEY_TEMPLATE_UNKNOWN',
        `The theme "${active.theme.name}" has none of these templates: ${candidates.join(', ')}.`,
      );
    }
    const context: RenderContext = {
      template,
      viewer: options.viewer ?? ANONYMOUS,
      tag: options.tag ?? (() => undefined),
    };
    context.tag('theme');
    const view = await this.#enrich(await this.#complete(partial, active), context);
    const state = await this.#state(view, active);
    await this.#load(constantNeeds(active, template), state, context);
    return this.#run(active, state, context);
  }

  /** Renders until nothing is asked for any more: once for most pages, twice where a need depends on the data. */
  async #run(active: ActiveTheme, state: RenderState, context: RenderContext): Promise<string> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      state.sections.clear();
      const html = active.theme.templates.render(context.template, state);
      if (state.needs.size === 0) return html;
      await this.#load([...state.needs.values()], state, context);
    }
    throw new GalleyError(
      'GALLEY_TEMPLATE_INVALID',
      `${active.theme.name}/templates/${context.template}.hbs: queries stand more than ${MAX_ROUNDS} deep in each other.`,
    );
  }

  /** The view with the facts of the site and of the theme. */
  async #complete(partial: PartialView, { theme, variation, options }: ActiveTheme): Promise<View> {
    const isWhole = partial.site && partial.page.title !== undefined && partial.page.bodyClasses && partial.page.number;
    const base = isWhole ? undefined : await baseView(this.#site, this.#site.config.http.url, partial.page);
    const page = (base?.page ?? partial.page) as View['page'];
    return {
      ...partial,
      site: partial.site ?? (base as View).site,
      page: { ...page, head: [...(page.head ?? [])] },
      theme: { stylesheets: [], scripts: [], ...partial.theme, name: theme.name, variation, options },
    };
  }

  async #enrich(view: View, context: RenderContext): Promise<View> {
    const { hooks, templates } = this.#site;
    if (view.page.kind === 'error') await this.#translateError(view);
    for (const { name, value } of templates.contexts())
      view[name] ??= await this.#provide(name, value, { view, context });
    const enriched = await hooks.applyFilters('view:page', view, context);
    const head = await hooks.collect('view:head', { ...context, view: enriched });
    return withoutSources({ ...enriched, page: { ...enriched.page, head: [...enriched.page.head, ...head] } });
  }

  /** What an error says is written in English wherever it is thrown. */
  async #translateError(view: View): Promise<void> {
    const messages = await textsFor(this.#site, view.site.language);
    const { page, error } = view as View & { error?: { message?: string } };
    page.title = messages.translate(page.title);
    page.heading = messages.translate(page.heading ?? page.title);
    if (error?.message) view['error'] = { ...error, message: messages.translate(error.message) };
  }

  async #provide(
    name: string,
    provider: ContextOptions & { provide: ContextProvider },
    { view, context }: { view: View; context: RenderContext },
  ): Promise<unknown> {
    const make = async (): Promise<unknown> => provider.provide({ site: this.#site, view, viewer: context.viewer });
    if (!provider.tags) return make();
    context.tag(...provider.tags);
    return this.#site.cache.remember(
      `view-context:${name}`,
      { tags: provider.tags, ...(provider.ttl === undefined ? {} : { ttl: provider.ttl }) },
      make,
    );
  }

  async #state(view: View, active: ActiveTheme): Promise<RenderState> {
    const { routes } = this.#site as Partial<Site>;
    return renderState({
      view,
      messages: active.theme.translations.for(view.site.language),
      timeZone: view.site.timeZone ?? (await this.#site.options.get<string>('timezone')),
      asset: (name) => active.asset(name),
      route: (name, params) => routes?.url(name, params as Record<string, string | number>) ?? '#',
    });
  }

  /** One firing of the hook for all needs; what nobody answers is an empty list. */
  async #load(queries: readonly ViewQuery[], state: RenderState, context: RenderContext): Promise<void> {
    const { answers, needs, view } = state;
    const open = [
      ...new Map(queries.filter(({ key }) => !answers.has(key)).map((query) => [query.key, query])).values(),
    ];
    needs.clear();
    if (open.length === 0) return;
    const found = await this.#site.hooks.collect('view:queries', { ...context, queries: open, view });
    for (const { key } of open) answers.set(key, []);
    for (const { key, items } of found.toReversed()) if (answers.has(key)) answers.set(key, items.map(withoutSource));
  }
}

function constantNeeds({ theme }: ActiveTheme, template: string): ViewQuery[] {
  return theme.templates.queries(template).map((params) => ({ key: queryKey(params), params }));
}

/** Takes the stored entry behind a presented one away: plugins may see it, templates must not. */
function withoutSource(item: unknown): unknown {
  if (typeof item !== 'object' || item === null || !('source' in item)) return item;
  const { source: _, ...rest } = item;
  return rest;
}

function withoutSources(view: View): View {
  const result: View = { ...view };
  for (const name of ['entry', 'entries', 'lead', 'related']) {
    const value = view[name];
    if (value !== undefined) result[name] = Array.isArray(value) ? value.map(withoutSource) : withoutSource(value);
  }
  return result;
}

/** Renders the first template of the candidates that the theme has. */
export type Render = Renderer['render'];

declare module '../kernel/site.ts' {
  interface Site {
    /** Renders a page with the site's theme. */
    readonly render: Render;
  }
}
