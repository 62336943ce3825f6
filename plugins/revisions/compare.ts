import {
  type Comparison,
  type ContentType,
  compareTexts,
  compareWords,
  fieldsFor,
  type Revision,
  type ScreenContext,
} from 'galley';

/** Something that differs between two versions, and the part that brings it back. */
export interface Difference extends Comparison {
  part: string;
}

/** All that differs between two versions, in the order of the form. */
export async function differences(
  page: ScreenContext,
  type: ContentType,
  [older, newer]: readonly [Revision, Revision],
): Promise<Difference[]> {
  const found: Difference[] = [];
  const words = (part: string, label: string, [before, after]: readonly [string, string]): void => {
    if (before !== after) found.push({ part, name: part, label, ...compareWords(before, after) });
  };
  words('title', page.t('Title'), [older.title, newer.title]);
  if (older.content !== newer.content)
    found.push({
      part: 'content',
      name: 'content',
      label: page.t('Text'),
      groups: compareTexts(page, older.content, newer.content),
    });
  for (const [key, { label, words: wordsOf }] of page.site.meta.textKeys()) {
    const [before, after] = [older.state?.meta, newer.state?.meta];
    if (before && after) words('content', page.t(label), [wordsOf(before[key] ?? []), wordsOf(after[key] ?? [])]);
  }
  words('excerpt', page.t('Excerpt'), [older.excerpt, newer.excerpt]);
  for (const [name, { label }] of Object.entries(fieldsFor(type.fields, page.viewer, 'read')))
    words(`fields.${name}`, page.t(label), [shown(page, older.fields[name]), shown(page, newer.fields[name])]);
  for (const { part, label, values } of await beside(page, type, [older, newer])) words(part, label, values);
  return found;
}

interface Beside {
  part: string;
  label: string;
  values: [string, string];
}

/** What stands beside the text: terms by name, and settings. Older revisions do not have it. */
async function beside(
  page: ScreenContext,
  type: ContentType,
  [older, newer]: readonly [Revision, Revision],
): Promise<Beside[]> {
  const [old, fresh] = [older.state, newer.state];
  if (!old || !fresh) return [];
  const terms = type.taxonomies.flatMap((name) => {
    const definition = page.site.taxonomies.get(name);
    if (!definition) return [];
    const names = (list: typeof old.terms): string =>
      list
        .filter(({ taxonomy }) => taxonomy === name)
        .map((term) => term.name)
        .join(', ');
    const values: [string, string] = [names(old.terms), names(fresh.terms)];
    return [{ part: 'terms', label: page.t(definition.title), values }];
  });
  const pictures = await Promise.all([old.featuredId, fresh.featuredId].map((id) => pictureOf(page, id)));
  const values: [string, string] = [pictures[0] ?? '', pictures[1] ?? ''];
  return [
    ...terms,
    { part: 'featured', label: page.t('Featured picture'), values },
    { part: '', label: page.t('Address'), values: [old.slug, fresh.slug] },
    { part: '', label: page.t('Template'), values: [old.template, fresh.template] },
    { part: '', label: page.t('Order'), values: [String(old.order), String(fresh.order)] },
  ];
}

async function pictureOf({ site, viewer }: ScreenContext, id: number | null): Promise<string> {
  if (id === null) return '';
  return (await site.entries.get(id, viewer))?.title || `#${id}`;
}

/** A value of a field in words. */
function shown(page: ScreenContext, value: unknown): string {
  if (value === undefined || value === null || value === '') return '';
  if (typeof value === 'boolean') return value ? page.t('yes') : page.t('no');
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}

/** What changed from one version to the next, in words. */
export function changesOf(page: ScreenContext, before: Revision | undefined, after: Revision): string {
  if (!before) return page.t('first version');
  const differs = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other);
  const { terms: termsBefore, meta: metaBefore, ...oldRest } = before.state ?? { terms: [] };
  const { terms: termsAfter, meta: metaAfter, ...newRest } = after.state ?? { terms: [] };
  const isTextMeta = metaBefore !== undefined && metaAfter !== undefined && differs(metaBefore, metaAfter);
  const parts = [
    before.title !== after.title && page.t('title'),
    (before.content !== after.content || isTextMeta) && page.t('text'),
    before.excerpt !== after.excerpt && page.t('excerpt'),
    differs(before.fields, after.fields) && page.t('details'),
    differs(termsBefore, termsAfter) && page.t('terms'),
    differs(oldRest, newRest) && page.t('settings'),
  ].filter(Boolean);
  return parts.length === 0 ? page.t('nothing') : parts.join(', ');
}
