import {
  type ContentType,
  type Control,
  type Entry,
  type FieldDefinition,
  type FormErrors,
  makeControl,
  makeControls,
  plainText,
  type ScreenContext,
  SYSTEM,
  type Term,
} from 'galley';
import { type EntryValues, shownTaxonomies } from './entry-values.ts';
import { fieldBoxes } from './field-boxes.ts';
import { publishBox } from './publish-box.ts';
import { nounIn } from './type-words.ts';
import { titleOf } from './words.ts';

/** A part of the form that can be folded. */
export interface Box {
  id: string;
  title: string;
  /** A sentence above its controls. */
  intro?: string | undefined;
  isOpen: boolean;
  controls: Control[];
}

/** What boxes are made from. */
export interface BoxInput {
  page: ScreenContext;
  type: ContentType;
  entry: Entry | undefined;
  values: EntryValues;
  errors: FormErrors;
  searches: Record<string, string>;
  spareRows: Record<string, number>;
  zone: string;
}

type Option = Control['options'][number];
const MAX_TERMS = 1000;
const MAX_PAGES = 300;

function one(input: BoxInput, name: string, field: FieldDefinition, value: unknown, options?: Option[]): Control {
  return makeControl(field, { name, value, zone: input.zone, options, error: input.errors[name] });
}

const has = ({ type }: BoxInput, support: ContentType['supports'][number]): boolean => type.supports.includes(support);

/** The terms in the order of their tree, each with its depth. */
export function inTree(terms: readonly Term[]): (Term & { depth: number })[] {
  const known = new Set(terms.map(({ id }) => id));
  const childrenOf = new Map<number | null, Term[]>();
  for (const term of terms) {
    const parent = term.parentId !== null && known.has(term.parentId) ? term.parentId : null;
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), term]);
  }
  const walk = (parent: number | null, depth: number): (Term & { depth: number })[] =>
    (childrenOf.get(parent) ?? []).flatMap((term) => [{ ...term, depth }, ...walk(term.id, depth + 1)]);
  return walk(null, 0);
}

async function taxonomyBoxes(input: BoxInput): Promise<Box[]> {
  const { page, type, values } = input;
  const { site, viewer } = page;
  return Promise.all(
    shownTaxonomies(site, type).map(async ({ name, title, singular, isTree }) => {
      const mayAdd = viewer.can(site.taxonomies.need(name).capability ?? 'manage_categories');
      if (!isTree) {
        const help = mayAdd
          ? page.t('Names, with commas between. New ones are made.')
          : page.t('Names, with commas between.');
        const controls = [one(input, `tags.${name}`, { kind: 'text', label: title, help }, values.tags[name] ?? '')];
        return { id: name, title, isOpen: true, controls };
      }
      const chosen = new Set(values.terms[name]);
      const terms = inTree(await site.terms.list(name, { limit: MAX_TERMS }));
      const options = terms.map((term) => ({
        value: String(term.id),
        label: term.name,
        selected: chosen.has(term.id),
        depth: Math.min(term.depth, 6),
      }));
      const controls = [one(input, `terms.${name}`, { kind: 'multiselect', label: title }, [], options)];
      if (mayAdd) {
        const label = page.t('New {name}', { name: nounIn(singular, page.messages) });
        controls.push(
          one(
            input,
            `newTerms.${name}`,
            { kind: 'text', label, help: 'Made when you save.', maxLength: 200 },
            values.newTerms[name] ?? '',
          ),
        );
      }
      return { id: name, title, isOpen: true, controls };
    }),
  );
}

async function featuredBox(input: BoxInput): Promise<Box[]> {
  const { page, values, zone, searches } = input;
  if (!has(input, 'thumbnail') || !page.site.types.has('attachment')) return [];
  const field: FieldDefinition = { kind: 'media', label: 'Picture' };
  const state = { site: page.site, viewer: page.viewer, prefix: '', values: { featuredId: values.featuredId }, zone };
  const [control] = await makeControls(
    { featuredId: field },
    { ...state, searches: { '.featuredId': searches['featuredId'] ?? '' } },
  );
  if (!control) return [];
  return [
    {
      id: 'featured',
      title: 'Featured picture',
      isOpen: values.featuredId !== null,
      controls: [{ ...control, name: 'featuredId', id: 'f-featuredId' }],
    },
  ];
}

async function placeBox(input: BoxInput): Promise<Box[]> {
  const { type, values } = input;
  const controls: Control[] = [];
  if (type.hierarchical)
    controls.push(one(input, 'parentId', { kind: 'select', label: 'Stands below' }, null, await parents(input)));
  if (has(input, 'page-attributes')) {
    controls.push(...(await templateControl(input)));
    controls.push(
      one(input, 'order', { kind: 'integer', label: 'Order', help: 'Lower ones stand first.' }, values.order),
    );
  }
  return controls.length === 0 ? [] : [{ id: 'place', title: 'Place', isOpen: false, controls }];
}

/** Nothing stands below itself, nor below what stands below it: the path tells. */
async function parents({ page, type, entry, values }: BoxInput): Promise<Option[]> {
  const { items } = await page.site.entries.find(
    {
      type: type.name,
      status: ['publish', 'private', 'draft', 'pending', 'future'],
      order: 'title',
      limit: MAX_PAGES,
      body: false,
    },
    page.viewer,
  );
  const chosen = values.parentId === null ? undefined : await page.site.entries.get(values.parentId, page.viewer);
  const isBelow = (other: Entry): boolean =>
    entry !== undefined && (other.id === entry.id || Boolean(entry.path && other.path?.startsWith(`${entry.path}/`)));
  const all = [...(chosen && !items.some(({ id }) => id === chosen.id) ? [chosen] : []), ...items].filter(
    (item) => !isBelow(item),
  );
  const options = all.map((item) => ({
    value: String(item.id),
    label: titleOf(item, plainText),
    selected: item.id === values.parentId,
  }));
  return [{ value: '', label: 'Nothing: it stands on top', selected: values.parentId === null }, ...options];
}

async function templateControl(input: BoxInput): Promise<Control[]> {
  const { page, type, values } = input;
  const { theme } = await page.site.themes.active();
  const fitting = Object.entries(theme.manifest.templates).filter(
    ([, { types }]) => !types || types.includes(type.name),
  );
  if (fitting.length === 0) return [];
  const choices = { '': 'As usual', ...Object.fromEntries(fitting.map(([name, { title }]) => [name, title])) };
  return [one(input, 'template', { kind: 'select', label: 'Template', choices }, values.template)];
}

async function authorBox(input: BoxInput): Promise<Box[]> {
  const { page, type, values } = input;
  if (!has(input, 'author') || !page.viewer.can(`edit_others_${type.capability}s`)) return [];
  const users = await page.site.users.list({ status: 'active', limit: 300 }, SYSTEM);
  const chosen = values.authorId === null ? undefined : await page.site.users.find(values.authorId);
  const all = [...(chosen && !users.some(({ id }) => id === chosen.id) ? [chosen] : []), ...users];
  const options = all.map(({ id, name }) => ({ value: String(id), label: name, selected: id === values.authorId }));
  const nobody = values.authorId === null ? [{ value: '', label: 'Nobody', selected: true }] : [];
  return [
    {
      id: 'author',
      title: 'Author',
      isOpen: false,
      controls: [one(input, 'authorId', { kind: 'select', label: 'Author' }, null, [...nobody, ...options])],
    },
  ];
}

function commentsBox(input: BoxInput): Box[] {
  if (!has(input, 'comments')) return [];
  const control = one(
    input,
    'commentsOpen',
    { kind: 'boolean', label: 'Readers may comment' },
    input.values.commentsOpen,
  );
  return [{ id: 'comments', title: 'Comments', isOpen: false, controls: [control] }];
}

/** The boxes beside the text. */
export async function sideBoxes(input: BoxInput): Promise<Box[]> {
  const [terms, featured, place, author] = await Promise.all([
    taxonomyBoxes(input),
    featuredBox(input),
    placeBox(input),
    authorBox(input),
  ]);
  const fields = await fieldBoxes(input, 'side');
  return [publishBox(input), ...fields, ...terms, ...featured, ...place, ...author, ...commentsBox(input)];
}

/** The boxes below the text: excerpt, address, and the type's own fields. */
export async function mainBoxes(input: BoxInput): Promise<Box[]> {
  const { values } = input;
  const boxes: Box[] = [];
  boxes.push(...(await fieldBoxes(input, 'main')));
  if (has(input, 'excerpt')) {
    const field: FieldDefinition = {
      kind: 'textarea',
      label: 'Excerpt',
      help: 'What lists and search engines show. Made of the text when empty.',
    };
    boxes.push({
      id: 'excerpt',
      title: 'Excerpt',
      isOpen: values.excerpt !== '',
      controls: [one(input, 'excerpt', field, values.excerpt)],
    });
  }
  const slug: FieldDefinition = {
    kind: 'text',
    label: 'Last part of the address',
    help: 'Made of the title when empty. The old address keeps leading here.',
    maxLength: 400,
  };
  boxes.push({ id: 'address', title: 'Address', isOpen: false, controls: [one(input, 'slug', slug, values.slug)] });
  return boxes;
}
