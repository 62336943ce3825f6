import type { Viewer } from '../identity/viewer.ts';
import { sanitizeContent, sanitizeInline } from './blocks/sanitize.ts';
import { summarize } from './blocks/text.ts';
import type { Entry } from './entry.ts';

/** Cleans the text by the right of its author. Returns what was taken out. */
export function sanitizeEntry(entry: Omit<Entry, 'id'>, previous: Entry | undefined, by: Viewer): string[] {
  const unfiltered = by.can('unfiltered_html');
  const removed: string[] = [];
  if (entry.content !== previous?.content) {
    const result = sanitizeContent(entry.content, { unfiltered });
    entry.content = result.content;
    Object.assign(entry, summarize(result.content));
    removed.push(...result.removed);
  }
  if (entry.excerpt !== previous?.excerpt) entry.excerpt = sanitizeContent(entry.excerpt, { unfiltered }).content;
  if (entry.title !== previous?.title) entry.title = sanitizeInline(entry.title.trim());
  return removed;
}
