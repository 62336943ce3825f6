import { join } from 'node:path';
import {
  decodeCursor,
  type Entry,
  isGalleyError,
  pageBothWays,
  plainText,
  type Reply,
  type Screen,
  type ScreenContext,
  type Site,
  type TwoWayPage,
  tableView,
  withParameters,
} from 'galley';
import { askToDelete, deleteFile, saveFile, showFile } from './admin-file.ts';
import { imageOf } from './images.ts';
import type { Media } from './media.ts';
import type { MediaFacts } from './media-facts.ts';
import { iconOf, MEDIA_KINDS } from './media-types.ts';
import { sizeLabel } from './size-label.ts';

const QUERY = ['kind', 'search', 'view', 'after', 'before'] as const;
const STATUSES = ['inherit', 'publish', 'private', 'draft'];
const PER_PAGE = 40;
const KINDS: Record<string, { label: string; mimeType: string }> = {
  '': { label: 'All', mimeType: '' },
  image: { label: 'Pictures', mimeType: 'image/' },
  audio: { label: 'Sound', mimeType: 'audio/' },
  video: { label: 'Films', mimeType: 'video/' },
  document: { label: 'Documents', mimeType: 'application/' },
};

/** The library in the admin: everything at a glance, uploading, and a screen for each file. */
export function addScreens(site: Site, media: Media): void {
  const screen = (path: string, title: string, more: Omit<Screen, 'path' | 'title' | 'capability'>): void =>
    site.admin.screen({ path, title, capability: 'upload_files', ...more });
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('media', join(import.meta.dirname, 'assets'));
  screen('/media', 'Media', {
    name: 'admin.media',
    menu: { group: 'content', icon: 'images', order: 30 },
    query: QUERY,
    get: (page) => showLibrary(page, media),
    post: (page) => upload(page, media),
  });
  screen('/media/:id(int)', 'Edit file', {
    name: 'admin.media.file',
    get: (page) => showFile(page, media),
    post: (page) => saveFile(page, media),
  });
  screen('/media/:id(int)/delete', 'Delete file', { get: askToDelete, post: deleteFile });
}

function findPage(page: ScreenContext): Promise<TwoWayPage<Entry>> {
  const kind = KINDS[page.text('kind')];
  const search = page.text('search').trim().slice(0, 100);
  const query = {
    type: 'attachment',
    status: STATUSES,
    order: 'id' as const,
    limit: PER_PAGE,
    body: false,
    ...(kind?.mimeType ? { mimeType: kind.mimeType } : {}),
    ...(search ? { title: search } : {}),
  };
  const place = { after: decodeCursor(page.text('after')), before: decodeCursor(page.text('before')) };
  return pageBothWays(
    place,
    async (after, isReversed) => {
      const direction = isReversed ? 'asc' : 'desc';
      const { items, next } = await page.site.entries.find({ ...query, direction, after }, page.viewer);
      return { items, hasMore: next !== null };
    },
    ({ id }) => ({ value: id, id }),
  );
}

async function showLibrary(page: ScreenContext, media: Media): Promise<Reply> {
  const found = await findPage(page);
  const facts = await media.facts(
    found.items.map(({ id }) => id),
    page.viewer,
  );
  const address = withParameters('/admin/media', Object.fromEntries(QUERY.map((name) => [name, page.text(name)])));
  const step = (name: 'after' | 'before', cursor: string | undefined): string =>
    cursor === undefined ? '' : withParameters(address, { after: '', before: '', [name]: cursor });
  const paging = { newer: step('before', found.newer), older: step('after', found.older) };
  const isList = page.text('view') === 'list';
  const shared = {
    stylesheets: [await page.site.assets.url('media', 'library.css')],
    actions: [
      isList
        ? { label: 'As pictures', url: withParameters(address, { view: '' }), icon: 'grid-3x3-gap' }
        : { label: 'As a list', url: withParameters(address, { view: 'list' }), icon: 'list-ul' },
    ],
    filters: Object.entries(KINDS).map(([name, { label }]) => ({
      label,
      url: withParameters(address, { kind: name, after: '', before: '' }),
      isCurrent: page.text('kind') === name,
    })),
    search: page.text('search'),
    hidden: { ...(isList ? { view: 'list' } : {}), ...(page.text('kind') ? { kind: page.text('kind') } : {}) },
  };
  if (isList) return page.view('media/shelf-list', { ...shared, table: tableOf(found.items, facts, address, paging) });
  return page.view('media/library', {
    ...shared,
    ...paging,
    accept: MEDIA_KINDS.flatMap(({ extensions }) => extensions.map((extension) => `.${extension}`)).join(','),
    limits: limitsOf(page.site),
    items: found.items.map((entry) => cardOf(entry, facts.get(entry.id))),
    empty: page.text('search') || page.text('kind') ? 'No file is like that.' : 'Upload the first file above.',
  });
}

function limitsOf(site: Site): string {
  const kinds = MEDIA_KINDS.map(({ label }) => label).join(', ');
  return `Up to ${sizeLabel(site.config.http.uploadLimit)} each. ${kinds}. Places and other hidden data of pictures are removed.`;
}

const titleOf = (entry: Entry): string => plainText(entry.title) || `File ${entry.id}`;

function cardOf(entry: Entry, facts: MediaFacts | undefined): object {
  const picture = facts && imageOf(facts);
  return {
    url: `/admin/media/${entry.id}`,
    title: titleOf(entry),
    picture,
    icon: iconOf(entry.mimeType),
    note: picture && facts.alt === '' ? 'No alternative text' : '',
  };
}

function tableOf(
  items: readonly Entry[],
  facts: ReadonlyMap<number, MediaFacts>,
  address: string,
  paging: { newer: string; older: string },
): object {
  return tableView({
    caption: 'Files of the library',
    address,
    paging,
    columns: [
      { key: 'title', label: 'File' },
      { key: 'type', label: 'Kind' },
      { key: 'size', label: 'Size', isNumber: true },
      { key: 'modified', label: 'Changed', isMinor: true },
    ],
    rows: items.map((entry) => {
      const original = facts.get(entry.id)?.files.find(({ variant }) => variant === 'original');
      return {
        id: String(entry.id),
        label: titleOf(entry),
        cells: {
          title: { text: titleOf(entry), url: `/admin/media/${entry.id}`, note: facts.get(entry.id)?.name },
          type: { text: entry.mimeType || '–' },
          size: { text: original ? sizeLabel(original.bytes) : '–' },
          modified: { time: entry.modifiedAt },
        },
      };
    }),
    empty: { title: 'Nothing here', text: 'No file is like that.' },
  });
}

/** Takes the uploaded files; those that are refused are named, the others come in. */
async function upload(page: ScreenContext, media: Media): Promise<Reply> {
  const uploads = (await page.context.files()).filter(({ field }) => field === 'files');
  if (uploads.length === 0) return page.redirect('/media', { kind: 'warning', text: 'Choose files first.' });
  const taken: Entry[] = [];
  const refusals: string[] = [];
  for (const { path, filename, type } of uploads) {
    try {
      taken.push(await media.receive({ path, name: filename, declaredType: type }, { viewer: page.viewer }));
    } catch (error) {
      if (!isGalleyError(error) || error.status >= 500) throw error;
      refusals.push(`${filename}: ${error.message}`);
    }
  }
  const [only] = taken;
  if (only && taken.length === 1 && refusals.length === 0)
    return page.redirect(`/media/${only.id}`, {
      kind: 'success',
      text: 'The file is in the library. Say what it shows.',
    });
  const came = `${taken.length} of ${uploads.length} files are in the library.`;
  const kind = refusals.length > 0 ? 'warning' : 'success';
  return page.redirect('/media', { kind, text: [came, ...refusals].join(' ') });
}
