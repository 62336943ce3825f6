import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError, isGalleyError } from '../lib/errors.ts';
import type { Entry } from './entry.ts';
import { demand, mayDoWith } from './entry-rights.ts';
import { whereAny } from './visibility.ts';

/** What is emptied when the times change at which entries end. */
export const ENDS_TAG = 'entry-ends';

const AT_ONCE = 100;
const OUT = ['publish', 'private', 'future'];

const isOut = (entry: Pick<Entry, 'status'> | undefined): boolean => entry !== undefined && OUT.includes(entry.status);

/**
 * Brings status and end together: what is published ends later than it begins. One whose end passed while it was out is
 * over, whoever saves it; who publishes one says when it ends now.
 * @throws GALLEY_INPUT_INVALID
 */
export function settleEnd(
  entry: Omit<Entry, 'id'>,
  previous: Entry | undefined,
  { now, isImport }: { now: number; isImport: boolean },
): void {
  const { unpublishAt } = entry;
  if (unpublishAt === null || !isOut(entry) || unpublishAt > Math.max(now, entry.publishedAt ?? 0)) return;
  const isOver = isImport || (isOut(previous) && previous?.unpublishAt === unpublishAt && unpublishAt <= now);
  const message = 'It would be over before visitors see it. Choose a later end, or none.';
  if (!isOver) throw new GalleyError('GALLEY_INPUT_INVALID', message, { details: [{ field: 'unpublishAt', message }] });
  entry.status = entry.unpublishTo;
  entry.unpublishAt = null;
}

/** Nobody brings about later what he may not do now. @throws GALLEY_PERMISSION_DENIED */
export function checkEndRights(
  site: Site,
  entry: Omit<Entry, 'id'>,
  previous: Entry | undefined,
  viewer: Viewer,
): void {
  if (entry.unpublishAt === null || entry.unpublishTo !== 'trash') return;
  if (previous?.unpublishTo === 'trash' && previous.unpublishAt === entry.unpublishAt) return;
  demand(mayDoWith(site, viewer, 'delete', entry), 'You may not move this to the trash, later neither.');
}

/** Publishes what was scheduled for a moment that has come. Returns how many. */
export async function publishScheduled(site: Site, viewer: Viewer): Promise<number> {
  const { items } = await site.entries.find(
    { type: site.types.names(), status: 'future', publishedBefore: Date.now() + 1, limit: AT_ONCE, direction: 'asc' },
    viewer,
  );
  let published = 0;
  for (const { id, version } of items) {
    const change = (): Promise<Entry> => site.entries.save({ id, status: 'publish' }, { viewer, version });
    if (await settle(site, id, change)) published++;
  }
  return published;
}

/** Takes back what visitors were to see until a moment that has come. Returns how many. */
export async function unpublishEnded(site: Site, viewer: Viewer): Promise<number> {
  const rows = (await site.database
    .write('entries')
    .select('id', 'version', 'unpublish_to')
    .where('unpublish_at', '<=', Date.now())
    // Few end; found by their status, all that is published would be read each minute.
    .modify(whereAny, 'status', ['publish', 'private'])
    .orderBy('unpublish_at')
    .limit(AT_ONCE)) as { id: number; version: number; unpublish_to: Entry['unpublishTo'] }[];
  let ended = 0;
  for (const { id, version, unpublish_to: status } of rows) {
    const change = (): Promise<Entry> => site.entries.save({ id, status, unpublishAt: null }, { viewer, version });
    if (await settle(site, id, change)) ended++;
  }
  return ended;
}

/** Runs one change that was due. One that cannot be is logged and holds nobody up. */
async function settle(site: Site, id: number, change: () => Promise<Entry>): Promise<boolean> {
  try {
    await change();
    return true;
  } catch (error) {
    // Another node was faster, or somebody has just changed it: then it is looked at again in a minute.
    if (!isGalleyError(error, 'GALLEY_ENTRY_CONFLICT'))
      site.log.error({ err: error, entry: id }, 'A scheduled change of an entry could not be made');
    return false;
  }
}

interface End {
  id: number;
  type: string;
  at: number;
}

/** The next ends, soonest first. Kept until one changes. */
async function nextEnds(site: Site): Promise<End[]> {
  return site.cache.remember('entries:ends', { tags: [ENDS_TAG] }, async () => {
    const rows = (await site.database
      .read('entries')
      .select('id', 'type', 'unpublish_at')
      .where('unpublish_at', '>', Date.now())
      .orderBy('unpublish_at')
      .limit(AT_ONCE)) as { id: number; type: string; unpublish_at: number }[];
    return rows.map(({ id, type, unpublish_at: at }) => ({ id, type, at }));
  });
}

/**
 * When the first of the entries ends that a page with these tags may show: until then it may be kept. Of more ends than
 * are kept in mind, the last one bounds every page.
 */
export async function endOfTags(site: Site, tags: readonly string[], since: number): Promise<number | undefined> {
  const ends = await nextEnds(site);
  if (ends.length === 0) return undefined;
  const known = new Set(tags);
  const found = ends.find(({ id, type, at }) => at > since && (known.has(`entry:${id}`) || known.has(`type:${type}`)));
  return found?.at ?? (ends.length === AT_ONCE ? ends.at(-1)?.at : undefined);
}
