import { ANONYMOUS, SafeHtml, type Site, type View } from 'galley';

type Tag = (...tags: string[]) => void;

/** What each place shows: block markup, one text a widget. */
export type WidgetAreas = Record<string, string[]>;

/** The area for what is set aside: kept with its settings, shown nowhere. WordPress calls it so too. */
export const INACTIVE = 'wp_inactive_widgets';

const heading = (text: string): string =>
  `<!-- wp:heading {"level":2} --><h2 class="wp-block-heading">${text}</h2><!-- /wp:heading -->`;

/** What a new site shows. */
const DEFAULTS: WidgetAreas = {
  sidebar: [
    '<!-- wp:search {"label":"Search","buttonText":"Search"} /-->',
    `${heading('Latest')}<!-- wp:latest-posts {"postsToShow":5} /-->`,
    `${heading('Categories')}<!-- wp:categories /-->`,
  ],
  footer: [`${heading('Archive')}<!-- wp:archives /-->`],
};

/** The setting with the widgets of all places. */
export function defineWidgets(site: Site): void {
  site.options.define('widgets', {
    default: DEFAULTS,
    label: 'Widgets by place',
    schema: {
      type: 'object',
      maxProperties: 50,
      additionalProperties: { type: 'array', maxItems: 50, items: { type: 'string', maxLength: 20_000 } },
    },
  });
}

/** Widgets as they are kept: HTML by place, and the cache tags of what they show. */
interface Rendered {
  areas: Record<string, string[]>;
  tags: string[];
}

/**
 * Puts the widgets of every place into the view. They are the same on all pages, so they are rendered once. What they
 * show is known only then: they are made anew at any change of content, pages only when what they show has changed.
 */
export async function addWidgets(site: Site, view: View, { tag }: { tag: Tag }): Promise<View> {
  const { language } = view.site;
  const { areas, tags } = await site.cache.remember(
    `widgets:${language}`,
    { tags: ['options', 'widgets', 'comments', ...contentTags(site)], ttl: 3600, stale: 3600 },
    async () => render(site, await site.options.get<WidgetAreas>('widgets'), language),
  );
  tag('option:widgets', 'widgets', ...tags);
  const widgets = Object.fromEntries(
    Object.entries(areas).map(([area, list]) => [area, list.map((html) => new SafeHtml(html))]),
  );
  return { ...view, widgets: { ...view.widgets, ...widgets } };
}

function contentTags(site: Site): string[] {
  return [
    ...site.types.names().map((name) => `type:${name}`),
    ...site.taxonomies.names().map((name) => `taxonomy:${name}`),
  ];
}

async function render(site: Site, areas: WidgetAreas, language: string): Promise<Rendered> {
  const tags = new Set<string>();
  const tag = (...names: string[]): void => {
    for (const name of names) tags.add(name);
  };
  const context = { site, viewer: ANONYMOUS, language, tag };
  const rendered: Record<string, string[]> = {};
  for (const [area, widgets] of Object.entries(areas)) {
    if (area === INACTIVE) continue;
    const html = await Promise.all(widgets.map((markup) => renderOne(markup, context)));
    rendered[area] = html.filter((part) => part.trim() !== '');
  }
  return { areas: rendered, tags: [...tags] };
}

/** The HTML of a widget; a broken one is left out, and the page stands. */
async function renderOne(markup: string, context: Parameters<Site['blocks']['render']>[1]): Promise<string> {
  try {
    return (await context.site.blocks.render(markup, context)).value;
  } catch (error) {
    context.site.log.error({ err: error, widget: markup.slice(0, 200) }, 'A widget could not be rendered');
    return '';
  }
}
