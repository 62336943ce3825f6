import {
  type ChildDraft,
  type ContentType,
  childFields,
  END_STATUSES,
  type EndStatus,
  type Entry,
  type EntryDraft,
  type FieldMistake,
  fieldsFor,
  localTime,
  plainText,
  readFields,
  readLocalTime,
  type ScreenContext,
  type Site,
  type Term,
} from 'galley';

/** What stands in the form of an entry: from the store, or as it was typed. */
export interface EntryValues {
  title: string;
  content: string;
  excerpt: string;
  slug: string;
  visibility: 'public' | 'private' | 'password';
  password: string;
  /** As `datetime-local` has it, in the site's zone; empty for "when it is published". */
  date: string;
  /** Until when visitors see it, likewise; empty for good. */
  until: string;
  /** What it becomes then. */
  untilThen: EndStatus;
  authorId: number | null;
  parentId: number | null;
  order: string;
  template: string;
  featuredId: number | null;
  sticky: boolean;
  commentsOpen: boolean;
  /** Ids of terms, by taxonomy that is a tree. */
  terms: Record<string, number[]>;
  /** Names of terms with commas between, by taxonomy that is flat. */
  tags: Record<string, string>;
  /** The name of a term to be made, by taxonomy that is a tree. */
  newTerms: Record<string, string>;
  fields: Record<string, unknown>;
  version: number;
}

/** The taxonomies of a type that people fill in, trees and flat ones. */
export function shownTaxonomies(
  site: Site,
  type: ContentType,
): { name: string; title: string; singular: string; isTree: boolean }[] {
  return type.taxonomies.flatMap((name) => {
    const definition = site.taxonomies.get(name);
    if (!definition || definition.showInAdmin === false) return [];
    const { title, singular, hierarchical = false } = definition;
    return [{ name, title, singular, isTree: hierarchical }];
  });
}

/** What the form of a new entry begins with. */
export async function newValues({ site, viewer }: ScreenContext): Promise<EntryValues> {
  return {
    title: '',
    content: '',
    excerpt: '',
    slug: '',
    visibility: 'public',
    password: '',
    date: '',
    until: '',
    untilThen: 'draft',
    authorId: viewer.id,
    parentId: null,
    order: '0',
    template: '',
    featuredId: null,
    sticky: false,
    commentsOpen: (await site.options.get<string>('default_comment_status')) === 'open',
    terms: {},
    tags: {},
    newTerms: {},
    fields: {},
    version: 0,
  };
}

/** What the form of a stored entry begins with. */
export async function storedValues(
  page: ScreenContext,
  type: ContentType,
  entry: Entry,
  held?: readonly Pick<Term, 'id' | 'taxonomy' | 'name'>[],
): Promise<EntryValues> {
  const { site } = page;
  const zone = await site.options.get<string>('timezone');
  const own = held ?? (await site.terms.ofEntries([entry.id])).get(entry.id) ?? [];
  const terms: EntryValues['terms'] = {};
  const tags: EntryValues['tags'] = {};
  for (const { name, isTree } of shownTaxonomies(site, type)) {
    const there = own.filter(({ taxonomy }) => taxonomy === name);
    if (isTree) terms[name] = there.map(({ id }) => id);
    else tags[name] = there.map((term) => term.name).join(', ');
  }
  return {
    title: entry.title,
    content: entry.content,
    excerpt: entry.excerpt,
    slug: entry.slug,
    visibility: entry.status === 'private' ? 'private' : entry.password === '' ? 'public' : 'password',
    password: entry.password,
    date: entry.publishedAt === null ? '' : localTime(entry.publishedAt, zone),
    until: entry.unpublishAt === null ? '' : localTime(entry.unpublishAt, zone),
    untilThen: entry.unpublishTo,
    authorId: entry.authorId,
    parentId: entry.parentId,
    order: String(entry.order),
    template: entry.template,
    featuredId: entry.featuredId,
    sticky: entry.sticky,
    commentsOpen: entry.commentStatus === 'open',
    terms,
    tags,
    newTerms: {},
    fields: await storedFields(page, entry),
    version: entry.version,
  };
}

/** What the fields hold, with what other entries hold of this one. */
async function storedFields({ site, viewer }: ScreenContext, entry: Entry): Promise<Record<string, unknown>> {
  const [{ fields }, children] = await Promise.all([site.entries.linked(entry), site.entries.children(entry, viewer)]);
  const rows = Object.entries(children).map(([name, list]) => [name, list.map(rowOfChild)]);
  return { ...fields, ...Object.fromEntries(rows) };
}

const rowOfChild = ({ id, version, title, fields }: Entry): Record<string, unknown> => ({
  ...fields,
  _id: id,
  _version: version,
  _title: title,
});

const lines = (text: string): string => text.replace(/\r\n?/g, '\n');
const idOf = (text: string): number | null => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : null);

/** What was typed. */
export async function typedValues(
  page: ScreenContext,
  type: ContentType,
): Promise<{ values: EntryValues; mistakes: FieldMistake[] }> {
  const { site, values: form } = page;
  const zone = await site.options.get<string>('timezone');
  const own = fieldsFor(childFields(site, type.fields), page.viewer, 'write');
  const { values: fields, mistakes } = readFields(own, form, { prefix: 'fields', zone });
  const visibility = page.value('visibility');
  const [terms, tags, newTerms]: [EntryValues['terms'], EntryValues['tags'], EntryValues['newTerms']] = [{}, {}, {}];
  for (const { name, isTree } of shownTaxonomies(site, type)) {
    if (isTree) {
      terms[name] = (form.get(`terms.${name}`) ?? []).flatMap((text) => idOf(text) ?? []);
      newTerms[name] = page.value(`newTerms.${name}`).trim();
    } else tags[name] = page.value(`tags.${name}`);
  }
  const values: EntryValues = {
    title: lines(page.value('title')).replaceAll('\n', ' '),
    content: lines(page.value('content')),
    excerpt: lines(page.value('excerpt')),
    slug: page.value('slug').trim(),
    visibility: visibility === 'private' || visibility === 'password' ? visibility : 'public',
    password: page.value('password'),
    date: page.value('date'),
    until: page.value('until'),
    untilThen: END_STATUSES.find((status) => status === page.value('untilThen')) ?? 'draft',
    authorId: idOf(page.value('authorId')),
    parentId: idOf(page.value('parentId')),
    order: page.value('order'),
    template: page.value('template'),
    featuredId: idOf(page.value('featuredId')),
    sticky: page.value('sticky') === '1',
    commentsOpen: page.value('commentsOpen') === '1',
    terms,
    tags,
    newTerms,
    fields,
    version: Number(page.value('version')) || 0,
  };
  return { values, mistakes };
}

/** What the button that was pressed means. */
export type Press = 'save' | 'draft' | 'pending' | 'publish';

function statusOf(values: EntryValues, entry: Entry | undefined, press: Press): EntryDraft['status'] {
  const open = values.visibility === 'private' ? 'private' : 'publish';
  if (press === 'publish') return open;
  if (press === 'draft' || press === 'pending') return press;
  const isOut = entry?.status === 'publish' || entry?.status === 'private' || entry?.status === 'future';
  if (!isOut) return entry?.status ?? 'draft';
  return entry.status === 'future' && open === 'publish' ? 'future' : open;
}

/** The draft that the form stands for: only what the type has and what was changed. */
export async function draftOf(
  page: ScreenContext,
  type: ContentType,
  { values, entry, press }: { values: EntryValues; entry: Entry | undefined; press: Press },
): Promise<EntryDraft> {
  const { site, viewer } = page;
  const zone = await site.options.get<string>('timezone');
  const has = (support: ContentType['supports'][number]): boolean => type.supports.includes(support);
  const isOthers = viewer.can(`edit_others_${type.capability}s`);
  // A form has no seconds: what shows the same minute is the same moment.
  const isSame = (time: number | null | undefined, shown: string): boolean =>
    time != null && localTime(time, zone) === shown;
  const isSameDate = isSame(entry?.publishedAt, values.date);
  const isSameEnd = isSame(entry?.unpublishAt, values.until);
  return {
    ...(entry ? { id: entry.id } : { type: type.name }),
    status: statusOf(values, entry, press),
    ...(has('title') ? { title: values.title } : {}),
    ...(has('content') ? { content: contentOf(values.content, entry) } : {}),
    ...(has('excerpt') ? { excerpt: values.excerpt } : {}),
    ...(values.slug === (entry?.slug ?? '') ? {} : { slug: values.slug || plainText(values.title) }),
    password: values.visibility === 'password' ? values.password : '',
    ...(isSameDate ? {} : { publishedAt: readLocalTime(values.date, zone) ?? null }),
    ...(isSameEnd ? {} : { unpublishAt: readLocalTime(values.until, zone) ?? null }),
    unpublishTo: values.untilThen,
    ...(has('author') && isOthers && values.authorId !== null ? { authorId: values.authorId } : {}),
    ...(type.hierarchical ? { parentId: values.parentId } : {}),
    ...(has('page-attributes') ? { order: Number(values.order) || 0, template: values.template } : {}),
    ...(has('thumbnail') ? { featuredId: values.featuredId } : {}),
    ...(has('sticky') && isOthers ? { sticky: values.sticky } : {}),
    ...(has('comments') ? { commentStatus: values.commentsOpen ? 'open' : 'closed' } : {}),
    ...fieldsOf(type, values.fields),
    terms: termsOf(page, type, values),
  };
}

/** The values of fields, and apart from them the children. */
function fieldsOf(type: ContentType, values: Record<string, unknown>): Pick<EntryDraft, 'fields' | 'children'> {
  if (Object.keys(type.fields).length === 0) return {};
  const isChildren = (name: string): boolean => type.fields[name]?.kind === 'children';
  const all = Object.entries(values);
  const children = all.filter(([name]) => isChildren(name)).map(([name, rows]) => [name, (rows as Row[]).map(childOf)]);
  return {
    fields: Object.fromEntries(all.filter(([name]) => !isChildren(name))),
    ...(children.length > 0 ? { children: Object.fromEntries(children) } : {}),
  };
}

type Row = Record<string, unknown>;

function childOf({ _id, _version, _title, _remove, ...fields }: Row): ChildDraft {
  return {
    ...(typeof _id === 'number' ? { id: _id, version: Number(_version) || 0 } : {}),
    ...(_title === undefined ? {} : { title: String(_title ?? '') }),
    ...(_remove === true ? { remove: true } : {}),
    fields,
  };
}

/** Browsers turn line breaks around; a text that differs in nothing else stays as it is, byte for byte. */
function contentOf(typed: string, entry: Entry | undefined): string {
  return entry && lines(entry.content) === typed ? entry.content : typed;
}

function termsOf({ site }: ScreenContext, type: ContentType, values: EntryValues): NonNullable<EntryDraft['terms']> {
  return Object.fromEntries(
    shownTaxonomies(site, type).map(({ name, isTree }) => {
      const added = values.newTerms[name] ? [values.newTerms[name]] : [];
      const names = (values.tags[name] ?? '').split(',').map((text) => text.trim());
      return [name, isTree ? [...(values.terms[name] ?? []), ...added] : names.filter((text) => text !== '')];
    }),
  );
}
