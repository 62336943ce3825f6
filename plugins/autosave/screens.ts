import {
  type Comparison,
  type ContentType,
  compareTexts,
  compareWords,
  type Entry,
  fieldsFor,
  type Reply,
  readFields,
  type ScreenContext,
} from 'galley';
import { formUrl, isWriter, nameOf, needEditable, needReadable, type Parts, userIdOf } from './access.ts';
import { restoreUrl } from './api.ts';
import type { Autosave } from './autosave.ts';
import { ago } from './form.ts';

/** The screens: a kept text beside the stored one, discarding it, taking that back, and taking over without scripts. */
export function addScreens(parts: Parts): void {
  const { admin } = parts.site;
  // Who writes nothing keeps nothing: he is refused before it is looked up what there is.
  const allow = ({ viewer }: ScreenContext): boolean => isWriter(parts.site, viewer);
  const shared = { authenticated: true, allow } as const;
  admin.screen({
    path: '/autosaves/:id(int)',
    title: 'Text that was not saved',
    ...shared,
    get: (page) => showKept(parts, page),
  });
  admin.screen({
    path: '/autosaves/:id(int)/discard',
    title: 'Discard',
    ...shared,
    post: (page) => discard(parts, page),
  });
  admin.screen({
    path: '/autosaves/:id(int)/keep',
    title: 'Keep',
    ...shared,
    post: (page) => keep(parts, page),
  });
  admin.screen({
    path: '/edit-locks/:id(int)/take',
    title: 'Take over',
    ...shared,
    post: (page) => take(parts, page),
  });
}

async function showKept(parts: Parts, page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const kept = await needReadable(parts, page.id(), page.viewer);
  const type = site.types.need(kept.type);
  const entry = kept.entryId === null ? undefined : await site.entries.need(kept.entryId, page.viewer);
  const isOwn = kept.userId === page.viewer.id;
  const name = isOwn ? '' : await nameOf(parts, kept.userId);
  return page.view('autosave/kept', {
    title: isOwn ? page.t('Your text that was not saved') : page.t('What {name} had not saved', { name }),
    intro: page.t('From {ago}.', { ago: ago(page, kept.updatedAt) }),
    breadcrumbs: [
      { label: type.title, url: `/admin/content/${type.name}` },
      { label: page.t('Edit'), url: formUrl(kept) },
    ],
    comparisons: await compareKept(page, type, { entry, kept }),
    isStale: entry !== undefined && entry.version > kept.baseVersion,
    restoreUrl: restoreUrl(kept),
    restoreLabel: isOwn ? page.t('Restore it') : page.t('Put it into my form'),
    backUrl: formUrl(kept),
    discardUrl: isOwn ? `/admin/autosaves/${kept.id}/discard` : '',
  });
}

/** What differs between the stored entry and the kept form. */
async function compareKept(
  page: ScreenContext,
  type: ContentType,
  { entry, kept }: { entry: Entry | undefined; kept: Autosave },
): Promise<Comparison[]> {
  const zone = await page.site.options.get<string>('timezone');
  const kind = (name: string): string => (kept.form[name]?.[0] ?? '').replace(/\r\n?/g, '\n').replace(/^\n/, '');
  const found: Comparison[] = [];
  const words = (name: string, label: string, before: string, after: string): void => {
    if (before !== after) found.push({ name, label, ...compareWords(before, after) });
  };
  if (kept.form['title']) words('title', page.t('Title'), entry?.title ?? '', kind('title'));
  const stored = (entry?.content ?? '').replace(/\r\n?/g, '\n');
  if (kept.form['content'] && stored !== kind('content'))
    found.push({ name: 'content', label: page.t('Text'), groups: compareTexts(page, stored, kind('content')) });
  if (kept.form['excerpt']) words('excerpt', page.t('Excerpt'), entry?.excerpt ?? '', kind('excerpt'));
  const { values } = readFields(type.fields, new Map(Object.entries(kept.form)), { prefix: 'fields', zone });
  for (const [name, { label }] of Object.entries(fieldsFor(type.fields, page.viewer, 'read')))
    words(`fields.${name}`, label, shown(entry?.fields[name]), shown(values[name]));
  return found;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}

async function discard(parts: Parts, page: ScreenContext): Promise<Reply> {
  const kept = await needReadable(parts, page.id(), page.viewer);
  await parts.autosaves.move(kept.id, userIdOf(page.viewer), 'open');
  return page.redirect(formUrl(kept), {
    kind: 'success',
    text: page.t('The text is discarded.'),
    undo: { label: page.t('Undo'), action: `/admin/autosaves/${kept.id}/keep` },
  });
}

async function keep(parts: Parts, page: ScreenContext): Promise<Reply> {
  const kept = await needReadable(parts, page.id(), page.viewer);
  await parts.autosaves.move(kept.id, userIdOf(page.viewer), 'discarded');
  return page.redirect(formUrl(kept));
}

/** For who has no scripts: the form that is opened next holds the entry. */
async function take({ site, locks }: Parts, page: ScreenContext): Promise<Reply> {
  const entry = await needEditable(site, page.id(), page.viewer);
  await locks.take({ entryId: entry.id, userId: userIdOf(page.viewer), holder: 'without-script' });
  return page.redirect(`/admin/content/${entry.type}/${entry.id}`, {
    kind: 'success',
    text: page.t('You are editing this now. Whoever was here is told.'),
  });
}
