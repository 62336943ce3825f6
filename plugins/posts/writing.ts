import type { EntryDraft, Site } from 'galley';

const SHOWN = ['publish', 'future', 'private'];
const CATEGORY = 'category';
const FORMATS = ['standard', 'aside', 'gallery', 'link', 'image', 'quote', 'status', 'video', 'audio', 'chat'];

/** The settings of writing, and what they do to what is saved. */
export function defineWriting(site: Site): void {
  site.options.define('default_category', {
    default: 0,
    schema: { type: 'integer', minimum: 0 },
    label: 'Category of posts without one',
  });
  site.options.define('default_post_format', {
    default: 'standard',
    schema: { enum: FORMATS },
    label: 'Format of new posts',
  });
  site.hooks.addFilter('entry:saving', async (draft, { previous, isImport }) => {
    const type = site.types.get(previous?.type ?? draft.type ?? 'post');
    const isShown = SHOWN.includes(draft.status ?? previous?.status ?? 'draft');
    if (isImport || !isShown || !type?.taxonomies.includes(CATEGORY)) return draft;
    const id = await site.options.get<number>('default_category');
    if (id === 0 || (await hasCategory(site, draft, previous?.id))) return draft;
    // It may have been deleted since it was chosen.
    if ((await site.terms.get(id))?.taxonomy !== CATEGORY) return draft;
    return { ...draft, terms: { ...draft.terms, [CATEGORY]: [id] } };
  });
}

async function hasCategory(site: Site, draft: EntryDraft, id: number | undefined): Promise<boolean> {
  const given = draft.terms?.[CATEGORY];
  if (given) return given.some((item) => item !== '');
  if (id === undefined) return false;
  const terms = (await site.terms.ofEntries([id])).get(id) ?? [];
  return terms.some(({ taxonomy }) => taxonomy === CATEGORY);
}
