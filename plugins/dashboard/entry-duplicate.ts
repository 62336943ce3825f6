import { type EntryDraft, fieldsFor, type Reply, type ScreenContext } from 'galley';
import { entryOf, listUrl, typeOf } from './types.ts';

/** Meta that belongs to one entry and no copy: old addresses, and what WordPress notes for itself. */
const OWN_META = /^_(wp_old_slug|wp_old_date|edit_lock|edit_last)$/;

/** Makes a new draft of an entry, with its text, fields, terms and meta, and an address of its own. */
export async function duplicateEntry(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const entry = await entryOf(page);
  const { site, viewer } = page;
  const [terms, meta] = await Promise.all([site.terms.ofEntries([entry.id]), site.meta.of('entry', [entry.id])]);
  const writable = fieldsFor(type.fields, viewer, 'write');
  const held = terms.get(entry.id) ?? [];
  const { content, excerpt, parentId, order, template, featuredId, commentStatus, locale } = entry;
  const draft: EntryDraft = {
    type: type.name,
    status: 'draft',
    title: page.t('Copy of {title}', { title: entry.title }),
    ...{ content, excerpt, parentId, order, template, featuredId, commentStatus, locale },
    fields: Object.fromEntries(Object.entries(entry.fields).filter(([name]) => Object.hasOwn(writable, name))),
    terms: Object.fromEntries(
      type.taxonomies.map((name) => [name, held.filter(({ taxonomy }) => taxonomy === name).map(({ id }) => id)]),
    ),
    meta: Object.fromEntries(Object.entries(meta.get(entry.id) ?? {}).filter(([key]) => !OWN_META.test(key))),
  };
  const copy = await site.entries.save(draft, { viewer });
  return page.redirect(`${listUrl(type)}/${copy.id}`, {
    kind: 'success',
    text: page.t('This is the copy: a draft with an address of its own.'),
    undo: { label: page.t('Undo'), action: `${listUrl(type)}/${copy.id}/trash` },
  });
}
