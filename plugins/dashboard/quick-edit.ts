import {
  type ContentType,
  type Control,
  type Entry,
  type EntryDraft,
  type EntryStatus,
  type FieldDefinition,
  isGalleyError,
  json,
  localTime,
  makeControl,
  plainText,
  type Reply,
  readLocalTime,
  type ScreenContext,
  SYSTEM,
} from 'galley';
import { shownTaxonomies } from './entry-values.ts';
import { backOf, entryOf, listUrl, typeOf } from './types.ts';
import { STATUS_WORDS, titleOf } from './words.ts';

const MAX_TERMS = 200;
const MAX_AUTHORS = 300;
const CHOSEN: EntryStatus[] = ['draft', 'pending', 'publish', 'private'];

/** The facts of an entry that a list shows, to be changed without opening it: a page of its own, or in its row. */
export async function showQuickEdit(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const entry = await entryOf(page);
  return show(page, type, entry);
}

async function show(
  page: ScreenContext,
  type: ContentType,
  entry: Entry,
  more: { problem?: string; status?: number } = {},
): Promise<Reply> {
  const controls = await controlsOf(page, type, entry);
  if (page.wantsJson) return json({ version: entry.version, controls: controls.map(controlJson(page)) });
  return page.view(
    'form',
    {
      title: page.t('Quick edit: {title}', { title: titleOf(entry, plainText) }),
      breadcrumbs: [{ label: type.title, url: listUrl(type) }],
      notices: more.problem ? [{ kind: 'danger', text: more.problem }] : [],
      hidden: { version: String(entry.version), back: backOf(page, listUrl(type)) },
      controls,
      cancel: listUrl(type),
    },
    { status: more.status ?? 200 },
  );
}

/** What scripts make the same controls of. */
function controlJson(page: ScreenContext) {
  return ({ name, label, help, control, type, value, checked, options }: Control): object => ({
    name,
    label: page.t(label),
    help: page.t(help),
    control,
    type,
    value,
    checked,
    options: options.map(({ value: own, label: words, selected, depth = 0 }) => ({
      value: own,
      label: page.t(words),
      selected,
      depth,
    })),
  });
}

async function controlsOf(page: ScreenContext, type: ContentType, entry: Entry): Promise<Control[]> {
  const zone = await page.site.options.get<string>('timezone');
  const isOthers = page.viewer.can(`edit_others_${type.capability}s`);
  const has = (support: ContentType['supports'][number]): boolean => type.supports.includes(support);
  const one = (name: string, field: FieldDefinition, value: unknown, options?: Control['options']): Control =>
    makeControl(field, { name, value, zone, ...(options ? { options } : {}) });
  const date = one('date', { kind: 'text', label: 'Date' }, dateOf(entry, zone));
  return [
    ...(has('title') ? [one('title', { kind: 'text', label: 'Title', maxLength: 2000 }, entry.title)] : []),
    one('slug', { kind: 'text', label: 'Last part of the address', maxLength: 200 }, entry.slug),
    one('status', { kind: 'select', label: 'Status', required: true }, entry.status, statuses(page, type, entry)),
    { ...date, type: 'datetime-local' },
    ...(has('author') && isOthers
      ? [one('authorId', { kind: 'select', label: 'Author' }, null, await authors(page, entry))]
      : []),
    ...(await termControls(page, type, entry, one)),
    ...(has('sticky') && isOthers
      ? [one('sticky', { kind: 'boolean', label: 'Keep on top of the list' }, entry.sticky)]
      : []),
  ];
}

const dateOf = ({ publishedAt }: Entry, zone: string): string =>
  publishedAt === null ? '' : localTime(publishedAt, zone);

/** The states that this person may bring it into, and the one that it is in. */
function statuses({ viewer }: ScreenContext, type: ContentType, entry: Entry): Control['options'] {
  const mayPublish = viewer.can(`publish_${type.capability}s`);
  const offered = CHOSEN.filter((status) => mayPublish || status === 'draft' || status === 'pending');
  const all = offered.includes(entry.status) ? offered : [entry.status, ...offered];
  return all.map((value) => ({ value, label: STATUS_WORDS[value].word, selected: value === entry.status }));
}

async function authors({ site }: ScreenContext, { authorId }: Entry): Promise<Control['options']> {
  const users = await site.users.list({ status: 'active', limit: MAX_AUTHORS }, SYSTEM);
  const known = users.some(({ id }) => id === authorId);
  const options = users.map(({ id, name }) => ({ value: String(id), label: name, selected: id === authorId }));
  return known ? options : [{ value: '', label: '–', selected: true }, ...options];
}

async function termControls(
  page: ScreenContext,
  type: ContentType,
  entry: Entry,
  one: (name: string, field: FieldDefinition, value: unknown, options?: Control['options']) => Control,
): Promise<Control[]> {
  const { site } = page;
  const terms = (await site.terms.ofEntries([entry.id])).get(entry.id) ?? [];
  return Promise.all(
    shownTaxonomies(site, type).map(async ({ name, title, isTree }) => {
      const own = terms.filter(({ taxonomy }) => taxonomy === name);
      if (!isTree) {
        const help = page.t('Names, with commas between.');
        return one(`tags.${name}`, { kind: 'text', label: title, help }, own.map((term) => term.name).join(', '));
      }
      const all = await site.terms.list(name, { limit: MAX_TERMS });
      const options = all.map((term) => ({
        value: String(term.id),
        label: term.name,
        selected: own.some(({ id }) => id === term.id),
      }));
      return one(`terms.${name}`, { kind: 'multiselect', label: title }, [], options);
    }),
  );
}

/** Saves what was changed, unless somebody else changed the entry meanwhile: then nothing is overwritten. */
export async function saveQuickEdit(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const entry = await entryOf(page);
  try {
    const draft = await draftOf(page, type, entry);
    const saved = await page.site.entries.save(draft, {
      viewer: page.viewer,
      version: Number(page.value('version')) || 0,
    });
    const text = page.t('“{title}” is saved.', { title: titleOf(saved, plainText) });
    if (page.wantsJson) return json({ said: text, version: saved.version });
    return page.redirect(backOf(page, listUrl(type)), { kind: 'success', text });
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    const isStale = error.code === 'GALLEY_ENTRY_CONFLICT';
    const problem = isStale
      ? 'Not saved: somebody else changed it meanwhile. This is how it stands now.'
      : error.message;
    if (page.wantsJson)
      return json({ error: { code: error.code, message: page.t(problem) } }, { status: isStale ? 409 : 422 });
    return show(page, type, await entryOf(page), { problem, status: isStale ? 409 : 422 });
  }
}

async function draftOf(page: ScreenContext, type: ContentType, entry: Entry): Promise<EntryDraft> {
  const { site, viewer, values } = page;
  const zone = await site.options.get<string>('timezone');
  const isOthers = viewer.can(`edit_others_${type.capability}s`);
  const status = CHOSEN.find((name) => name === page.value('status'));
  const author = Number(page.value('authorId')) || null;
  const terms = shownTaxonomies(site, type).flatMap(({ name, isTree }): [string, (string | number)[]][] => {
    if (isTree) return [[name, (values.get(`terms.${name}`) ?? []).map(Number).filter((id) => id > 0)]];
    return values.has(`tags.${name}`)
      ? [
          [
            name,
            page
              .value(`tags.${name}`)
              .split(',')
              .map((text) => text.trim())
              .filter(Boolean),
          ],
        ]
      : [];
  });
  const date = page.value('date');
  return {
    id: entry.id,
    ...(values.has('title') ? { title: page.value('title') } : {}),
    ...(page.value('slug').trim() === entry.slug ? {} : { slug: page.value('slug').trim() }),
    ...(status && status !== entry.status ? { status } : {}),
    // The form has no seconds: what shows the same minute is the same moment.
    ...(!values.has('date') || date === dateOf(entry, zone) ? {} : { publishedAt: readLocalTime(date, zone) ?? null }),
    ...(isOthers && author !== null && author !== entry.authorId ? { authorId: author } : {}),
    ...(type.supports.includes('sticky') && isOthers && values.has('sticky')
      ? { sticky: page.value('sticky') === '1' }
      : {}),
    terms: Object.fromEntries(terms),
  };
}
