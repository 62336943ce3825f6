import {
  type AdminMenuItem,
  isGalleyError,
  type Reply,
  type RestoredThing,
  type ScreenContext,
  type TrashedThing,
} from 'galley';

const URL = '/admin/trash';
const MAX = 100;

/** Its entry in the menu, for those to whom it is open. */
export const TRASH_ITEM: AdminMenuItem = {
  label: 'Trash',
  path: '/trash',
  group: 'system',
  icon: 'trash3',
  order: 60,
  searchWords: 'bin, deleted, undelete, restore, recover',
};

/** Whether there is anything that whoever asks may bring back. */
export const mayUseTrash = ({ site, viewer }: ScreenContext): boolean => site.trash.isOpenTo(viewer);

/** What was deleted and can come back, newest first. */
export async function showTrash(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const after = Number(page.text('before')) || undefined;
  const { items, before } = await site.trash.list(viewer, after === undefined ? {} : { before: after });
  const users = await site.users.findByIds(items.flatMap(({ authorId }) => authorId ?? []));
  const names = new Map(users.map((user) => [user.id, user.name]));
  const show = ({ id, kind, scope, title, authorId, createdAt }: TrashedThing) => ({
    id,
    title,
    kind: page.t(site.trash.get(kind)?.title(scope) ?? kind),
    who: names.get(authorId ?? 0) ?? page.t('Somebody'),
    time: createdAt,
  });
  const days = await site.options.get<number>('trash_days');
  const writes = site.types.list().some(({ value }) => viewer.can(`edit_${value.capability}s`));
  return page.view('revisions/trash', {
    intro: page.t(
      'Terms, menus and people that were deleted. Each can be brought back for {days} days. Entries have a trash in their own list.',
      { days },
    ),
    stylesheets: [await site.assets.url('revisions', 'revisions.css')],
    actions: writes ? [{ label: 'Removed for good', url: '/admin/removed', icon: 'clock-history' }] : [],
    items: items.map(show),
    older: before === undefined ? '' : `${URL}?before=${before}`,
  });
}

function idsOf(page: ScreenContext): number[] {
  const given = (page.values.get('ids') ?? []).flatMap((text) => text.split(','));
  return [...new Set(given.filter((id) => /^[1-9]\d{0,14}$/.test(id)).map(Number))].slice(0, MAX);
}

/** Brings things back; also what a button “Undo” does after something was deleted. */
export async function restoreThings(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  // The last that went comes back first: what others hang on was deleted after them.
  const ids = idsOf(page).sort((a, b) => b - a);
  const things = await site.trash.find(ids, viewer);
  if (!page.isFresh() && things.some(({ kind }) => site.trash.get(kind)?.isSensitive)) return page.confirm();
  try {
    const back = await site.database.transaction(async () => {
      const found: RestoredThing[] = [];
      for (const id of ids) found.push(await site.trash.restore(id, viewer));
      return found;
    });
    const [first] = back;
    const path = first?.path ?? URL;
    const target = back.length === 1 ? path : path.replace(/\/\d+$/, '');
    const said = page.t('{count} are back.', { count: back.length }, { one: 'It is back, as it was.' });
    const text = [said, first?.note ? page.t(first.note) : ''].join(' ').trim();
    return page.redirect(target, { kind: 'success', text });
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    return page.redirect(URL, { kind: 'warning', text: page.t(error.message) });
  }
}

/** Forgets one thing for good. */
export async function forgetThing(page: ScreenContext): Promise<Reply> {
  const [id = 0] = idsOf(page);
  await page.site.trash.remove(id, page.viewer);
  return page.redirect(URL, { kind: 'success', text: page.t('It is forgotten for good.') });
}
