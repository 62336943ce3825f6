import {
  decodeCursor,
  type Entry,
  pageBothWays,
  type Reply,
  type ScreenContext,
  type TwoWayPage,
  withParameters,
} from 'galley';
import { KIND_LABELS, type LibraryAsked, monthsOf, placeOf, readAsked } from './admin-asked.ts';
import { libraryTable, matchingOf } from './admin-list.ts';
import { FOLDER_RIGHT, type Folder, listFolders } from './folders.ts';
import type { MediaItem } from './item-types.ts';
import type { ItemQuery } from './items.ts';
import type { Library } from './library.ts';
import { MEDIA_KINDS } from './media-types.ts';
import { sizeLabel } from './size-label.ts';
import { type Deletion, deletionsOf } from './trash-columns.ts';

const PER_PAGE = 40;
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
export async function showLibrary(page: ScreenContext, library: Library): Promise<Reply> {
  const { site, viewer } = page;
  const view = await viewOf(page);
  const start = view === 'list' && !page.context.url.includes('?') ? await startOf(page) : undefined;
  if (start) return page.redirect(start);
  const asked = await readAsked(page);
  const { query, address } = asked;
  const [found, folders] = await Promise.all([findPage(page, asked), listFolders(site)]);
  const shown: Shown =
    view === 'list'
      ? { table: await libraryTable(page, library, { asked, found }) }
      : await gridOf(page, library, { asked, found });
  const folder = folders.find(({ id }) => id === query.folder);
  return page.view('media/library', {
    ...(folder ? { title: folder.name, breadcrumbs: [{ label: 'Media', url: '/admin/media' }] } : {}),
    stylesheets: [await site.assets.url('media', 'library.css')],
    scripts: [await site.assets.url('media', 'library.js')],
    data: {
      folder: query.folder ?? null,
      isTrash: query.trash ?? false,
      isList: view === 'list',
      limit: site.config.http.uploadLimit,
      matching: shown.matching,
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
    isTrash: query.trash ?? false,
    isList: view === 'list',
    ...shown,
  });
}

/** What stands in the middle: a table, or a grid with what else is like what it shows. */
type Shown = Record<string, unknown> & { matching?: { count: number; isMore: boolean; idsUrl: string } };

interface Found {
  asked: LibraryAsked;
  found: TwoWayPage<Entry>;
}

/** The view that somebody chose to open first. */
const startOf = (page: ScreenContext): Promise<string | undefined> =>
  page.site.admin.lists.startOf(page, 'media', '/admin/media');

/** What the grid shows of the same page, with its filters. */
async function gridOf(page: ScreenContext, { items }: Library, { asked, found }: Found): Promise<Shown> {
  const { query, address, isNarrow } = asked;
  const step = (name: 'after' | 'before', cursor: string | undefined): string =>
    cursor === undefined ? '' : withParameters(address, { after: '', before: '', [name]: cursor });
  const isWhole = found.newer === undefined && found.older === undefined;
  const [files, deletions, months, matching] = await Promise.all([
    items.of(found.items, page.viewer),
    query.trash ? deletionsOf(page, found.items) : undefined,
    monthsOf(page),
    isWhole ? undefined : matchingOf(page, asked),
  ]);
  return {
    ...(matching ? { matching } : {}),
    kinds: optionsOf(KIND_LABELS, page.text('kind')),
    months: optionsOf(months, page.text('month')),
    search: page.text('search'),
    isMine: query.author !== undefined,
    isAlone: query.unattached ?? false,
    isNarrow,
    here: address,
    files: files.map((file) => shownFile(page, file, deletions?.get(file.id))),
    newer: step('before', found.newer),
    older: step('after', found.older),
  };
}

/** Grid or list: what the address says, else what this person chose last. */
async function viewOf(page: ScreenContext): Promise<'grid' | 'list'> {
  const asked = page.text('view');
  // Views are made of the list, and open as one.
  if (page.text('saved') !== '') return 'list';
  if (asked === 'grid' || asked === 'list') {
    if ((await page.preference(VIEW)) !== asked) await page.savePreference(VIEW, asked);
    return asked;
  }
  return (await page.preference(VIEW)) === 'list' ? 'list' : 'grid';
}

function findPage(page: ScreenContext, { entries }: LibraryAsked): Promise<TwoWayPage<Entry>> {
  const place = { after: decodeCursor(page.text('after')), before: decodeCursor(page.text('before')) };
  return pageBothWays<Entry>(
    place,
    async (after, isReversed) => {
      const direction = isReversed ? 'asc' : 'desc';
      const asked = { ...entries, limit: PER_PAGE, direction, after } as const;
      const { items, next } = await page.site.entries.find(asked, page.viewer);
      return { items, hasMore: next !== null };
    },
    placeOf,
  );
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

function shownFile(page: ScreenContext, file: MediaItem, deletion?: Deletion): object {
  const lacksAlt = file.family === 'image' && file.alt === '';
  return {
    ...file,
    url: file.editUrl,
    address: file.url,
    picture: file.thumb,
    pixels: file.width && file.height ? `${file.width} × ${file.height}` : '',
    note: file.status === 'private' ? page.t('Private') : lacksAlt ? page.t('No alternative text') : '',
    time: file.uploadedAt,
    deletion,
  };
}

const acceptOf = (): string =>
  MEDIA_KINDS.flatMap(({ extensions }) => extensions.map((extension) => `.${extension}`)).join(',');

function limitsOf(page: ScreenContext): string {
  const kinds = MEDIA_KINDS.map(({ label }) => page.t(label)).join(', ');
  const size = sizeLabel(page.site.config.http.uploadLimit);
  return page.t('Up to {size} each. {kinds}. Places and other hidden data of pictures are removed.', { size, kinds });
}
