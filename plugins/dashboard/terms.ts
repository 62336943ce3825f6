import {
  type FieldDefinition,
  type FormErrors,
  GalleyError,
  historyLink,
  isGalleyError,
  makeControl,
  type Reply,
  type Row,
  type ScreenContext,
  type Site,
  type TaxonomyDefinition,
  type Term,
  type TermDraft,
  tableView,
  trashUndo,
  type Viewer,
} from 'galley';
import { inTree } from './entry-boxes.ts';

const MAX = 1000;

interface Typed {
  name: string;
  slug: string;
  description: string;
  parentId: number | null;
  position: string;
}

const EMPTY: Typed = { name: '', slug: '', description: '', parentId: null, position: '0' };

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

async function controlsFor(
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
    const all = inTree(await page.site.terms.list(taxonomy, { limit: MAX })).filter((term) => !below.has(term.id));
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

/** The list of a taxonomy with the form for a new term beside it. */
export function showTerms(page: ScreenContext): Promise<Reply> {
  return list(page, EMPTY);
}

async function list(page: ScreenContext, typed: Typed, errors: FormErrors = {}, status = 200): Promise<Reply> {
  const { site } = page;
  const { name, definition } = taxonomyOf(page);
  const search = page.text('search').trim();
  const terms = await site.terms.withCounts(await site.terms.list(name, { limit: MAX, ...(search ? { search } : {}) }));
  const depths = new Map(inTree(terms).map((term) => [term.id, term.depth]));
  const counts = new Map(terms.map((term) => [term.id, term.count]));
  const url = `/admin/terms/${name}`;
  const type = site.types.list().find(({ value }) => value.taxonomies.includes(name) && value.showInAdmin);
  const rows = inTree(terms).map((term) =>
    rowOf(term, { url, depth: depths.get(term.id) ?? 0, count: counts.get(term.id) ?? 0, type: type?.name }),
  );
  const noun = definition.title.toLowerCase();
  const table = tableView({
    caption: definition.title,
    columns: [
      { key: 'name', label: 'Name' },
      { key: 'slug', label: 'Address', isMinor: true },
      { key: 'count', label: 'Published', isNumber: true },
    ],
    rows,
    search: { action: url, label: `Look for ${noun}`, value: search },
    address: url,
    bulk: {
      action: `${url}/bulk`,
      options: [
        { value: 'merge', label: 'Make one of them' },
        { value: 'delete', label: 'Delete' },
      ],
    },
    paging: terms.length === MAX ? { label: `The first ${MAX}. Look for the others by name.` } : {},
    empty: search
      ? { title: 'Nothing fits', text: `No ${noun} of that name.`, action: { label: `All ${noun}`, url } }
      : { title: `No ${noun} yet`, text: 'Add the first one with the form.' },
  });
  const controls = await controlsFor(page, typed, { errors });
  const data = {
    title: definition.title,
    table,
    controls,
    summary: [],
    actions:
      terms.length > 1 && !search
        ? [{ label: page.t('Put in order'), url: `${url}/arrange`, icon: 'list-nested' }]
        : [],
    singular: definition.singular.toLowerCase(),
    formUrl: url,
  };
  return page.view('dashboard/terms', data, { status });
}

function rowOf(
  term: Term,
  { url, depth, count, type }: { url: string; depth: number; count: number; type: string | undefined },
): Row {
  return {
    id: String(term.id),
    label: term.name,
    isSelectable: true,
    cells: {
      name: {
        text: `${'– '.repeat(depth)}${term.name}`,
        url: `${url}/${term.id}`,
        note: term.description.slice(0, 160),
      },
      slug: { text: term.slug },
      count: type ? { text: String(count), url: `/admin/content/${type}?term=${term.id}` } : { text: String(count) },
    },
    actions: [
      { label: 'Edit', url: `${url}/${term.id}` },
      { label: 'Delete', url: `${url}/${term.id}/delete`, isDanger: true },
    ],
  };
}

function typedOf(page: ScreenContext): Typed {
  const parent = page.value('parentId');
  return {
    name: page.value('name').trim(),
    slug: page.value('slug').trim(),
    description: page.value('description').replace(/\r\n?/g, '\n'),
    parentId: /^[1-9]\d{0,14}$/.test(parent) ? Number(parent) : null,
    position: page.value('position'),
  };
}

function draftOf(page: ScreenContext, typed: Typed): TermDraft {
  const { definition } = taxonomyOf(page);
  const { name, slug, description, parentId, position } = typed;
  const draft = { name, description, position: Math.trunc(Number(position)) || 0, slug: slug || name };
  return definition.hierarchical ? { ...draft, parentId } : draft;
}

/** What was refused, at the control that it is about. */
function errorOf(error: unknown): FormErrors {
  if (!isGalleyError(error) || error.status >= 500 || error.code === 'GALLEY_PERMISSION_DENIED') throw error;
  if (error.code === 'GALLEY_TERM_DUPLICATE') return { slug: error.message };
  return /parent|below/.test(error.message) ? { parentId: error.message } : { name: error.message };
}

/** Makes a term. */
export async function createTerm(page: ScreenContext): Promise<Reply> {
  const { name } = taxonomyOf(page);
  const typed = typedOf(page);
  try {
    const term = await page.site.terms.save({ taxonomy: name, ...draftOf(page, typed) }, { viewer: page.viewer });
    return page.redirect(`/terms/${name}`, { kind: 'success', text: `“${term.name}” is added.` });
  } catch (error) {
    return list(page, typed, errorOf(error), 422);
  }
}

async function termOf(page: ScreenContext): Promise<Term> {
  const { name } = taxonomyOf(page);
  const term = await page.site.terms.get(page.id());
  if (term?.taxonomy !== name) throw new GalleyError('GALLEY_TERM_UNKNOWN', 'There is no such term.');
  return term;
}

async function form(page: ScreenContext, term: Term, typed: Typed, errors: FormErrors = {}): Promise<Reply> {
  const { name, definition } = taxonomyOf(page);
  const controls = await controlsFor(page, typed, { id: term.id, errors });
  const isWrong = Object.keys(errors).length > 0;
  const summary = controls
    .filter((control) => control.error)
    .map(({ id, label, error }) => ({ id, label, message: error }));
  const url = `/admin/terms/${name}`;
  const data = {
    title: term.name,
    breadcrumbs: [{ label: definition.title, url }],
    actions: historyLink(page, 'term', String(term.id)),
    controls,
    summary,
    submit: 'Save',
    cancel: url,
  };
  return page.view('form', data, { status: isWrong ? 422 : 200 });
}

/** The form of a term. */
export async function showTerm(page: ScreenContext): Promise<Reply> {
  const term = await termOf(page);
  return form(page, term, { ...term, position: String(term.position) });
}

/** Changes a term. */
export async function updateTerm(page: ScreenContext): Promise<Reply> {
  const term = await termOf(page);
  const typed = typedOf(page);
  try {
    await page.site.terms.save({ id: term.id, ...draftOf(page, typed) }, { viewer: page.viewer });
    return page.redirect(`/terms/${term.taxonomy}`, {
      kind: 'success',
      text: `“${typed.name}” is saved. Visitors see it now.`,
    });
  } catch (error) {
    return form(page, term, typed, errorOf(error));
  }
}

/** Asks before a term goes, with the consequence in numbers. */
export async function askToDeleteTerm(page: ScreenContext): Promise<Reply> {
  const term = await termOf(page);
  const { name, definition } = taxonomyOf(page);
  const [counted] = await page.site.terms.withCounts([term]);
  const below = definition.hierarchical ? (await page.site.terms.descendants(term.id)).length - 1 : 0;
  const taken = page.t(
    'It is taken from {count} published entries and from all drafts; these stay.',
    { count: counted?.count ?? 0 },
    { one: 'It is taken from one published entry and from all drafts; these stay.' },
  );
  const moved = page.t('What stands below it ({count}) moves up.', { count: below });
  const days = await page.site.options.get<number>('trash_days');
  const back = page.t('It can be brought back for {days} days.', { days });
  return page.view('act', {
    title: page.t('Delete “{name}”?', { name: term.name }),
    breadcrumbs: [{ label: definition.title, url: `/admin/terms/${name}` }],
    question: [taken, ...(below > 0 ? [moved] : []), back].join(' '),
    submit: 'Delete it',
    isDanger: true,
    cancel: `/admin/terms/${name}`,
  });
}

/** Removes a term. */
export async function deleteTerm(page: ScreenContext): Promise<Reply> {
  const term = await termOf(page);
  const id = await page.site.terms.remove(term.id, { viewer: page.viewer });
  const text = page.t('“{name}” is deleted.', { name: term.name });
  return page.redirect(`/terms/${term.taxonomy}`, { kind: 'success', text, ...trashUndo(page, [id]) });
}
