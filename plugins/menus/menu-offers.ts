import { type Entry, plainText, type ScreenContext, type Site, type Viewer } from 'galley';
import type { NewItem } from './menu-store.ts';

const OFFERED = 100;

/** Something that could be added to a menu. */
export interface Offer {
  id: number | string;
  title: string;
  kind: string;
}

/** What could be added to a menu, by where it comes from. */
export interface Offers {
  entries: Offer[];
  terms: Offer[];
  archives: Offer[];
}

/** What could be added to a menu: the last changed entries, or those whose title fits. */
export async function findOffers(site: Site, search: string, viewer: Viewer): Promise<Offers> {
  const types = site.types.list().filter(({ value }) => value.public && value.showInAdmin);
  const query = { type: types.map(({ name }) => name), order: 'modified', limit: OFFERED, body: false } as const;
  const taxonomies = site.taxonomies.list().filter(({ value }) => value.base && value.showInAdmin !== false);
  const [{ items: entries }, terms] = await Promise.all([
    site.entries.find(search ? { ...query, title: search } : query, viewer),
    Promise.all(taxonomies.map(({ name }) => site.terms.list(name, { limit: 50, ...(search ? { search } : {}) }))),
  ]);
  const fits = (title: string): boolean => title.toLowerCase().includes(search.toLowerCase());
  return {
    entries: entries.map(({ id, title, type }) => ({
      id,
      title: plainText(title) || `#${id}`,
      kind: site.types.need(type).singular,
    })),
    terms: terms
      .flat()
      .map(({ id, name, taxonomy }) => ({ id, title: name, kind: site.taxonomies.need(taxonomy).singular })),
    archives: types
      .filter(({ value }) => value.archive !== undefined && fits(value.title))
      .map(({ name, value }) => ({ id: name, title: value.title, kind: '' })),
  };
}

/** What was ticked, as items; what the viewer may not see, or what is gone, is left out. */
export async function readAdded(
  site: Site,
  form: ReadonlyMap<string, readonly string[]>,
  viewer: Viewer,
): Promise<NewItem[]> {
  const ids = (name: string): number[] =>
    (form.get(name) ?? []).map(Number).filter((id) => Number.isSafeInteger(id) && id > 0);
  const [entries, terms] = await Promise.all([
    site.entries.getMany(ids('entries'), viewer),
    site.terms.getMany(ids('terms')),
  ]);
  const url = form.get('url')?.at(-1)?.trim() ?? '';
  const title = form.get('title')?.at(-1)?.trim() ?? '';
  const archives = (form.get('archives') ?? []).filter((name) => site.types.get(name)?.archive !== undefined);
  return [
    ...[...entries.values()].map(({ id, type }) => ({
      title: '',
      fields: { kind: 'post_type', object: type, objectId: id },
    })),
    ...[...terms.values()].map(({ id, taxonomy }) => ({
      title: '',
      fields: { kind: 'taxonomy', object: taxonomy, objectId: id },
    })),
    ...archives.map((object) => ({ title: '', fields: { kind: 'post_type_archive', object } })),
    ...(url === '' ? [] : [{ title: title || url, fields: { kind: 'custom', url } }]),
  ];
}

/** To what each item leads, in the reader's words. */
export async function describeItems(page: ScreenContext, items: readonly Entry[]): Promise<Map<number, string>> {
  const { site, viewer } = page;
  const idOf = (item: Entry): number => Number(item.fields['objectId'] ?? 0);
  const of = (kind: string): number[] => items.filter(({ fields }) => fields['kind'] === kind).map(idOf);
  const [entries, terms] = await Promise.all([
    site.entries.getMany(of('post_type'), viewer),
    site.terms.getMany(of('taxonomy')),
  ]);
  const describe = (item: Entry): string => {
    const { kind, object } = item.fields;
    const entry = entries.get(idOf(item));
    const term = terms.get(idOf(item));
    if (kind === 'post_type')
      return entry
        ? `${page.t(site.types.get(entry.type)?.singular ?? 'Entry')}: ${plainText(entry.title)}`
        : page.t('An entry that is gone');
    if (kind === 'taxonomy')
      return term
        ? `${page.t(site.taxonomies.get(term.taxonomy)?.singular ?? 'Term')}: ${term.name}`
        : page.t('A term that is gone');
    const title = page.t(site.types.get(String(object))?.title ?? '');
    return kind === 'post_type_archive' ? page.t('All {title}', { title }) : '';
  };
  return new Map(items.map((item) => [item.id, describe(item)]));
}
