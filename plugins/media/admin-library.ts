import { decodeCursor, type Entry, pageBothWays, type Reply, type ScreenContext, withParameters } from 'galley';
import { FOLDER_RIGHT, type Folder, listFolders } from './folders.ts';
import type { MediaItem } from './item-types.ts';
import { entryQuery, type ItemQuery } from './items.ts';
import type { Library } from './library.ts';
import { MEDIA_KINDS } from './media-types.ts';
import { sizeLabel } from './size-label.ts';

/** What the address of the library may say. */
export const LIBRARY_QUERY = ['kind', 'search', 'month', 'folder', 'mine', 'alone', 'trash', 'view', 'after', 'before'];
const PER_PAGE = 40;
const KIND_LABELS = { '': 'All kinds', image: 'Pictures', audio: 'Sound', video: 'Films', document: 'Documents' };
const VIEW = 'media:view';

interface Place {
  label: string;
  url: string;
  icon: string;
  depth: number;
  isCurrent: boolean;
  folder?: number;
  manageUrl?: string;
}

/** The files of the library, as a grid or a list. */
export async function showLibrary(page: ScreenContext, { items }: Library): Promise<Reply> {
  const { site, viewer } = page;
  const query = queryOf(page);
  const view = await viewOf(page);
  const [found, folders, months] = await Promise.all([findPage(page, query), listFolders(site), monthsOf(page)]);
  const files = await items.of(found.items, viewer);
  const address = addressOf(page);
  const step = (name: 'after' | 'before', cursor: string | undefined): string =>
    cursor === undefined ? '' : withParameters(address, { after: '', before: '', [name]: cursor });
  const folder = folders.find(({ id }) => id === query.folder);
  const isNarrow = LIBRARY_QUERY.slice(0, 7).some((name) => page.text(name) !== '');
  return page.view('media/library', {
    ...(folder ? { title: folder.name, breadcrumbs: [{ label: 'Media', url: '/admin/media' }] } : {}),
    stylesheets: [await site.assets.url('media', 'library.css')],
    scripts: [await site.assets.url('media', 'library.js')],
    data: {
      folder: query.folder ?? null,
      isTrash: query.trash ?? false,
      isList: view === 'list',
      limit: site.config.http.uploadLimit,
    },
    actions: [
      view === 'list'
        ? { label: 'As pictures', url: withParameters(address, { view: 'grid' }), icon: 'grid-3x3-gap' }
        : { label: 'As a list', url: withParameters(address, { view: 'list' }), icon: 'list-ul' },
    ],
    accept: acceptOf(),
    limits: limitsOf(page),
    folder: query.folder ?? '',
    mayManage: viewer.can(FOLDER_RIGHT),
    places: placesOf(page, folders, query),
    folders: folders.map(({ id, name, depth }) => ({ id, label: '\u2003'.repeat(depth) + name })),
    kinds: optionsOf(KIND_LABELS, page.text('kind')),
    months: optionsOf(months, page.text('month')),
    search: page.text('search'),
    isMine: query.author !== undefined,
    isAlone: query.unattached ?? false,
    isTrash: query.trash ?? false,
    isNarrow,
    isList: view === 'list',
    here: address,
    files: files.map((file) => shownFile(page, file)),
    newer: step('before', found.newer),
    older: step('after', found.older),
  });
}

function queryOf(page: ScreenContext): ItemQuery {
  const number = /^\d{1,15}$/.test(page.text('folder')) ? Number(page.text('folder')) : undefined;
  const kind = page.text('kind');
  const month = /^\d{4}-(0[1-9]|1[0-2])$/.test(page.text('month')) ? page.text('month') : undefined;
  return {
    ...(Object.hasOwn(KIND_LABELS, kind) && kind ? { type: kind } : {}),
    ...(month ? { month } : {}),
    ...(number ? { folder: number } : {}),
    ...(page.text('mine') && page.viewer.id !== null ? { author: page.viewer.id } : {}),
    ...(page.text('alone') ? { unattached: true } : {}),
    ...(page.text('trash') ? { trash: true } : {}),
    text: page.text('search'),
  };
}

/** Grid or list: what the address says, else what this person chose last. */
async function viewOf(page: ScreenContext): Promise<'grid' | 'list'> {
  const asked = page.text('view');
  if (asked === 'grid' || asked === 'list') {
    if ((await page.preference(VIEW)) !== asked) await page.savePreference(VIEW, asked);
    return asked;
  }
  return (await page.preference(VIEW)) === 'list' ? 'list' : 'grid';
}

const addressOf = (page: ScreenContext): string =>
  withParameters('/admin/media', {
    ...Object.fromEntries(LIBRARY_QUERY.map((name) => [name, page.text(name)])),
    view: '',
  });

function findPage(page: ScreenContext, query: ItemQuery) {
  const place = { after: decodeCursor(page.text('after')), before: decodeCursor(page.text('before')) };
  return pageBothWays<Entry>(
    place,
    async (after, isReversed) => {
      const direction = isReversed ? 'asc' : 'desc';
      const asked = { ...entryQuery(query), limit: PER_PAGE, direction, after } as const;
      const { items, next } = await page.site.entries.find(asked, page.viewer);
      return { items, hasMore: next !== null };
    },
    ({ id }) => ({ value: id, id }),
  );
}

/** The months in which files came, the newest first. */
async function monthsOf(page: ScreenContext): Promise<Record<string, string>> {
  const tallies = await page.site.entries.counts();
  const months = new Set(
    tallies.flatMap(({ type, month, amount }) => (type === 'attachment' && month > 0 && amount > 0 ? [month] : [])),
  );
  const format = new Intl.DateTimeFormat(page.messages.language, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const shown = [...months]
    .sort((a, b) => b - a)
    .slice(0, 240)
    .map((month) => {
      const [year, number] = [Math.floor(month / 100), month % 100];
      const label = format.format(Date.UTC(year, number - 1, 15));
      return [`${year}-${String(number).padStart(2, '0')}`, label] as const;
    });
  return Object.fromEntries([['', page.t('Any month')] as const, ...shown]);
}

const optionsOf = (options: Readonly<Record<string, string>>, selected: string): object[] =>
  Object.entries(options).map(([value, label]) => ({ value, label, selected: value === selected }));

function placesOf(page: ScreenContext, folders: readonly Folder[], query: ItemQuery): Place[] {
  const mayManage = page.viewer.can(FOLDER_RIGHT);
  const isAll = query.folder === undefined && !query.trash;
  return [
    { label: page.t('All files'), url: '/admin/media', icon: 'images', depth: 0, isCurrent: isAll },
    ...folders.map(({ id, name, depth }) => ({
      label: name,
      url: `/admin/media?folder=${id}`,
      icon: query.folder === id ? 'folder2-open' : 'folder2',
      depth: Math.min(depth, 8),
      isCurrent: query.folder === id && !query.trash,
      folder: id,
      ...(mayManage ? { manageUrl: `/admin/media/folders/${id}` } : {}),
    })),
    { label: page.t('Trash'), url: '/admin/media?trash=1', icon: 'trash3', depth: 0, isCurrent: query.trash ?? false },
  ];
}

function shownFile(page: ScreenContext, file: MediaItem): object {
  const lacksAlt = file.family === 'image' && file.alt === '';
  return {
    ...file,
    url: file.editUrl,
    address: file.url,
    picture: file.thumb,
    pixels: file.width && file.height ? `${file.width} × ${file.height}` : '',
    note: file.status === 'private' ? page.t('Private') : lacksAlt ? page.t('No alternative text') : '',
    time: file.uploadedAt,
  };
}

const acceptOf = (): string =>
  MEDIA_KINDS.flatMap(({ extensions }) => extensions.map((extension) => `.${extension}`)).join(',');

function limitsOf(page: ScreenContext): string {
  const kinds = MEDIA_KINDS.map(({ label }) => page.t(label)).join(', ');
  const size = sizeLabel(page.site.config.http.uploadLimit);
  return page.t('Up to {size} each. {kinds}. Places and other hidden data of pictures are removed.', { size, kinds });
}
