import {
  type Context,
  type Entry,
  GalleyError,
  json,
  type Messages,
  type Reply,
  readerMessages,
  type Site,
} from 'galley';
import type { BarInput, BarItem } from './hooks.ts';

/** As whole sentences, because languages put them together in different ways. */
const EDIT_LABELS: Record<string, string> = { post: 'Edit this post', page: 'Edit this page' };
const NEW_LABELS: Record<string, string> = { post: 'New post', page: 'New page' };

/** What the bar shows to one person over one page. */
export async function answerBar(context: Context): Promise<Reply> {
  const { site, viewer } = context;
  const entry = await readableEntry(context, Number(context.query['entry'] ?? 0));
  const input: BarInput = { site, viewer, entry };
  const [messages, items, banners] = await Promise.all([
    readerMessages(context),
    site.hooks.applyFilters('admin-bar:items', ownItems(input), input),
    site.hooks.collect('admin-bar:banners', input),
  ]);
  return json(
    {
      label: messages.translate('Admin bar'),
      hide: messages.translate('Hide'),
      more: messages.translate('More'),
      show: messages.translate('Show the admin bar'),
      language: messages.language,
      items: items.map((item) => ({ ...item, label: messages.translate(item.label) })),
      banners: banners.map((banner) => translated(banner, messages)),
    },
    { headers: { 'cache-control': 'private, no-store' } },
  );
}

function translated(
  { text, link }: { text: string; link?: { label: string; url: string } },
  messages: Messages,
): object {
  return {
    text: messages.translate(text),
    ...(link ? { link: { ...link, label: messages.translate(link.label) } } : {}),
  };
}

/** What the person may not read is as if it were not there. */
async function readableEntry({ site, viewer }: Context, id: number): Promise<Entry | undefined> {
  if (id === 0) return undefined;
  try {
    return await site.entries.need(id, viewer);
  } catch (error) {
    if (error instanceof GalleyError && error.status < 500) return undefined;
    throw error;
  }
}

function ownItems({ site, viewer, entry }: BarInput): BarItem[] {
  const types = site.types.list().filter(({ value }) => value.showInAdmin && viewer.can(`edit_${value.capability}s`));
  const fresh = types
    .filter(({ value }) => Object.hasOwn(NEW_LABELS, value.name))
    .map(({ value }): BarItem => ({ label: NEW_LABELS[value.name] ?? '', url: `/admin/content/${value.name}/new` }));
  return [...editItem(site, viewer, entry), ...fresh, { label: 'Dashboard', url: '/admin' }];
}

function editItem(site: Site, viewer: BarInput['viewer'], entry: Entry | undefined): BarItem[] {
  if (!entry || !site.entries.may(viewer, 'edit', entry)) return [];
  const url = `/admin/content/${entry.type}/${entry.id}`;
  return [{ label: EDIT_LABELS[entry.type] ?? 'Edit this', url, isMain: true }];
}
