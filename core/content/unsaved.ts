import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { checkDraft, type EntryDraft, mergeDraft, withoutStamps } from './draft.ts';
import type { Entry } from './entry.ts';
import { demand, mayDoWith, needType } from './entry-rights.ts';
import { withDefaults } from './fields.ts';
import { sanitizeEntry } from './sanitize-entry.ts';

/** The id of an entry that stands in no store. */
const NOWHERE = 0;

/**
 * The entry as a draft would make it, sanitised by the right of the viewer, without saving anything: for previews, and
 * for texts that are kept beside the entry. Status, dates, path and version stay as they are.
 *
 * @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID | GALLEY_ENTRY_UNKNOWN | GALLEY_TYPE_UNKNOWN
 */
export async function unsavedEntry(
  site: Site,
  draft: EntryDraft,
  { viewer, previous }: { viewer: Viewer; previous?: Entry | undefined },
): Promise<Entry> {
  checkDraft(draft);
  const { status: _status, publishedAt: _published, unpublishAt: _ends, slug: _slug, ...shown } = withoutStamps(draft);
  const authorId = previous?.authorId ?? viewer.id;
  const merged = mergeDraft({ ...shown, authorId }, previous, Date.now(), previous?.uuid ?? '');
  const type = needType(site, merged.type);
  const noun = type.singular.toLowerCase();
  if (previous) demand(mayDoWith(site, viewer, 'edit', previous), `You may not edit this ${noun}.`);
  else demand(viewer.can(`edit_${type.capability}s`), `You may not write a ${noun}.`);
  merged.fields = withDefaults(type.fields, merged.fields);
  sanitizeEntry(merged, previous, viewer);
  return { ...merged, id: previous?.id ?? NOWHERE };
}
