import type { Site } from '../kernel/site.ts';
import {
  type EntryDraft,
  mergeDraft,
  type SaveOptions,
  settleFormerStatus,
  settleStatus,
  withoutStamps,
} from './draft.ts';
import type { Entry } from './entry.ts';
import { withOwnFields } from './entry-parts.ts';
import { checkRights, needType } from './entry-rights.ts';
import { askedFields, refuseMistakes, withDefaults } from './fields.ts';
import { sanitizeEntry } from './sanitize-entry.ts';
import { checkEndRights, settleEnd } from './schedule.ts';
import type { ContentType } from './types.ts';
import { v7 as uuidv7 } from './uuid.ts';

/** An entry that may be written as it is, but for its address and version. */
export interface PreparedEntry {
  /** The draft as the filters left it. */
  draft: EntryDraft;
  entry: Omit<Entry, 'id'>;
  type: ContentType;
  /** What the sanitiser took out, in words. */
  removed: string[];
}

/**
 * All that comes before an entry is written: filters, rights, validation, sanitising.
 * @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID | GALLEY_TYPE_UNKNOWN
 */
export async function prepareEntry(
  site: Site,
  given: EntryDraft,
  previous: Entry | undefined,
  options: SaveOptions,
): Promise<PreparedEntry> {
  const { viewer, isImport = false } = options;
  const now = Date.now();
  const filtered = await site.hooks.applyFilters('entry:saving', given, { previous, viewer, isImport });
  const draft = withOwnFields(site, isImport ? filtered : withoutStamps(filtered), previous, viewer);
  const authorId = previous || draft.authorId !== undefined ? draft.authorId : viewer.id;
  const entry = mergeDraft({ ...draft, authorId }, previous, now, draft.uuid ?? uuidv7());
  const type = needType(site, entry.type);
  if (!isImport) entry.modifiedAt = now;
  settleStatus(entry, now);
  settleEnd(entry, previous, { now, isImport });
  settleFormerStatus(entry, previous);
  checkRights(site, entry, previous, viewer);
  checkEndRights(site, entry, previous, viewer);
  entry.fields = withDefaults(type.fields, entry.fields);
  if (entry.status !== 'draft' && entry.status !== 'auto-draft' && !isImport)
    refuseMistakes(
      `The ${type.singular.toLowerCase()}`,
      type.validateFields(askedFields(type.fields, entry.fields, draft.fields)),
    );
  return { draft, entry, type, removed: sanitizeEntry(entry, previous, options.htmlBy ?? viewer) };
}
