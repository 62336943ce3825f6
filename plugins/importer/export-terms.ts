import type { Site, Term } from 'galley';
import type { Meta } from './exporter.ts';
import { cdataElement, dataElement, element, escapeName, isOwnNote, metaElement } from './wxr-writer.ts';

const PAGE = 500;

function innerOf(term: Term, parent: string): string {
  const name = escapeName(term.name);
  if (term.taxonomy === 'category') {
    return [
      cdataElement('wp:category_nicename', term.slug),
      cdataElement('wp:category_parent', parent),
      cdataElement('wp:cat_name', name),
      cdataElement('wp:category_description', term.description),
    ].join('');
  }
  if (term.taxonomy === 'post_tag') {
    return [
      cdataElement('wp:tag_slug', term.slug),
      cdataElement('wp:tag_name', name),
      cdataElement('wp:tag_description', term.description),
    ].join('');
  }
  return [
    cdataElement('wp:term_taxonomy', term.taxonomy),
    cdataElement('wp:term_slug', term.slug),
    cdataElement('wp:term_parent', parent),
    cdataElement('wp:term_name', name),
    cdataElement('wp:term_description', term.description),
  ].join('');
}

const ELEMENTS: Record<string, string> = { category: 'wp:category', post_tag: 'wp:tag' };

function termElement(term: Term, meta: Meta, places: readonly string[]): string {
  const name = ELEMENTS[term.taxonomy] ?? 'wp:term';
  const parent = term.path.split('/').at(-2) ?? '';
  const free = Object.entries(meta)
    .filter(([key]) => !isOwnNote(key))
    .flatMap(([key, values]) => values.map((value) => metaElement('wp:termmeta', key, value)));
  const data = dataElement({
    position: term.position === 0 ? undefined : term.position,
    places: places.length === 0 ? undefined : places,
  });
  return `<${name}>\n${element('wp:term_id', term.id)}${innerOf(term, parent)}${free.join('')}${data}</${name}>\n`;
}

/** The ids of a taxonomy, so sorted that each term comes after the one above it. Holds numbers only. */
async function idsByDepth(site: Site, taxonomy: string): Promise<number[]> {
  const levels: number[][] = [];
  for (let after = 0; ; ) {
    const terms = await site.terms.list(taxonomy, { after, limit: PAGE });
    for (const term of terms) {
      const depth = term.path.split('/').length;
      const level = levels[depth] ?? [];
      level.push(term.id);
      levels[depth] = level;
    }
    if (terms.length < PAGE) return levels.flat();
    after = terms.at(-1)?.id ?? after;
  }
}

/** All terms of all taxonomies as elements, parents first. */
export async function* termElements(site: Site): AsyncGenerator<string> {
  const locations = (await optionOf<Record<string, number>>(site, 'menu_locations')) ?? {};
  const placesOf = (id: number): string[] =>
    Object.entries(locations).flatMap(([place, menuId]) => (menuId === id ? [place] : []));
  const names = site.taxonomies.names().sort((a, b) => rank(a) - rank(b));
  for (const taxonomy of names) {
    const ids = await idsByDepth(site, taxonomy);
    for (let at = 0; at < ids.length; at += PAGE) {
      const page = ids.slice(at, at + PAGE);
      const [terms, meta] = await Promise.all([site.terms.getMany(page), site.meta.of('term', page)]);
      for (const id of page) {
        const term = terms.get(id);
        if (term) yield termElement(term, meta.get(id) ?? {}, taxonomy === 'nav_menu' ? placesOf(id) : []);
      }
    }
  }
}

/** The order in which WordPress writes them: categories, tags, all others. */
const rank = (taxonomy: string): number => (taxonomy === 'category' ? 0 : taxonomy === 'post_tag' ? 1 : 2);

async function optionOf<T>(site: Site, name: string): Promise<T | undefined> {
  return site.options.has(name) ? site.options.get<T>(name) : undefined;
}
