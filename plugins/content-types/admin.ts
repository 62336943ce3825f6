import {
  type Cell,
  GalleyError,
  json,
  type Reply,
  type Row,
  type Screen,
  type ScreenContext,
  type Site,
  sumOf,
  tableView,
} from 'galley';
import { sendTaxonomy, sendType, showTaxonomy, showType } from './admin-forms.ts';
import type { ContentTypes } from './content-types.ts';
import type { Definitions } from './definitions.ts';
import { importAll, showImport } from './import-screen.ts';

const BASE = '/admin/content-types';

/** The screens: which types and taxonomies there are, a form for each, and definitions as JSON. */
export function addScreens(site: Site, contentTypes: ContentTypes): void {
  const screen = (path: string, more: Omit<Screen, 'path'>): void =>
    site.admin.screen({ path: `/content-types${path}`, capability: 'manage_content_types', ...more });
  screen('', {
    title: 'Content types',
    menu: { group: 'structure', icon: 'boxes', order: 30, searchWords: 'custom post types, custom fields, taxonomies' },
    help: 'A type is a kind of content with fields of its own, such as events or recipes. It is there at once, on all nodes. What is deleted takes nothing with it before you agreed.',
    get: (page) => showAll(page, contentTypes),
  });
  screen('/new', {
    title: 'New content type',
    get: (page) => showType(page, contentTypes),
    post: (page) => sendType(page, contentTypes),
  });
  screen('/type/:key', {
    title: 'Content type',
    get: (page) => showType(page, contentTypes),
    post: (page) => sendType(page, contentTypes),
  });
  screen('/type/:key/delete', {
    title: 'Delete content type',
    get: (page) => askToDelete(page, contentTypes, 'types'),
    post: (page) => remove(page, contentTypes, 'types'),
  });
  screen('/new-taxonomy', {
    title: 'New taxonomy',
    get: (page) => showTaxonomy(page, contentTypes),
    post: (page) => sendTaxonomy(page, contentTypes),
  });
  screen('/taxonomy/:key', {
    title: 'Taxonomy',
    get: (page) => showTaxonomy(page, contentTypes),
    post: (page) => sendTaxonomy(page, contentTypes),
  });
  screen('/taxonomy/:key/delete', {
    title: 'Delete taxonomy',
    get: (page) => askToDelete(page, contentTypes, 'taxonomies'),
    post: (page) => remove(page, contentTypes, 'taxonomies'),
  });
  screen('/export', { title: 'Export content types', get: (page) => exportAll(page, contentTypes) });
  screen('/import', {
    title: 'Import content types',
    get: (page) => showImport(page),
    post: (page) => importAll(page, contentTypes),
  });
}

async function showAll(page: ScreenContext, contentTypes: ContentTypes): Promise<Reply> {
  const { site } = page;
  const own = await contentTypes.read();
  const tallies = await site.entries.counts('all');
  const rowsOf = (kind: 'type' | 'taxonomy'): Row[] => {
    const registry = kind === 'type' ? site.types : site.taxonomies;
    const made = kind === 'type' ? own.types : own.taxonomies;
    return registry.list().flatMap(({ name, value, owner }): Row[] => {
      if (value.showInAdmin === false) return [];
      const url = `${BASE}/${kind}/${name}`;
      const isOwn = Object.hasOwn(made, name);
      const cells: Record<string, Cell> = {
        title: { text: page.t(value.title), note: name, ...(isOwn ? { url } : {}) },
        what: { text: page.t(kind === 'type' ? 'Content type' : 'Taxonomy') },
        count: { text: kind === 'type' ? String(sumOf(tallies, name)) : '–' },
        owner: { text: isOwn ? page.t('Made here') : page.t('From the plugin {owner}', { owner }) },
      };
      const actions = [
        { label: page.t('Edit'), url },
        { label: page.t('Delete'), url: `${url}/delete`, isDanger: true },
      ];
      return [{ id: `${kind}-${name}`, label: value.title, cells, actions: isOwn ? actions : [] }];
    });
  };
  return page.view('list', {
    intro: page.t('What is made here is live at once. What comes from plugins is changed in their code.'),
    actions: [
      { label: page.t('Export'), url: `${BASE}/export`, icon: 'download' },
      { label: page.t('Import'), url: `${BASE}/import`, icon: 'upload' },
      { label: page.t('New taxonomy'), url: `${BASE}/new-taxonomy`, icon: 'tags' },
      { label: page.t('New content type'), url: `${BASE}/new`, icon: 'plus-lg', isPrimary: true },
    ],
    table: tableView({
      caption: page.t('Content types and taxonomies'),
      address: BASE,
      columns: [
        { key: 'title', label: 'Name' },
        { key: 'what', label: 'What it is' },
        { key: 'count', label: 'Published', isNumber: true },
        { key: 'owner', label: 'Where from', isMinor: true },
      ],
      rows: [...rowsOf('type'), ...rowsOf('taxonomy')],
      empty: { title: page.t('Nothing here'), text: '' },
    }),
  });
}

/** @throws GALLEY_TYPE_UNKNOWN for what was not made here */
async function demandOwn(page: ScreenContext, all: Definitions, kind: 'types' | 'taxonomies'): Promise<string> {
  const key = page.params['key'] ?? '';
  if (!Object.hasOwn(all[kind], key))
    throw new GalleyError('GALLEY_TYPE_UNKNOWN', 'This was not made here, so it cannot be changed here.');
  return key;
}

async function askToDelete(
  page: ScreenContext,
  contentTypes: ContentTypes,
  kind: 'types' | 'taxonomies',
): Promise<Reply> {
  const all = await contentTypes.read();
  const key = await demandOwn(page, all, kind);
  const count =
    kind === 'types' ? await entriesOf(page.site, key) : (await page.site.terms.list(key, { limit: 1000 })).length;
  const things =
    kind === 'types'
      ? page.t('{count} entries are hidden, not deleted', { count }, { one: '{count} entry is hidden, not deleted' })
      : page.t('{count} terms are hidden, not deleted', { count }, { one: '{count} term is hidden, not deleted' });
  return page.view('act', {
    breadcrumbs: [{ label: page.t('Content types'), url: BASE }],
    hidden: [{ name: 'revision', value: String(all.revision) }],
    question: page.t('Take “{title}” away? Its addresses and screens go at once.', {
      title: all[kind][key]?.title ?? '',
    }),
    things: [things, page.t('All of it comes back with something of the same key.')],
    submit: page.t('Take it away'),
    isDanger: true,
    cancel: BASE,
  });
}

async function entriesOf(site: Site, type: string): Promise<number> {
  const tallies = await site.entries.counts('all');
  const statuses = ['publish', 'future', 'draft', 'pending', 'private', 'trash'];
  return statuses.reduce((sum, status) => sum + sumOf(tallies, type, status), 0);
}

async function remove(page: ScreenContext, contentTypes: ContentTypes, kind: 'types' | 'taxonomies'): Promise<Reply> {
  const all = await contentTypes.read();
  const key = await demandOwn(page, all, kind);
  const change = { revision: Number(page.value('revision')) };
  if (kind === 'types') await contentTypes.removeType(key, change);
  else await contentTypes.removeTaxonomy(key, change);
  const text = page.t('“{title}” is gone. What was written is kept.', { title: all[kind][key]?.title ?? '' });
  return page.redirect('/content-types', { kind: 'success', text });
}

async function exportAll(_: ScreenContext, contentTypes: ContentTypes): Promise<Reply> {
  const { types, taxonomies } = await contentTypes.read();
  const headers = {
    'content-disposition': 'attachment; filename="content-types.json"',
    'cache-control': 'private, no-store',
  };
  return json({ types, taxonomies }, { headers });
}
