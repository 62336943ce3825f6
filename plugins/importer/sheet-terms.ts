import type { Term, TermDraft } from 'galley';
import type { SheetContext, SheetSaved, SheetTarget, SheetValues } from './sheet-target.ts';
import { refuse, textOf } from './sheet-values.ts';

interface TaxonomyFacts {
  title: string;
  capability?: string;
}

/** Rows as terms of a taxonomy. */
export function termTarget(taxonomy: string, { title, capability = 'manage_categories' }: TaxonomyFacts): SheetTarget {
  return {
    name: `terms:${taxonomy}`,
    title,
    capability,
    fields: [
      { name: 'id', label: 'ID', names: ['term_id'], isKey: true },
      { name: 'name', label: 'Name', names: ['title'] },
      { name: 'slug', label: 'Address', isKey: true },
      { name: 'description', label: 'Description' },
      { name: 'parent', label: 'Parent' },
    ],
    async find(field, value, { site }) {
      if (field === 'slug') return (await site.terms.bySlug(taxonomy, value))?.id;
      const term = /^\d{1,15}$/.test(value) ? await site.terms.get(Number(value)) : undefined;
      return term?.taxonomy === taxonomy ? term.id : undefined;
    },
    has: async (id, { site }) => (await site.terms.get(id))?.taxonomy === taxonomy,
    save: (values, id, context) => saveTerm(taxonomy, values, id, context),
  };
}

async function saveTerm(
  taxonomy: string,
  values: SheetValues,
  id: number | undefined,
  context: SheetContext,
): Promise<SheetSaved> {
  const { site, viewer } = context;
  const term = id === undefined ? undefined : await site.terms.get(id);
  const draft: TermDraft = {};
  for (const name of ['name', 'slug'] as const) {
    const text = textOf(values[name]).trim();
    if (text !== '' && text !== term?.[name]) draft[name] = text;
  }
  if (values['description'] !== undefined && textOf(values['description']) !== (term?.description ?? ''))
    draft.description = textOf(values['description']);
  const parentId = await parentOf(taxonomy, values['parent'], term, context);
  if (parentId !== undefined) draft.parentId = parentId;
  if (!term && !draft.name) throw refuse(context.t('It has no name.'));
  if (term && Object.keys(draft).length === 0) return { id: term.id, outcome: 'same', name: term.name };
  const saved = await site.terms.save(term ? { id: term.id, ...draft } : { taxonomy, ...draft }, { viewer });
  if (!term) return { id: saved.id, outcome: 'new', name: saved.name };
  const fields = Object.keys(draft).map((name) => (name === 'parentId' ? 'parent' : name));
  return { id: saved.id, outcome: 'changed', name: saved.name, fields };
}

/** The term above, by id, address or name; undefined where nothing changes. */
async function parentOf(
  taxonomy: string,
  value: unknown,
  term: Term | undefined,
  context: SheetContext,
): Promise<number | null | undefined> {
  const { site } = context;
  if (value === undefined) return undefined;
  const text = textOf(value).trim();
  const current = term?.parentId ?? null;
  if (text === '' || text === '0') return current === null ? undefined : null;
  if (text === String(current)) return undefined;
  const byId = /^\d{1,15}$/.test(text) ? await site.terms.get(Number(text)) : undefined;
  const above =
    (byId?.taxonomy === taxonomy ? byId : undefined) ??
    (await site.terms.bySlug(taxonomy, text)) ??
    (await site.terms.list(taxonomy, { search: text, limit: 20 })).find(({ name }) => name === text);
  if (!above) throw refuse(context.t('There is no “{text}” to stand below.', { text: text.slice(0, 60) }));
  return above.id === current ? undefined : above.id;
}
