import { type ContentType, type EntryDraft, makeControl, type Site, SYSTEM } from 'galley';
import type { EntryForm, EntryFormContext, EntrySendContext } from './hooks.ts';
import { FORMAT_LABELS } from './settings.ts';

const TAXONOMY = 'post_format';
const FIELD = 'format';
const PREFIX = 'post-format-';

const hasFormats = (type: ContentType): boolean => type.taxonomies.includes(TAXONOMY);

/** The format of an entry beside its text, for types that have one. */
export async function addFormatBox(form: EntryForm, { page, type, entry }: EntryFormContext): Promise<EntryForm> {
  const { site, values } = page;
  if (!hasFormats(type) || !site.taxonomies.has(TAXONOMY)) return form;
  const terms = entry ? ((await site.terms.ofEntries([entry.id])).get(entry.id) ?? []) : [];
  const own = terms.find(({ taxonomy }) => taxonomy === TAXONOMY)?.slug.replace(PREFIX, '');
  const standard = site.options.has('default_post_format') ? await site.options.get<string>('default_post_format') : '';
  const stored = entry ? (own ?? 'standard') : standard || 'standard';
  const field = { kind: 'select' as const, label: 'Format', choices: FORMAT_LABELS, required: true };
  const control = makeControl(field, { name: FIELD, value: values.get(FIELD)?.at(-1) ?? stored, zone: 'UTC' });
  const box = {
    id: FIELD,
    title: 'Format',
    isOpen: stored !== 'standard',
    controls: [{ ...control, required: false }],
  };
  return { ...form, sideBoxes: [...form.sideBoxes, box] };
}

/** What was chosen, as a term of the entry; terms of formats are made when the first entry has them. */
export async function readFormat(draft: EntryDraft, { page, type }: EntrySendContext): Promise<EntryDraft> {
  const chosen = page.values.get(FIELD)?.at(-1);
  if (chosen === undefined || !hasFormats(type) || !Object.hasOwn(FORMAT_LABELS, chosen)) return draft;
  const ids = chosen === 'standard' ? [] : [await formatTerm(page.site, chosen)];
  return { ...draft, terms: { ...draft.terms, [TAXONOMY]: ids } };
}

async function formatTerm(site: Site, format: string): Promise<number> {
  const slug = PREFIX + format;
  const known = await site.terms.bySlug(TAXONOMY, slug);
  return (known ?? (await site.terms.save({ taxonomy: TAXONOMY, name: slug, slug }, { viewer: SYSTEM }))).id;
}
