import {
  type ContentType,
  diffLines,
  type Entry,
  GalleyError,
  plainText,
  type Reply,
  type Revision,
  type ScreenContext,
} from 'galley';
import { entryOf, listUrl, typeOf } from './types.ts';
import { titleOf } from './words.ts';

function crumbs(type: ContentType, entry: Entry) {
  return [
    { label: type.title, url: listUrl(type) },
    { label: titleOf(entry, plainText), url: `${listUrl(type)}/${entry.id}` },
  ];
}

/** All saved states of an entry. */
export async function showRevisions(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const entry = await entryOf(page);
  const revisions = await page.site.entries.revisions(entry.id, page.viewer);
  const users = await page.site.users.findByIds(revisions.flatMap(({ authorId }) => authorId ?? []));
  const names = new Map(users.map((user) => [user.id, user.name]));
  const items = revisions.map((revision, index) => ({
    title: index === 0 ? 'As it is now' : `Version ${revision.version}`,
    url: `${listUrl(type)}/${entry.id}/revisions/${revision.id}`,
    note: `${names.get(revision.authorId ?? 0) ?? 'Somebody'} – ${changes(revisions[index + 1], revision)}`,
    time: revision.createdAt,
  }));
  return page.view('dashboard/revisions', { title: 'Earlier versions', breadcrumbs: crumbs(type, entry), items });
}

/** What changed from one state to the next, in words. */
function changes(before: Revision | undefined, after: Revision): string {
  if (!before) return 'first version';
  const parts = [
    before.title !== after.title && 'title',
    before.content !== after.content && 'text',
    before.excerpt !== after.excerpt && 'excerpt',
    JSON.stringify(before.fields) !== JSON.stringify(after.fields) && 'details',
  ].filter(Boolean);
  return parts.length === 0 ? 'nothing but settings' : parts.join(', ');
}

/** One saved state beside what is there now. */
export async function showRevision(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const entry = await entryOf(page);
  const revision = await page.site.entries.revision(entry.id, page.id('revision'), page.viewer);
  const pairs: [string, string, string][] = [
    ['Title', revision.title, entry.title],
    ['Text', revision.content, entry.content],
    ['Excerpt', revision.excerpt, entry.excerpt],
    ['Details', JSON.stringify(revision.fields, null, 2), JSON.stringify(entry.fields, null, 2)],
  ];
  const differences = pairs
    .filter(([, then, now]) => then !== now)
    .map(([label, then, now]) => ({ label, lines: diffLines(now, then) }));
  const url = `${listUrl(type)}/${entry.id}/revisions`;
  return page.view('dashboard/revision', {
    title: `Version ${revision.version}`,
    breadcrumbs: [...crumbs(type, entry), { label: 'Earlier versions', url }],
    differences,
    when: revision.createdAt,
    restoreUrl: `${url}/${revision.id}`,
    version: entry.version,
  });
}

/** Brings a saved state back as a new version; the present one stays among the earlier ones. */
export async function restoreRevision(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const entry = await entryOf(page);
  const version = Number(page.value('version')) || undefined;
  if (version === undefined)
    throw new GalleyError('GALLEY_INPUT_INVALID', 'The form is incomplete. Load the page again.');
  const { viewer } = page;
  await page.site.entries.restoreRevision(entry.id, page.id('revision'), { viewer, version });
  return page.redirect(`${listUrl(type)}/${entry.id}`, {
    kind: 'success',
    text: 'The earlier version is back. What was there before is kept among the earlier versions.',
  });
}
