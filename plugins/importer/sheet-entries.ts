import {
  type ContentType,
  type Entry,
  type EntryDraft,
  type EntryStatus,
  plainText,
  type Site,
  STATUSES,
} from 'galley';
import { fieldsOf, readField } from './sheet-fields.ts';
import { authorOf } from './sheet-people.ts';
import type { SheetContext, SheetField, SheetSaved, SheetTarget, SheetValues } from './sheet-target.ts';
import { itemsOf, readBoolean, readId, readTime, refuse, textOf } from './sheet-values.ts';

/** The words in which lists show the states. */
const STATUS_WORDS: Partial<Record<EntryStatus, string>> = {
  publish: 'Published',
  future: 'Scheduled',
  pending: 'In review',
  draft: 'Draft',
  private: 'Private',
  trash: 'In the trash',
  inherit: 'File',
};

const COMMON: readonly SheetField[] = [
  { name: 'id', label: 'ID', names: ['post_id'], isKey: true },
  { name: 'title', label: 'Title', names: ['post_title', 'name', 'headline'] },
  { name: 'slug', label: 'Address', names: ['post_name', 'permalink'], isKey: true },
  { name: 'content', label: 'Text', names: ['post_content', 'content', 'body'] },
  { name: 'excerpt', label: 'Excerpt', names: ['post_excerpt', 'summary', 'description'] },
  { name: 'status', label: 'Status', names: ['post_status', 'state'] },
  { name: 'author', label: 'Author', names: ['post_author'] },
  { name: 'published', label: 'Date', names: ['post_date', 'published_at', 'publish date'] },
  { name: 'parent', label: 'Parent', names: ['post_parent'] },
  { name: 'order', label: 'Order', names: ['menu_order', 'position'] },
  { name: 'sticky', label: 'Keep on top of the list', names: ['is_sticky'] },
];
const TEXTS = ['slug', 'content', 'excerpt'] as const;

/** Rows as entries of a type. */
export function entryTarget(site: Site, type: ContentType): SheetTarget {
  const { supports, taxonomies } = type;
  const main = taxonomies.find((name) => site.taxonomies.get(name)?.showInAdmin !== false);
  const has = (name: string): boolean =>
    name === 'author'
      ? supports.includes('author')
      : name === 'parent'
        ? type.hierarchical
        : name === 'excerpt'
          ? supports.includes('excerpt')
          : true;
  return {
    name: `content:${type.name}`,
    title: type.title,
    capability: `edit_${type.capability}s`,
    fields: [
      ...COMMON.filter(({ name }) => has(name)),
      ...taxonomies.map((name) => ({
        name: `tax.${name}`,
        label: site.taxonomies.need(name).title,
        names: [name, ...(name === main ? ['terms'] : []), ...(name === 'post_tag' ? ['tags', 'tags_input'] : [])],
      })),
      ...fieldsOf(type),
    ],
    async find(field, value, { site: host, viewer }) {
      const query =
        field === 'id' ? (/^\d{1,15}$/.test(value) ? { ids: [Number(value)] } : undefined) : { slug: value };
      if (!query) return undefined;
      const found = await host.entries.findOne({ ...query, type: type.name, status: STATUSES, body: false }, viewer);
      return found?.id;
    },
    has: async (id, { site: host, viewer }) => (await host.entries.get(id, viewer))?.type === type.name,
    save: (values, id, context) => saveEntry(type, values, id, context),
  };
}

async function saveEntry(
  type: ContentType,
  values: SheetValues,
  id: number | undefined,
  context: SheetContext,
): Promise<SheetSaved> {
  const { site, viewer } = context;
  const entry = id === undefined ? undefined : await site.entries.need(id, viewer);
  const draft: EntryDraft = {
    ...(await plainOf(values, entry, context)),
    ...(await termsOf(type, values, entry, context)),
    ...(await ownFieldsOf(type, values, entry, context)),
  };
  if (!entry) {
    if (!draft.title && !draft.content) throw refuse(context.t('It has neither a title nor a text.'));
    const made = await site.entries.save({ type: type.name, ...draft }, { viewer });
    return { id: made.id, outcome: 'new', name: plainText(made.title) };
  }
  const name = plainText(entry.title) || `#${entry.id}`;
  if (Object.keys(draft).length === 0) return { id: entry.id, outcome: 'same', name };
  const saved = await site.entries.save({ id: entry.id, ...draft }, { viewer, version: entry.version });
  return { id: saved.id, outcome: 'changed', name: plainText(saved.title) || name, fields: fieldsIn(draft) };
}

const NAMES: Readonly<Record<string, string>> = { publishedAt: 'published', authorId: 'author', parentId: 'parent' };

/** Which fields a draft is about, by the names that columns give them. */
function fieldsIn({ terms = {}, fields = {}, ...plain }: EntryDraft): string[] {
  return [
    ...Object.keys(plain).map((name) => NAMES[name] ?? name),
    ...Object.keys(terms).map((name) => `tax.${name}`),
    ...Object.keys(fields).map((name) => `field.${name}`),
  ];
}

/** What differs of the facts that all entries have. */
async function plainOf(values: SheetValues, entry: Entry | undefined, context: SheetContext): Promise<EntryDraft> {
  const draft: EntryDraft = {};
  const title = textOf(values['title']).trim();
  // Lists show titles without their markup: the same words are no change.
  if (title && title !== entry?.title && title !== (entry && plainText(entry.title))) draft.title = title;
  for (const name of TEXTS) {
    if (values[name] === undefined) continue;
    const text = textOf(values[name]);
    if (text !== (entry?.[name] ?? '') && (name !== 'slug' || text.trim() !== '')) draft[name] = text;
  }
  const status = statusOf(values['status'], context);
  if (status && status !== entry?.status) {
    if (status === 'trash') throw refuse(context.t('What is in the trash does not come in.'));
    draft.status = status;
  }
  if (textOf(values['published']).trim() !== '') {
    const publishedAt = readTime(values['published'], context);
    if (!isSameMoment(publishedAt, entry?.publishedAt)) draft.publishedAt = publishedAt;
  }
  const author = await authorOf(values['author'], entry?.authorId ?? null, context);
  if (author !== undefined) draft.authorId = author;
  if (textOf(values['order']).trim() !== '' && readId(values['order'], context) !== entry?.order)
    draft.order = readId(values['order'], context);
  if (values['sticky'] !== undefined && readBoolean(values['sticky'], context) !== (entry?.sticky ?? false))
    draft.sticky = !(entry?.sticky ?? false);
  if (values['parent'] !== undefined) {
    const parent = textOf(values['parent']).trim();
    const parentId = parent === '' || parent === '0' ? null : readId(parent, context);
    if (parentId !== (entry?.parentId ?? null)) draft.parentId = parentId;
  }
  return draft;
}

/** Spreadsheets know no parts of a second: what has none is the moment that it is the second of. */
const isSameMoment = (given: number, kept: number | null | undefined): boolean =>
  given === kept || (given % 1000 === 0 && given === Math.floor((kept ?? Number.NaN) / 1000) * 1000);

function statusOf(value: unknown, context: SheetContext): EntryStatus | undefined {
  const text = textOf(value).trim().toLowerCase();
  if (text === '') return undefined;
  const found = STATUSES.find((name) => {
    const word = STATUS_WORDS[name];
    return name === text || (word && context.words(word).some((known) => known.toLowerCase() === text));
  });
  if (!found) throw refuse(context.t('There is no status “{text}”.', { text: text.slice(0, 60) }));
  return found;
}

async function termsOf(
  { taxonomies }: ContentType,
  values: SheetValues,
  entry: Entry | undefined,
  { site }: SheetContext,
): Promise<Pick<EntryDraft, 'terms'>> {
  const given = taxonomies.filter((name) => values[`tax.${name}`] !== undefined);
  if (given.length === 0) return {};
  const own = entry ? ((await site.terms.ofEntries([entry.id])).get(entry.id) ?? []) : [];
  const terms = given.flatMap((name): [string, string[]][] => {
    const current = own.filter(({ taxonomy }) => taxonomy === name).map((term) => term.name);
    const value = values[`tax.${name}`];
    // A name may have a comma in it: what the list would show for this entry is no change.
    if (textOf(value) === current.join(', ')) return [];
    const wanted = itemsOf(value);
    const isSame = wanted.length === current.length && wanted.every((item) => current.includes(item));
    return isSame ? [] : [[name, wanted]];
  });
  return terms.length > 0 ? { terms: Object.fromEntries(terms) } : {};
}

async function ownFieldsOf(
  type: ContentType,
  values: SheetValues,
  entry: Entry | undefined,
  context: SheetContext,
): Promise<Pick<EntryDraft, 'fields'>> {
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(type.fields)) {
    const value = values[`field.${name}`];
    if (value === undefined) continue;
    const read = await readField(field, value, entry?.fields[name], context);
    if (read !== undefined) fields[name] = read;
  }
  return Object.keys(fields).length > 0 ? { fields } : {};
}
