import {
  type Entry,
  formatDate,
  GalleyError,
  localTime,
  plainText,
  type Reply,
  readLocalTime,
  type ScreenContext,
} from 'galley';
import type { PendingChange } from './change.ts';
import { type Compared, compare, differencesOf } from './change-compare.ts';
import type { PendingChanges } from './changes.ts';
import { indexOf, mayMove, planOf } from './plan.ts';

const BASE = '/admin/workflow/change';

/** The address of the change that waits beside an entry. */
export const changeUrl = (entry: Pick<Entry, 'id'>): string => `${BASE}/${entry.id}`;

async function open(page: ScreenContext, changes: PendingChanges): Promise<{ entry: Entry; change: PendingChange }> {
  const entry = await page.site.entries.need(page.id(), page.viewer);
  const change = await changes.of(entry, page.viewer);
  if (!change) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', 'No change waits beside this.');
  return { entry, change };
}

/** The change beside what readers see now, and what can be done with it. */
export async function showChange(page: ScreenContext, changes: PendingChanges): Promise<Reply> {
  const { entry, change } = await open(page, changes);
  return show(page, changes, { entry, change });
}

async function show(
  page: ScreenContext,
  changes: PendingChanges,
  { entry, change, problem = '' }: { entry: Entry; change: PendingChange; problem?: string },
): Promise<Reply> {
  const { site, viewer } = page;
  const type = site.types.need(entry.type);
  const [zone, language, author, mayPublish, plan] = await Promise.all([
    site.options.get<string>('timezone'),
    site.options.get<string>('language'),
    change.authorId === null ? undefined : site.users.find(change.authorId),
    changes.mayPublish(entry, change, viewer),
    planOf(site, entry.type),
  ]);
  const at = plan ? indexOf(plan, change.stage) : 0;
  const url = changeUrl(entry);
  const isStale = entry.version !== change.baseVersion;
  const title = plainText(entry.title) || page.t('Without a title');
  const form = `/admin/content/${entry.type}/${entry.id}`;
  const data = {
    title: page.t('Pending change: {title}', { title }),
    breadcrumbs: [
      { label: type.title, url: `/admin/content/${type.name}` },
      { label: title, url: form },
    ],
    actions: [
      { label: page.t('Edit the change'), url: `${form}?restore=change`, icon: 'pencil' },
      ...(site.services.names().includes('previews')
        ? [{ label: page.t('Preview'), url: `/admin/preview/${entry.type}/${entry.id}?shows=pending`, icon: 'eye' }]
        : []),
    ],
    stylesheets: [await site.assets.url('workflow', 'workflow.css')],
    url,
    version: change.version,
    who: author?.name ?? page.t('Somebody'),
    when: change.changedAt,
    problem: problem || change.problem,
    isStale,
    theirs: isStale ? compare(page, await baseOf(page, entry, change), entry) : [],
    labels: { base: page.t('When the change was made'), now: page.t('As it is now'), after: page.t('With the change') },
    differences: await differencesOf(page, entry, change.draft),
    steps: (plan?.stages ?? []).map((stage, index) => ({
      title: stage.title,
      isDone: index < at,
      isCurrent: index === at,
    })),
    ways: (plan?.stages ?? []).flatMap((stage, to) =>
      plan && mayMove(viewer, plan, { from: at, to })
        ? [
            {
              id: stage.id,
              isForward: to > at,
              label: page.t(to > at ? 'Move to {stage}' : 'Send back to {stage}', { stage: stage.title }),
            },
          ]
        : [],
    ),
    mayPublish,
    zone,
    at: change.publishAt === null ? '' : localTime(change.publishAt, zone),
    scheduled: change.publishAt === null ? '' : formatDate(change.publishAt, { zone, language, format: 'j F Y, H:i' }),
  };
  return page.view('workflow/change', data, { status: problem ? 409 : 200 });
}

/** The text that the change was made from, where it is still kept. */
async function baseOf({ site, viewer }: ScreenContext, entry: Entry, change: PendingChange): Promise<Compared> {
  const revisions = await site.entries.revisions(entry.id, viewer);
  const base = revisions.find(({ version }) => version <= change.baseVersion) ?? entry;
  return { ...base, type: entry.type };
}

/** What one of the buttons says. */
export async function actOnChange(page: ScreenContext, changes: PendingChanges): Promise<Reply> {
  const { entry, change } = await open(page, changes);
  const { viewer } = page;
  const form = `/admin/content/${entry.type}/${entry.id}`;
  if (Number(page.value('version')) !== change.version)
    return show(page, changes, { entry, change, problem: page.t('Somebody changed it meanwhile. Look at it again.') });
  const what = page.value('do');
  if (what === 'discard') {
    await changes.discard(entry, change, viewer);
    return page.redirect(form, {
      kind: 'success',
      text: page.t('The change is thrown away. Readers see what they saw before.'),
    });
  }
  if (what === 'publish' || what === 'on-top') {
    if (what === 'publish' && entry.version !== change.baseVersion)
      return show(page, changes, {
        entry,
        change,
        problem: page.t(
          'Not published: the entry was saved since this change was made. Below is what was changed there.',
        ),
      });
    await changes.publish(entry, change, { viewer, isOnTop: what === 'on-top' });
    return page.redirect(form, { kind: 'success', text: page.t('The change is out. Visitors see it now.') });
  }
  if (what === 'schedule') return schedule(page, changes, { entry, change });
  if (what.startsWith('stage:')) await changes.move(entry, change, what.slice('stage:'.length), viewer);
  return page.redirect(changeUrl(entry), { kind: 'success', text: page.t('Done.') });
}

async function schedule(
  page: ScreenContext,
  changes: PendingChanges,
  { entry, change }: { entry: Entry; change: PendingChange },
): Promise<Reply> {
  const zone = await page.site.options.get<string>('timezone');
  const typed = page.value('at');
  const at = typed === '' ? null : readLocalTime(typed, zone);
  if (at === undefined || (at !== null && at <= Date.now()))
    return show(page, changes, { entry, change, problem: page.t('Write a date and a time that is still to come.') });
  await changes.schedule(entry, change, at, page.viewer);
  const text =
    at === null
      ? page.t('It does not go out by itself any more.')
      : page.t('The change goes out by itself at that minute.');
  return page.redirect(changeUrl(entry), { kind: 'success', text });
}
