import { type Entry, formatDate, GalleyError, plainText, type Reply, type ScreenContext } from 'galley';
import type { Shows } from './hooks.ts';
import type { PreviewLinks } from './links.ts';
import { shownType } from './shown-page.ts';

/** The widths of a frame, in CSS pixels. */
export const WIDTH_LABELS = { '390': 'Phone', '820': 'Tablet', '1440': 'Desk' } as const;
const MODE_LABELS = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;
const HOUR_LABELS = { '1': '1 hour', '8': '8 hours', '24': '1 day', '48': '2 days' } as const;

/** The entry that a screen is about, for those who may edit it. @throws GALLEY_ENTRY_UNKNOWN | GALLEY_PERMISSION_DENIED */
export async function entryOfPage(page: ScreenContext): Promise<Entry> {
  const entry = await page.site.entries.need(page.id(), page.viewer);
  if (entry.type !== page.params['type'])
    throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no entry ${entry.id}.`);
  if (!page.site.entries.may(page.viewer, 'edit', entry))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not see this yet.');
  return entry;
}

const frameUrl = (entry: Entry): string => `/admin/preview/${entry.type}/${entry.id}`;

/** The page in a frame of a chosen size and colours, and the links for people without an account. */
export async function showFrame(page: ScreenContext, links: PreviewLinks): Promise<Reply> {
  const { site } = page;
  const entry = await entryOfPage(page);
  const type = shownType(site, entry.type);
  const width =
    (Object.keys(WIDTH_LABELS) as (keyof typeof WIDTH_LABELS)[]).find((name) => name === page.text('width')) ?? '1440';
  const mode =
    (Object.keys(MODE_LABELS) as (keyof typeof MODE_LABELS)[]).find((name) => name === page.text('mode')) ?? 'system';
  const shows: Shows = page.text('shows') === 'pending' ? 'pending' : 'entry';
  const address = (change: Record<string, string>): string =>
    `${frameUrl(entry)}?${new URLSearchParams({ width, mode, shows, ...change })}`;
  const choices = (name: string, given: Readonly<Record<string, string>>, current: string) =>
    Object.entries(given).map(([value, label]) => ({
      label: page.t(label),
      url: address({ [name]: value }),
      isCurrent: value === current,
    }));
  const title = plainText(entry.title) || page.t('Without a title');
  const data = {
    title: page.t('Preview: {title}', { title }),
    breadcrumbs: [
      { label: type.title, url: `/admin/content/${type.name}` },
      { label: title, url: `/admin/content/${type.name}/${entry.id}` },
    ],
    stylesheets: [await site.assets.url('preview', 'preview.css')],
    scripts: [await site.assets.url('preview', 'frame.js')],
    frame: { url: `/admin/preview-page/${entry.type}/${entry.id}?shows=${shows}`, width, mode, title },
    widths: choices('width', WIDTH_LABELS, width).map((item, index) => ({
      ...item,
      icon: ['phone', 'tablet', 'display'][index],
    })),
    modes: choices('mode', MODE_LABELS, mode),
    versions:
      entry.status === 'publish' || shows === 'pending'
        ? choices('shows', { entry: 'As it is', pending: 'Pending change' }, shows)
        : [],
    links: await shownLinks(page, entry, links),
    linksUrl: `${frameUrl(entry)}/links`,
    shows,
    hours: Object.entries(HOUR_LABELS).map(([value, label]) => ({
      value,
      label: page.t(label),
      selected: value === '24',
    })),
  };
  return page.view('preview/frame', data, { hasFrames: true });
}

async function shownLinks(page: ScreenContext, entry: Entry, links: PreviewLinks) {
  const { site, viewer } = page;
  const list = await links.list(entry, viewer);
  const [zone, language, makers] = await Promise.all([
    site.options.get<string>('timezone'),
    site.options.get<string>('language'),
    site.users.findByIds(list.map(({ madeBy }) => madeBy)),
  ]);
  const names = new Map(makers.map(({ id, name }) => [id, name]));
  return list.map((link) => ({
    address: page.context.origin + link.path,
    note: link.note || page.t('Without a note'),
    until: page.t('until {when}', { when: formatDate(link.endsAt, { zone, language, format: 'j M, H:i' }) }),
    by: names.get(link.madeBy) ?? '',
    isPending: link.shows === 'pending',
    id: link.id,
    revokeUrl: `${frameUrl(entry)}/links/${link.id}/revoke`,
  }));
}

/** Makes a link for people without an account. */
export async function makeLink(page: ScreenContext, links: PreviewLinks): Promise<Reply> {
  const entry = await entryOfPage(page);
  const shows: Shows = page.value('shows') === 'pending' ? 'pending' : 'entry';
  const hours = Number(page.value('hours'));
  await links.make(entry, { viewer: page.viewer, hours, note: page.value('note'), shows });
  return page.redirect(`${frameUrl(entry)}?shows=${shows}`, {
    kind: 'success',
    text: page.t('The link is made. Whoever has it sees this entry, and nothing else, until it ends.'),
  });
}

/** Takes a link back. */
export async function revokeLink(page: ScreenContext, links: PreviewLinks): Promise<Reply> {
  const entry = await entryOfPage(page);
  await links.revoke(entry, page.id('link'), page.viewer);
  return page.redirect(frameUrl(entry), {
    kind: 'success',
    text: page.t('The link is taken back. It shows nothing any more.'),
  });
}
