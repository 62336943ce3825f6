import type { Entry } from './entry.ts';
import { ENDS_TAG } from './schedule.ts';

/** What was published within this time stands on top of its list. */
const FRESH_MS = 60_000;

/** Whether everybody sees it. */
export const isVisible = (entry: Pick<Entry, 'status'> | undefined): boolean =>
  entry !== undefined && (entry.status === 'publish' || entry.status === 'inherit');

/** The tags of everything that shows the entry. */
export function tagsOf(
  entry: Entry,
  previous: Entry | undefined,
  termIds: readonly number[],
  moved: readonly number[],
): string[] {
  const tags = new Set([`entry:${entry.id}`, ...moved.map((id) => `entry:${id}`)]);
  if (isVisible(entry) || isVisible(previous)) {
    tags.add(`type:${entry.type}`);
    for (const id of termIds) tags.add(`term:${id}`);
    for (const authorId of [entry.authorId, previous?.authorId]) if (authorId) tags.add(`author:${authorId}`);
  }
  if (movesOthers(entry, previous)) tags.add('anchors');
  if (entry.unpublishAt !== null || previous?.unpublishAt) tags.add(ENDS_TAG);
  return [...tags];
}

/** Whether both hold the same ids. */
export const isSame = (some: readonly number[], others: readonly number[]): boolean =>
  some.length === others.length && some.every((id) => others.includes(id));

/** Whether older entries changed their place in the lists, counted from the oldest: anything but adding on top. */
function movesOthers(entry: Entry, previous: Entry | undefined): boolean {
  const isNewest = (entry.publishedAt ?? 0) > Date.now() - FRESH_MS;
  if (!isVisible(previous)) return isVisible(entry) && !isNewest;
  return !isVisible(entry) || entry.publishedAt !== previous?.publishedAt || entry.authorId !== previous?.authorId;
}
