import {
  type Comparison,
  compareTexts,
  compareWords,
  type Entry,
  fieldsFor,
  formatDate,
  type ScreenContext,
} from 'galley';
import type { ChangeDraft } from './change.ts';

/** A text as it is compared. */
export type Compared = Pick<Entry, 'type' | 'title' | 'content' | 'excerpt' | 'fields'>;

/** All that a change makes different. */
export async function differencesOf(page: ScreenContext, entry: Entry, draft: ChangeDraft): Promise<Comparison[]> {
  return [
    ...compare(page, entry, { ...entry, ...textOf(draft) }),
    ...(await termsOf(page, entry, draft)),
    ...(await looksOf(page, entry, draft)),
    ...(await besideOf(page, entry, draft)),
  ];
}

/** Two texts, where they are not the same. */
function differing(name: string, label: string, before: string, after: string): Comparison[] {
  return before === after ? [] : [{ name, label, ...compareWords(before, after) }];
}

/** Under what it is filed, by name. */
async function termsOf(page: ScreenContext, entry: Entry, { terms = {} }: ChangeDraft): Promise<Comparison[]> {
  const { site } = page;
  const before = (await site.terms.ofEntries([entry.id])).get(entry.id) ?? [];
  const after = await site.terms.getMany(Object.values(terms).flat().map(Number));
  return Object.entries(terms).flatMap(([taxonomy, ids]) => {
    const old = before.filter((term) => term.taxonomy === taxonomy).map(({ name }) => name);
    const fresh = ids.map((id) => after.get(Number(id))?.name ?? '');
    const label = page.t(site.taxonomies.get(taxonomy)?.title ?? taxonomy);
    return differing(`terms.${taxonomy}`, label, old.sort().join(', '), fresh.sort().join(', '));
  });
}

/** Its picture by name, and its template. */
async function looksOf(page: ScreenContext, entry: Entry, draft: ChangeDraft): Promise<Comparison[]> {
  const nameOf = async (id: number | null): Promise<string> =>
    id === null ? '' : (await page.site.entries.get(id, page.viewer))?.title || `#${id}`;
  const { featuredId = entry.featuredId, template = entry.template } = draft;
  const pictures: Comparison[] =
    featuredId === entry.featuredId
      ? []
      : differing('featured', page.t('Featured picture'), await nameOf(entry.featuredId), await nameOf(featuredId));
  return [...pictures, ...differing('template', page.t('Template'), entry.template, template)];
}

function textOf(draft: ChangeDraft): Partial<Compared> {
  const { title, content, excerpt, fields } = draft;
  return Object.fromEntries(
    Object.entries({ title, content, excerpt, fields }).filter(([, value]) => value !== undefined),
  );
}

const BESIDE_LABELS = {
  slug: 'Address',
  publishedAt: 'Visible from',
  unpublishAt: 'Visible until',
  unpublishTo: 'Then',
  authorId: 'Author',
  sticky: 'Keep on top of the list',
  commentStatus: 'Comments',
  status: 'Who may read it',
} as const;
const VALUE_LABELS: Record<string, string> = {
  draft: 'Make it a draft',
  trash: 'Move it to the trash',
  publish: 'Everybody',
  private: 'Editors and its author only',
  open: 'Readers may comment',
  closed: 'No comments',
  true: 'Yes',
  false: 'No',
};

/** What differs beside the text, in words. */
async function besideOf(page: ScreenContext, entry: Entry, draft: ChangeDraft): Promise<Comparison[]> {
  const { site } = page;
  const zone = await site.options.get<string>('timezone');
  const language = page.language;
  const users = await site.users.findByIds([entry.authorId, draft.authorId].flatMap((id) => id ?? []));
  const words = (name: keyof typeof BESIDE_LABELS, value: unknown): string => {
    if (name === 'authorId') return users.find(({ id }) => id === value)?.name ?? '';
    if (typeof value === 'number') return formatDate(value, { zone, language, format: 'j F Y, H:i' });
    if (name === 'slug') return String(value ?? '');
    return page.t(VALUE_LABELS[String(value)] ?? String(value ?? ''));
  };
  const names = (Object.keys(BESIDE_LABELS) as (keyof typeof BESIDE_LABELS)[]).filter(
    (name) => draft[name] !== undefined,
  );
  return names.map((name) => ({
    name,
    label: page.t(BESIDE_LABELS[name]),
    ...compareWords(words(name, entry[name]), words(name, draft[name])),
  }));
}

/** What differs in the text, part by part; its body block by block. */
export function compare(page: ScreenContext, before: Compared, after: Compared): Comparison[] {
  const { fields } = page.site.types.need(after.type);
  const text: Comparison[] =
    before.content === after.content
      ? []
      : [{ name: 'content', label: page.t('Text'), groups: compareTexts(page, before.content, after.content) }];
  return [
    ...differing('title', page.t('Title'), before.title, after.title),
    ...text,
    ...differing('excerpt', page.t('Excerpt'), before.excerpt, after.excerpt),
    ...Object.entries(fieldsFor(fields, page.viewer, 'read')).flatMap(([name, { label }]) =>
      differing(name, page.t(label), valueWords(page, before.fields[name]), valueWords(page, after.fields[name])),
    ),
  ];
}

/** A value of a field in words. */
function valueWords(page: ScreenContext, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return page.t(value ? 'Yes' : 'No');
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}
