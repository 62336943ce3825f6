import {
  type Entry,
  errorsOf,
  type FieldDefinition,
  type FormErrors,
  isGalleyError,
  makeControls,
  mistakesOf,
  type Reply,
  readFields,
  type ScreenContext,
  summarize,
} from 'galley';
import { imagePanels } from './admin-image.ts';
import { listFolders } from './folders.ts';
import type { MediaDetails } from './item-types.ts';
import { titleOf } from './items.ts';
import type { Library } from './library.ts';
import { iconOf } from './media-types.ts';
import { trashWords } from './trash-columns.ts';

const PREFIX = 'file';

/** What can be said of a file. */
const FIELDS: Record<string, FieldDefinition> = {
  title: { kind: 'text', label: 'Title', maxLength: 2000 },
  alt: {
    kind: 'textarea',
    label: 'Alternative text',
    maxLength: 1000,
    help: 'What the picture shows, for those who do not see it. Empty where it is mere decoration.',
  },
  excerpt: { kind: 'textarea', label: 'Caption', maxLength: 10_000, help: 'Stands below the picture.' },
  content: { kind: 'textarea', label: 'Description', help: 'Stands on the page of the file.' },
  credit: { kind: 'text', label: 'Credit', maxLength: 300, help: 'Whose work it is.' },
};

interface Shown {
  values?: Record<string, unknown>;
  errors?: FormErrors;
  problem?: string;
  status?: number;
}

/** The screen of one file: what it is, where it is used, and forms for what is said of it and done with it. */
export async function showFile(page: ScreenContext, library: Library, shown: Shown = {}): Promise<Reply> {
  const { site, viewer } = page;
  const entry = await library.items.need(page.id(), viewer);
  const details = await library.details(entry.id, viewer);
  const { title, excerpt, content, fields } = entry;
  const values = shown.values ?? { title, excerpt, content, alt: fields['alt'], credit: fields['credit'] };
  const errors = shown.errors ?? {};
  const zone = await site.options.get<string>('timezone');
  const controls = details.mayEdit
    ? await makeControls(FIELDS, { site, viewer, prefix: PREFIX, values, errors, zone })
    : [];
  const summary = summarize(controls, errors);
  if (shown.problem) summary.unshift({ id: '', label: '', message: shown.problem });
  const data = {
    title: titleOf(entry),
    breadcrumbs: [{ label: 'Media', url: '/admin/media' }],
    stylesheets: [await site.assets.url('media', 'library.css')],
    scripts: details.mayEdit ? [await site.assets.url('media', 'file.js')] : [],
    summary,
    controls,
    folders: (await listFolders(site)).map(({ id, name, depth }) => ({
      id,
      label: '\u2003'.repeat(depth) + name,
      selected: id === details.folder,
    })),
    version: page.value('version') || String(entry.version),
    id: entry.id,
    address: details.url,
    family: details.family,
    isPlayable: details.family === 'audio' || details.family === 'video',
    isPdf: details.type === 'application/pdf',
    picture: details.family === 'image' ? details.url : '',
    alt: details.alt,
    icon: iconOf(entry.mimeType),
    facts: await factsFor(page, entry, details),
    isPending: details.isPending,
    sizes: await sizesFor(page, details.sizes),
    usage: details.usage.map((use) => ({ ...use, place: placeOf(page, use.place) })),
    hiddenUses: details.hiddenUses,
    isPrivate: entry.status === 'private',
    isTrash: entry.status === 'trash',
    trashWords: entry.status === 'trash' ? await trashWords(page, entry) : '',
    mayEdit: details.mayEdit,
    mayPublish: details.mayEdit && viewer.can('publish_posts'),
    ...(details.mayEdit && details.status !== 'trash' ? await imagePanels(entry, details, library) : {}),
    deleteUrl: details.mayDelete ? `/admin/media/${entry.id}/delete` : '',
  };
  return page.view('media/file', data, { status: shown.status ?? 200 });
}

/** The copies by what they are for: those of a width only need no other name. */
async function sizesFor(page: ScreenContext, sizes: MediaDetails['sizes']): Promise<object[]> {
  const { images } = (await page.site.themes.active()).theme.manifest;
  return sizes.map(({ name, url, width, height }) => {
    const label = images[name]?.label ?? name;
    return {
      url,
      width,
      height,
      name: /^w\d+$/.test(name) ? page.t('{width} pixels wide', { width }) : page.t(label),
    };
  });
}

/** Where in an entry a file is used, in words. */
function placeOf(page: ScreenContext, place: string): string {
  if (place === 'featured') return page.t('its picture');
  if (place === 'content') return page.t('in the text');
  if (place === 'excerpt') return page.t('in the summary');
  if (place === 'option') return page.t('a setting');
  return page.t('field “{name}”', { name: place.replace(/^field:/, '') });
}

interface Fact {
  label: string;
  text: string;
  url?: string;
}

async function factsFor(page: ScreenContext, entry: Entry, details: MediaDetails): Promise<Fact[]> {
  const [shown] = await page.site.entries.present([entry], { viewer: page.viewer });
  const list: (Fact | false)[] = [
    { label: 'Number', text: String(entry.id) },
    details.url !== '' && { label: 'Address', text: details.url, url: details.url },
    details.name !== '' && { label: 'Uploaded as', text: details.name },
    { label: 'Kind', text: details.kind || 'No file' },
    details.size !== '' && { label: 'Size', text: details.size },
    details.width !== null && details.width > 0 && { label: 'Pixels', text: `${details.width} × ${details.height}` },
    shown !== undefined && {
      label: 'Uploaded',
      text: [shown.published.label, shown.author.name].filter(Boolean).join(', '),
    },
    shown?.parent ? { label: 'Belongs to', text: shown.parent.title || 'Untitled', url: shown.parent.url } : false,
    shown !== undefined && { label: 'Page', text: shown.url, url: shown.url },
  ];
  return list.filter((fact): fact is Fact => fact !== false);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Saves what was said of a file, and the folder it lies in. */
export async function saveFile(page: ScreenContext, library: Library): Promise<Reply> {
  const { site, viewer } = page;
  const entry = await library.items.need(page.id(), viewer);
  const zone = await site.options.get<string>('timezone');
  const { values, mistakes } = readFields(FIELDS, page.values, { prefix: PREFIX, zone });
  if (mistakes.length > 0)
    return showFile(page, library, { values, errors: errorsOf(FIELDS, mistakes, PREFIX), status: 422 });
  const version = Number(page.value('version'));
  const folder = page.values.has('folder') ? { folder: Number(page.value('folder')) || null } : {};
  const change = {
    titleHtml: text(values['title']),
    caption: text(values['excerpt']),
    description: text(values['content']),
    alt: text(values['alt']),
    credit: text(values['credit']),
    ...folder,
  };
  try {
    const isVersion = Number.isSafeInteger(version) && version > 0;
    await library.changes.update(entry.id, change, { viewer, ...(isVersion ? { version } : {}) });
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    const errors = errorsOf(FIELDS, mistakesOf(error), PREFIX);
    return showFile(page, library, { values, errors, problem: error.message, status: error.status });
  }
  return page.redirect(`/media/${entry.id}`, { kind: 'success', text: page.t('Saved.') });
}

/** Asks before a file goes, and says where it is used. What is in the trash goes for good. */
export async function askToDelete(page: ScreenContext, library: Library): Promise<Reply> {
  const entry = await library.items.need(page.id(), page.viewer);
  const { usage, hiddenUses } = await library.usage.of(entry.id, page.viewer);
  const isTrash = entry.status === 'trash';
  const count = new Set(usage.map(({ source }) => source)).size + hiddenUses;
  const used =
    count === 0
      ? page.t('It is used nowhere that is known of.')
      : page.t(
          'It is used in {count} places, which will show nothing instead:',
          { count },
          { one: 'It is used in {count} place, which will show nothing instead:' },
        );
  const hidden = page.t('{count} more that you may not see', { count: hiddenUses });
  const things = usage.map(({ label, place }) => `${label} (${placeOf(page, place)})`);
  return page.view('act', {
    title: page.t(isTrash ? 'Delete “{title}” for good?' : 'Move “{title}” to the trash?', { title: titleOf(entry) }),
    breadcrumbs: [{ label: 'Media', url: '/admin/media' }],
    question: isTrash ? `${page.t('This cannot be undone.')} ${used}` : used,
    things: hiddenUses > 0 ? [...things, hidden] : things,
    submit: isTrash ? page.t('Delete for good') : page.t('Move to trash'),
    isDanger: true,
    cancel: `/admin/media/${entry.id}`,
  });
}

/** Moves a file to the trash; deletes one that is there for good. */
export async function deleteFile(page: ScreenContext, library: Library): Promise<Reply> {
  const { site, viewer } = page;
  const entry = await library.items.need(page.id(), viewer);
  const title = titleOf(entry);
  if (entry.status === 'trash') {
    await site.entries.remove(entry.id, { viewer });
    return page.redirect('/media?trash=1', {
      kind: 'success',
      text: page.t('“{title}” is deleted for good.', { title }),
    });
  }
  await site.entries.trash(entry.id, { viewer });
  const values = { act: 'restore', back: '/admin/media', ids: String(entry.id) };
  return page.redirect('/media', {
    kind: 'success',
    text: page.t('“{title}” is in the trash.', { title }),
    undo: { label: page.t('Undo'), action: '/admin/media/bulk', values },
  });
}
