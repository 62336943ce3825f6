import { type EntryAction, mayDo } from '../identity/capabilities.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { Entry } from './entry.ts';
import type { ContentType } from './types.ts';

/** The type of that name. @throws GALLEY_TYPE_UNKNOWN */
export function needType(site: Site, name: string): ContentType {
  const type = site.types.get(name);
  if (type) return type;
  throw new GalleyError(
    'GALLEY_TYPE_UNKNOWN',
    `There is no content type "${name}".${didYouMean(name, site.types.names())}`,
  );
}

/** Whether the viewer may do this with the entry. */
export function mayDoWith(
  site: Site,
  viewer: Viewer,
  action: EntryAction,
  entry: Pick<Entry, 'type' | 'status' | 'authorId' | 'formerStatus'>,
): boolean {
  const capability = site.types.get(entry.type)?.capability ?? entry.type;
  return mayDo(viewer, action, {
    authorId: entry.authorId,
    status: entry.status,
    capability,
    formerStatus: entry.formerStatus ?? undefined,
  });
}

/** Refuses what is not allowed. @throws GALLEY_PERMISSION_DENIED */
export function demand(isAllowed: boolean, message: string): void {
  if (!isAllowed) throw new GalleyError('GALLEY_PERMISSION_DENIED', message);
}

/** `inherit` makes public without anybody's leave, so it is for files only, and for those who may upload them. */
function checkInherited(
  entry: Omit<Entry, 'id'>,
  previous: Entry | undefined,
  type: ContentType,
  viewer: Viewer,
): void {
  if (entry.status !== 'inherit' || previous?.status === 'inherit') return;
  if (type.name !== 'attachment')
    throw new GalleyError('GALLEY_INPUT_INVALID', `Only attachments can have the status "inherit", not ${type.title}.`);
  demand(viewer.can('upload_files'), 'You may not upload files.');
}

/** Checks all that a save may not do. @throws GALLEY_PERMISSION_DENIED */
export function checkRights(site: Site, entry: Omit<Entry, 'id'>, previous: Entry | undefined, viewer: Viewer): void {
  const type = needType(site, entry.type);
  const noun = type.singular.toLowerCase();
  if (previous) demand(mayDoWith(site, viewer, 'edit', previous), `You may not edit this ${noun}.`);
  else demand(viewer.can(`edit_${type.capability}s`), `You may not write a ${noun}.`);
  checkInherited(entry, previous, type, viewer);
  if (entry.status === 'trash' && previous && previous.status !== 'trash')
    demand(mayDoWith(site, viewer, 'delete', previous), `You may not move this ${noun} to the trash.`);
  const isPublic = ['publish', 'future', 'private'].includes(entry.status);
  if (isPublic && previous?.status !== entry.status)
    demand(viewer.can(`publish_${type.capability}s`), `You may not publish a ${noun}. Submit it for review.`);
  const isForeign = entry.authorId !== viewer.id && entry.authorId !== previous?.authorId;
  if (isForeign)
    demand(viewer.can(`edit_others_${type.capability}s`), `You may not write a ${noun} in somebody else's name.`);
  if (entry.sticky && !previous?.sticky)
    demand(viewer.can(`edit_others_${type.capability}s`), `You may not keep a ${noun} on top of the list.`);
}
