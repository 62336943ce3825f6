import { randomUUID } from 'node:crypto';
import { type ContentType, type Entry, isGalleyError, type Notice, type ScreenContext, sanitizeContent } from 'galley';
import { nameOf, needReadable, type Parts, userIdOf } from './access.ts';
import { restoreUrl } from './api.ts';
import { type Autosave, type FormContent, subjectOf } from './autosave.ts';

const UUID = /^[0-9a-f-]{36}$/;

/** What the script of the form finds with `data('autosave')`. */
interface FormFacts {
  userId: number;
  entryId: number | null;
  type: string;
  key: string;
  holder: string;
  version: number;
  /** Forms whose text is saved: what the browser kept of them can go. */
  finished: string[];
  /** The form that wrote what the server keeps, if it keeps anything. */
  keptHolder: string;
  /** What is shown was put back from somewhere and is not saved. */
  isRestored: boolean;
  /** The entry was in the trash already when the form was shown: the form says so itself. */
  isThrown: boolean;
  /** Bytes of the form that the server takes. */
  limit: number;
}

/** Puts autosave and lock into the form of entries. */
export function joinForm(parts: Parts): void {
  const { site, autosaves } = parts;
  site.hooks.addFilter('entry-form:building', async (form, { page, type, entry, version }) => {
    const facts = await factsFor(parts, page, { type, entry, version });
    form.data['autosave'] = facts;
    form.scripts.push(await site.assets.url('autosave', 'autosave.js'));
    form.stylesheets.push(await site.assets.url('autosave', 'autosave.css'));
    form.footPanels.push({
      id: 'autosave',
      title: 'Autosave',
      order: 1,
      html: await page.fragment('autosave/foot', { key: facts.key, holder: facts.holder }),
    });
    if (!facts.isRestored) {
      if (page.text('restore') !== '')
        form.notices.push({ kind: 'warning', text: page.t('Nothing is kept under this number any more.') });
      form.notices.push(...(await noticesFor(parts, page, { type, entry })));
    }
    return form;
  });
  site.hooks.addFilter('entry-form:opening', async (content, { page, entry, type }) => {
    const kept = content ? undefined : await restoredFrom(parts, page);
    if (kept?.type !== type.name || kept.entryId !== (entry?.id ?? null)) return content;
    const { viewer } = page;
    return { values: toValues(kept.userId === viewer.id ? kept.form : cleaned(kept.form)), version: kept.baseVersion };
  });
  site.hooks.addAction('entry-form:saved', async ({ page, entry, saved }) => {
    const [key, holder] = [page.value('autosave.key'), page.value('autosave.holder')];
    if (!UUID.test(key) || !UUID.test(holder)) return;
    const subject = subjectOf({ entryId: entry?.id ?? null, key });
    await autosaves.finish({ subject, userId: userIdOf(page.viewer), holder, entry: saved });
  });
}

/** The text of somebody else is cleaned as his own would be: scripts in it do not gain the rights of who restores it. */
function cleaned(form: FormContent): FormContent {
  const clean = (name: string, value: string): string =>
    name === 'content' || name === 'excerpt' ? sanitizeContent(value, { unfiltered: false }).content : value;
  return Object.fromEntries(
    Object.entries(form).map(([name, list]) => [name, list.map((value) => clean(name, value))]),
  );
}

const toValues = (form: FormContent): Map<string, string[]> => new Map(Object.entries(form));

interface Shown {
  type: ContentType;
  entry: Entry | undefined;
}

async function factsFor(
  parts: Parts,
  page: ScreenContext,
  { type, entry, version }: Shown & { version: number },
): Promise<FormFacts> {
  const { site, autosaves } = parts;
  const userId = userIdOf(page.viewer);
  const restored = await restoredFrom(parts, page);
  const posted = page.value('autosave.key');
  const restoredKey = restored?.subject.startsWith('new:') ? restored.subject.slice(4) : '';
  const isPosted = page.context.method === 'POST';
  const postedHolder = isPosted && UUID.test(page.value('autosave.holder')) ? page.value('autosave.holder') : '';
  const set = entry || postedHolder === '' ? undefined : await autosaves.find(`new:${postedHolder}`, userId);
  // What was set free when its entry was deleted goes on under the name of the form that wrote it.
  const key = set ? postedHolder : UUID.test(posted) ? posted : restoredKey || randomUUID();
  const kept = await autosaves.find(subjectOf({ entryId: entry?.id ?? null, key }), userId);
  return {
    userId,
    entryId: entry?.id ?? null,
    type: type.name,
    key,
    // A form that comes back with a mistake is still the same form.
    holder: postedHolder || randomUUID(),
    version,
    finished: entry ? await autosaves.finished(userId, entry.id) : [],
    keptHolder: kept?.state === 'open' ? kept.holder : '',
    isRestored: restored !== undefined || isPosted,
    isThrown: entry?.status === 'trash',
    limit: Math.max(site.config.http.formLimit, site.config.http.textLimit),
  };
}

/** The text that the address asks for; none where it is gone or somebody else's: an old link opens the form all the same. */
async function restoredFrom(parts: Parts, page: ScreenContext): Promise<Autosave | undefined> {
  const id = Number(page.text('restore'));
  if (!Number.isSafeInteger(id) || id < 1) return undefined;
  return needReadable(parts, id, page.viewer).catch((error: unknown) => {
    const isNot = isGalleyError(error, 'GALLEY_ENTRY_UNKNOWN') || isGalleyError(error, 'GALLEY_PERMISSION_DENIED');
    if (!isNot) throw error;
    return undefined;
  });
}

/** What is kept and newer than what is stored, and who else is here. */
async function noticesFor(parts: Parts, page: ScreenContext, { type, entry }: Shown): Promise<Notice[]> {
  const { autosaves, locks } = parts;
  const userId = userIdOf(page.viewer);
  if (!entry) return (await autosaves.begun(userId, type.name)).map((kept) => offer(page, kept));
  const [kept, lock] = await Promise.all([autosaves.find(`entry:${entry.id}`, userId), locks.of(entry.id)]);
  const notices = kept?.state === 'open' ? [offer(page, kept)] : [];
  if (!lock || lock.userId === userId) return notices;
  const name = await nameOf(parts, lock.userId);
  return [
    ...notices,
    {
      kind: 'warning',
      text: page.t('{name} is editing this. Look at it, or take over: what {name} has not saved is kept.', { name }),
      link: { label: page.t('Look at it'), url: `/admin/content/${type.name}/${entry.id}/preview` },
      undo: { label: page.t('Take over'), action: `/admin/edit-locks/${entry.id}/take` },
    },
  ];
}

/** “There is text that was not saved”, with the ways on. */
function offer(page: ScreenContext, kept: Autosave): Notice {
  const title = kept.form['title']?.[0]?.trim();
  const values = { title: title || page.t('without a title'), ago: ago(page, kept.updatedAt) };
  return {
    kind: 'info',
    text:
      kept.entryId === null
        ? page.t('You began “{title}” {ago} and did not save it.', values)
        : page.t('You have text from {ago} that was not saved.', values),
    link: { label: page.t('Restore'), url: restoreUrl(kept) },
    links: [{ label: page.t('Compare'), url: `/admin/autosaves/${kept.id}` }],
    undo: { label: page.t('Discard'), action: `/admin/autosaves/${kept.id}/discard` },
  };
}

const MINUTE = 60_000;

/** How long ago, in words. */
export function ago(page: Pick<ScreenContext, 't'>, at: number, now = Date.now()): string {
  const minutes = Math.round((now - at) / MINUTE);
  if (minutes < 1) return page.t('a moment ago');
  if (minutes < 60) return page.t('{count} minutes ago', { count: minutes }, { one: '{count} minute ago' });
  const hours = Math.round(minutes / 60);
  if (hours < 48) return page.t('{count} hours ago', { count: hours }, { one: '{count} hour ago' });
  return page.t('{count} days ago', { count: Math.round(hours / 24) });
}
