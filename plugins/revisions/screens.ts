import {
  type Context,
  GalleyError,
  isGalleyError,
  type Reply,
  type Revision,
  type RevisionPart,
  restoreBlock,
  type ScreenContext,
} from 'galley';
import { changesOf, differences } from './compare.ts';
import { crumbsOf, type Shown, shownEntry } from './entry.ts';

const PARTS = /^(title|content|excerpt|fields|terms|featured|fields\.[A-Za-z_][\w]{0,63})$/;
const BLOCK = /^block\.(\d{1,6})$/;

/** Who saved each of the versions. */
async function namesOf({ site }: ScreenContext, revisions: readonly Revision[]): Promise<Map<number, string>> {
  const users = await site.users.findByIds(revisions.flatMap(({ authorId }) => authorId ?? []));
  return new Map(users.map((user) => [user.id, user.name]));
}

/** All saved states of an entry, and a form that compares any two. */
export async function showRevisions(page: ScreenContext): Promise<Reply> {
  const shown = await shownEntry(page);
  const revisions = await page.site.entries.revisions(shown.entry.id, page.viewer);
  const names = await namesOf(page, revisions);
  const items = revisions.map((revision, index) => ({
    id: revision.id,
    title: index === 0 ? page.t('As it is now') : page.t('Version {version}', { version: revision.version }),
    url: `${shown.url}/revisions/${revision.id}`,
    who: names.get(revision.authorId ?? 0) ?? page.t('Somebody'),
    changes: changesOf(page, revisions[index + 1], revision),
    time: revision.createdAt,
    isOlder: index === 1,
    isNewer: index === 0,
  }));
  return page.view('revisions/list', {
    title: page.t('Earlier versions'),
    breadcrumbs: crumbsOf(shown),
    stylesheets: [await page.site.assets.url('revisions', 'revisions.css')],
    items,
    compareUrl: `${shown.url}/revisions/compare`,
    canCompare: items.length > 1,
  });
}

/** Sends to the comparison of the two versions that were chosen. */
export async function chooseRevisions(page: ScreenContext): Promise<Reply> {
  const { url } = await shownEntry(page);
  const chosen = [Number(page.text('older')) || 0, Number(page.text('newer')) || 0].sort((a, b) => a - b);
  if (chosen[0] === 0 || chosen[0] === chosen[1])
    return page.redirect(`${url}/revisions`, { kind: 'warning', text: page.t('Choose two versions that differ.') });
  return page.redirect(`${url}/revisions/${chosen[0]}?with=${chosen[1]}`);
}

/** One saved state beside what is there now, or beside another one. */
export async function showRevision(page: ScreenContext): Promise<Reply> {
  const shown = await shownEntry(page);
  const { site, viewer } = page;
  const revisions = await site.entries.revisions(shown.entry.id, viewer);
  const [one, now] = [await site.entries.revision(shown.entry.id, page.id('revision'), viewer), revisions[0]];
  const withId = Number(page.text('with')) || 0;
  const other = withId > 0 ? await site.entries.revision(shown.entry.id, withId, viewer) : now;
  if (!other) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', 'There is no version to compare with.');
  const isWithNow = other.id === now?.id;
  const names = await namesOf(page, [one, other]);
  const side = (revision: Revision) => ({
    label:
      revision.id === now?.id ? page.t('As it is now') : page.t('Version {version}', { version: revision.version }),
    who: names.get(revision.authorId ?? 0) ?? page.t('Somebody'),
    time: revision.createdAt,
    pageUrl: shown.type.public ? `${shown.url}/revisions/${revision.id}/page` : '',
  });
  const place = revisions.findIndex(({ id }) => id === one.id);
  const step = (revision: Revision | undefined, label: string) =>
    revision && { label, url: `${shown.url}/revisions/${revision.id}` };
  const reply = await page.view('revisions/revision', {
    title: page.t('Version {version}', { version: one.version }),
    breadcrumbs: [...crumbsOf(shown), { label: page.t('Earlier versions'), url: `${shown.url}/revisions` }],
    stylesheets: [await site.assets.url('revisions', 'revisions.css')],
    older: side(one),
    newer: side(other),
    differences: await differences(page, shown.type, [one, other]),
    steps: [
      step(revisions[place + 1], page.t('One version back')),
      place > 1 ? step(revisions[place - 1], page.t('One version on')) : undefined,
    ].filter(Boolean),
    isWithNow,
    isNow: one.id === now?.id,
    rowAction: isWithNow ? page.t('Bring this block back') : '',
    rowRemoval: page.t('Take this block out'),
    restoreUrl: `${shown.url}/revisions/${one.id}`,
    version: shown.entry.version,
  });
  // Both versions stand there as pages of the theme.
  return reply.header('content-security-policy', `${site.csp.header('admin')}; frame-src 'self'`);
}

/** Brings a saved state back, or one part of it, as a new version; the present one stays among the earlier ones. */
export async function restoreRevision(page: ScreenContext): Promise<Reply> {
  const shown = await shownEntry(page);
  const version = Number(page.value('version')) || undefined;
  if (version === undefined)
    throw new GalleyError('GALLEY_INPUT_INVALID', 'The form is incomplete. Load the page again.');
  try {
    await restore(page, shown, version);
  } catch (error) {
    if (!isGalleyError(error, 'GALLEY_ENTRY_CONFLICT')) throw error;
    return page.redirect(`${shown.url}/revisions/${page.id('revision')}`, {
      kind: 'warning',
      text: page.t('Not brought back: somebody saved a newer version meanwhile. This is how it compares with that.'),
    });
  }
  return page.redirect(shown.url, {
    kind: 'success',
    text: page.t('It is back. What was there before is kept among the earlier versions.'),
  });
}

async function restore(page: ScreenContext, { entry }: Shown, version: number): Promise<void> {
  const { site, viewer } = page;
  const part = page.value('part');
  const block = BLOCK.exec(part)?.[1];
  if (block !== undefined) {
    const revision = await site.entries.revision(entry.id, page.id('revision'), viewer);
    const content = restoreBlock(revision.content, entry.content, Number(block));
    await site.entries.save({ id: entry.id, content }, { viewer, version });
    return;
  }
  if (part !== '' && !PARTS.test(part)) throw new GalleyError('GALLEY_INPUT_INVALID', 'There is no such part.');
  const parts = part === '' ? undefined : [part as RevisionPart];
  await site.entries.restoreRevision(entry.id, page.id('revision'), { viewer, version, parts });
}

/** The page of the theme as it was in a version. For those who may edit the entry, and kept nowhere. */
export async function showRevisionPage(context: Context): Promise<Reply> {
  const { site, viewer, params } = context;
  const entry = await site.entries.need(Number(params['id']), viewer);
  const type = site.types.get(entry.type);
  const front = site.services.find('front');
  if (!type?.public || !front || entry.type !== params['type'])
    throw new GalleyError('GALLEY_ENTRY_UNKNOWN', 'There is no such page.');
  const { title, content, excerpt, fields, state } = await site.entries.revision(
    entry.id,
    Number(params['revision']),
    viewer,
  );
  const featuredId = state ? state.featuredId : entry.featuredId;
  const reply = await front.showEntry(context, { ...entry, title, content, excerpt, fields, featuredId });
  return reply.header('x-robots-tag', 'noindex').header('cache-control', 'private, no-store');
}
