import {
  type FieldDefinition,
  type FormErrors,
  GalleyError,
  makeControl,
  type ScreenContext,
  type Site,
  type TaxonomyDefinition,
  type Viewer,
} from 'galley';
import { inTree } from './entry-boxes.ts';

/** So many terms are shown at once. */
export const MAX_TERMS = 1000;

/** What was typed about a term. */
export interface Typed {
  name: string;
  slug: string;
  description: string;
  parentId: number | null;
  position: string;
}

export const EMPTY: Typed = { name: '', slug: '', description: '', parentId: null, position: '0' };

/** The taxonomies that the viewer may change, in order of registration. */
export function editableTaxonomies(site: Site, viewer: Viewer): { name: string; definition: TaxonomyDefinition }[] {
  return site.taxonomies
    .list()
    .filter(({ value }) => value.showInAdmin !== false && viewer.can(value.capability ?? 'manage_categories'))
    .map(({ name, value }) => ({ name, definition: value }));
}

/** The taxonomy that a screen is about. @throws GALLEY_TAXONOMY_UNKNOWN */
export function taxonomyOf({ site, params }: ScreenContext): { name: string; definition: TaxonomyDefinition } {
  const name = params['taxonomy'] ?? '';
  const definition = site.taxonomies.get(name);
  if (!definition || definition.showInAdmin === false)
    throw new GalleyError('GALLEY_TAXONOMY_UNKNOWN', 'There is no such taxonomy.', { status: 404 });
  return { name, definition };
}

/** Whether the viewer may change the taxonomy that a screen is about. */
export function mayEditTaxonomy(page: ScreenContext): boolean {
  return page.viewer.can(taxonomyOf(page).definition.capability ?? 'manage_categories');
}

/** The controls of the form of a term. */
export async function controlsFor(
  page: ScreenContext,
  typed: Typed,
  { id, errors = {} }: { id?: number; errors?: FormErrors } = {},
) {
  const { name: taxonomy, definition } = taxonomyOf(page);
  const control = (
    name: string,
    field: FieldDefinition,
    value: unknown,
    options?: { value: string; label: string; selected: boolean }[],
  ) => makeControl(field, { name, value, zone: 'UTC', options, error: errors[name] });
  const controls = [
    control('name', { kind: 'text', label: 'Name', required: true, maxLength: 200 }, typed.name),
    control('slug', { kind: 'text', label: 'Part of the address', help: 'Made of the name when empty.' }, typed.slug),
  ];
  if (definition.hierarchical) {
    const below = new Set(id === undefined ? [] : await page.site.terms.descendants(id));
    const all = inTree(await page.site.terms.list(taxonomy, { limit: MAX_TERMS })).filter(
      (term) => !below.has(term.id),
    );
    const options = all.map((term) => ({
      value: String(term.id),
      label: `${'– '.repeat(term.depth)}${term.name}`,
      selected: term.id === typed.parentId,
    }));
    const top = { value: '', label: 'Nothing: it stands on top', selected: typed.parentId === null };
    controls.push(control('parentId', { kind: 'select', label: 'Stands below' }, null, [top, ...options]));
  }
  controls.push(
    control('description', { kind: 'textarea', label: 'Description', help: 'Some themes show it.' }, typed.description),
  );
  controls.push(
    control('position', { kind: 'integer', label: 'Order', help: 'Lower ones stand first.' }, typed.position),
  );
  return controls;
}
