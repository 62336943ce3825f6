import type { Reply, ScreenContext } from 'galley';
import { BASE, tabs } from './tabs.ts';

const TAGS_MAX = 20;

function bytes(page: ScreenContext, count: number): string {
  const isLarge = count >= 1024 * 1024;
  const value = isLarge ? count / 1024 / 1024 : count / 1024;
  const unit = isLarge ? 'megabyte' : 'kilobyte';
  return new Intl.NumberFormat(page.language, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value);
}

interface Layer {
  hits: number;
  misses: number;
  stale: number;
  entries: number;
  bytes: number;
  evictions: number;
}

function layerOf(page: ScreenContext, name: string, layer: Layer, limit: number): object {
  const figure = new Intl.NumberFormat(page.language);
  const percent = new Intl.NumberFormat(page.language, { style: 'percent', maximumFractionDigits: 0 });
  const asked = layer.hits + layer.misses;
  return {
    name,
    holds: figure.format(layer.entries),
    room: page.t('{used} of {all}', { used: bytes(page, layer.bytes), all: bytes(page, limit) }),
    used: layer.bytes,
    limit,
    hits: figure.format(layer.hits),
    misses: figure.format(layer.misses),
    stale: figure.format(layer.stale),
    evictions: figure.format(layer.evictions),
    rate: asked === 0 ? '–' : percent.format(layer.hits / asked),
  };
}

/** What each layer of the cache holds and answers. */
export function showCache(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const objects = site.cache.stats();
  const pages = site.pages.stats();
  const { memoryBytes, pageMemoryBytes } = site.config.cache;
  return page.view('system/cache', {
    intro: 'What this process keeps, and how often that spared work. The figures begin with its start.',
    tabs: tabs('cache'),
    layers: [
      layerOf(page, page.t('Pages'), pages, pageMemoryBytes),
      layerOf(page, page.t('Values'), objects, memoryBytes),
    ],
    redis: { up: 'Redis is there.', down: 'Redis is away: the process goes on alone.', off: '' }[objects.redis],
  });
}

/** Asks, with what it means, and then forgets everything on all nodes. */
export async function flushCache(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const [objects, pages] = [site.cache.stats().entries, site.pages.stats().entries];
  if (page.value('_sure') !== '1')
    return page.view('act', {
      breadcrumbs: [{ label: 'Cache', url: `${BASE}/cache` }],
      question: page.t(
        'Forget {pages} pages and {values} values of this process, and what all others hold? They are made anew when somebody asks, so the site is slower for a while.',
        { pages, values: objects },
      ),
      submit: 'Forget everything',
      isDanger: true,
      cancel: `${BASE}/cache`,
    });
  await site.cache.flush();
  return page.redirect('/system/cache', { kind: 'success', text: page.t('The caches are empty.') });
}

/** Forgets what carries one of these tags, on all nodes. */
export async function forgetTags(page: ScreenContext): Promise<Reply> {
  const tags = [...new Set(page.value('tags').split(/[\s,]+/))].filter((tag) => /^[\w:.@/-]{1,190}$/.test(tag));
  if (tags.length === 0 || tags.length > TAGS_MAX)
    return page.redirect('/system/cache', {
      kind: 'warning',
      text: page.t('Type one to {max} tags, such as entry:12.', { max: TAGS_MAX }),
    });
  await page.site.cache.invalidate(tags);
  return page.redirect('/system/cache', {
    kind: 'success',
    text: page.t('Forgotten on all nodes: {tags}', { tags: tags.join(', ') }),
  });
}
