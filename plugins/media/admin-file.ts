import {
  type Entry,
  errorsOf,
  type FieldDefinition,
  type FormErrors,
  GalleyError,
  isGalleyError,
  makeControls,
  mistakesOf,
  plainText,
  type Reply,
  readFields,
  type ScreenContext,
  summarize,
} from 'galley';
import { pathToUrl } from './file-name.ts';
import { imageOf } from './images.ts';
import type { Media } from './media.ts';
import type { MediaFacts } from './media-facts.ts';
import { iconOf, kindOfType } from './media-types.ts';
import { sizeLabel } from './size-label.ts';

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

/** The attachment that a screen is about. @throws GALLEY_ENTRY_UNKNOWN */
async function attachmentOf(page: ScreenContext): Promise<Entry> {
  const entry = await page.site.entries.need(page.id(), page.viewer);
  if (entry.type === 'attachment') return entry;
  throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no file ${page.id()}.`);
}

const titleOf = (entry: Entry): string => plainText(entry.title) || `File ${entry.id}`;

/** The screen of one file: what it is, and a form for what is said of it. */
export async function showFile(page: ScreenContext, media: Media, shown: Shown = {}): Promise<Reply> {
  const { site, viewer } = page;
  const entry = await attachmentOf(page);
  const facts = (await media.facts([entry.id], viewer)).get(entry.id);
  const { title, excerpt, content, fields } = entry;
  const values = shown.values ?? { title, excerpt, content, alt: fields['alt'], credit: fields['credit'] };
  const errors = shown.errors ?? {};
  const zone = await site.options.get<string>('timezone');
  const mayEdit = site.entries.may(viewer, 'edit', entry);
  const controls = mayEdit ? await makeControls(FIELDS, { site, viewer, prefix: PREFIX, values, errors, zone }) : [];
  const summary = summarize(controls, errors);
  if (shown.problem) summary.unshift({ id: '', label: '', message: shown.problem });
  const original = facts?.files.find(({ variant }) => variant === 'original');
  const data = {
    title: titleOf(entry),
    breadcrumbs: [{ label: 'Media', url: '/admin/media' }],
    stylesheets: [await site.assets.url('media', 'library.css')],
    summary,
    controls,
    version: page.value('version') || String(entry.version),
    address: original ? pathToUrl(original.url_path) : '',
    picture: facts && imageOf(facts),
    icon: iconOf(entry.mimeType),
    facts: await factsFor(page, entry, facts),
    deleteUrl: site.entries.may(viewer, 'delete', entry) ? `/admin/media/${entry.id}/delete` : '',
  };
  return page.view('media/file', data, { status: shown.status ?? 200 });
}

interface Fact {
  label: string;
  text: string;
  url?: string;
}

async function factsFor(page: ScreenContext, entry: Entry, facts: MediaFacts | undefined): Promise<Fact[]> {
  const original = facts?.files.find(({ variant }) => variant === 'original');
  const [shown] = await page.site.entries.present([entry], { viewer: page.viewer });
  const list: (Fact | false)[] = [
    { label: 'Number', text: String(entry.id) },
    original !== undefined && { label: 'Address', text: original.url_path, url: pathToUrl(original.url_path) },
    facts !== undefined && facts.name !== '' && { label: 'Uploaded as', text: facts.name },
    { label: 'Kind', text: kindOfType(entry.mimeType)?.label ?? (entry.mimeType || 'No file') },
    original !== undefined && { label: 'Size', text: sizeLabel(original.bytes) },
    original?.width ? { label: 'Pixels', text: `${original.width} × ${original.height}` } : false,
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

/** Saves what was said of a file. */
export async function saveFile(page: ScreenContext, media: Media): Promise<Reply> {
  const { site, viewer } = page;
  const entry = await attachmentOf(page);
  const zone = await site.options.get<string>('timezone');
  const { values, mistakes } = readFields(FIELDS, page.values, { prefix: PREFIX, zone });
  if (mistakes.length > 0)
    return showFile(page, media, { values, errors: errorsOf(FIELDS, mistakes, PREFIX), status: 422 });
  const version = Number(page.value('version'));
  try {
    await site.entries.save(
      {
        id: entry.id,
        title: text(values['title']),
        excerpt: text(values['excerpt']),
        content: text(values['content']),
        fields: { alt: text(values['alt']).replace(/\s+/g, ' ').trim(), credit: text(values['credit']) },
      },
      { viewer, ...(Number.isSafeInteger(version) && version > 0 ? { version } : {}) },
    );
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    const errors = errorsOf(FIELDS, mistakesOf(error), PREFIX);
    return showFile(page, media, { values, errors, problem: error.message, status: error.status });
  }
  return page.redirect(`/media/${entry.id}`, { kind: 'success', text: 'Saved.' });
}

/** Asks before a file is deleted for good. */
export async function askToDelete(page: ScreenContext): Promise<Reply> {
  const entry = await attachmentOf(page);
  const { items } = await page.site.entries.find(
    { featuredIds: [entry.id], type: page.site.types.names(), limit: 20, body: false },
    page.viewer,
  );
  return page.view('act', {
    title: `Delete “${titleOf(entry)}”?`,
    breadcrumbs: [{ label: 'Media', url: '/admin/media' }],
    question:
      items.length > 0
        ? 'This cannot be undone. It is the picture of:'
        : 'This cannot be undone. Texts that show it will show nothing in its place.',
    things: items.map((item) => titleOf(item)),
    submit: 'Delete for good',
    isDanger: true,
    cancel: `/admin/media/${entry.id}`,
  });
}

/** Deletes a file and its attachment. */
export async function deleteFile(page: ScreenContext): Promise<Reply> {
  const entry = await attachmentOf(page);
  await page.site.entries.remove(entry.id, { viewer: page.viewer });
  return page.redirect('/media', { kind: 'success', text: `“${titleOf(entry)}” is deleted for good.` });
}
