import { ANONYMOUS, SafeHtml, type Site, type View } from 'galley';

type Tag = (...tags: string[]) => void;

/** What each place shows: block markup, one text a widget. */
type WidgetAreas = Record<string, string[]>;

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

/** Renders the widgets of every place into the view. They are the same on all pages, so they are kept together. */
export async function addWidgets(site: Site, view: View, { tag }: { tag: Tag }): Promise<View> {
  const areas = await site.options.get<WidgetAreas>('widgets');
  const shownTypes = ['type:post', 'type:page', 'taxonomy:category', 'taxonomy:post_tag', 'comments'];
  tag('option:widgets', 'widgets');
  const rendered = await site.cache.remember(
    'widgets',
    { tags: ['option:widgets', ...shownTypes, 'widgets'], ttl: 3600, stale: 3600 },
    () => render(site, areas, view.site.language),
  );
  tag(...shownTypes);
  const widgets = Object.fromEntries(
    Object.entries(rendered).map(([area, list]) => [area, list.map((html) => new SafeHtml(html))]),
  );
  return { ...view, widgets: { ...view.widgets, ...widgets } };
}

async function render(site: Site, areas: WidgetAreas, language: string): Promise<Record<string, string[]>> {
  const result: Record<string, string[]> = {};
  for (const [area, widgets] of Object.entries(areas)) {
    const html = await Promise.all(
      widgets.map((markup) => site.blocks.render(markup, { site, viewer: ANONYMOUS, language, tag: () => undefined })),
    );
    result[area] = html.map((part) => part.value).filter((part) => part.trim() !== '');
  }
  return result;
}
