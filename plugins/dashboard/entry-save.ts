import {
  type ContentType,
  childFields,
  diffLines,
  type Entry,
  errorsOf,
  formatDate,
  type GalleyError,
  isGalleyError,
  mistakesOf,
  type Notice,
  type Reply,
  readAsk,
  readLocalTime,
  type ScreenContext,
} from 'galley';
import { type FormShown, showForm } from './entry-form.ts';
import { draftOf, type EntryValues, type Press, storedValues, typedValues } from './entry-values.ts';
import { entryOf, listUrl, typeOf } from './types.ts';

const PRESSES: readonly Press[] = ['save', 'draft', 'pending', 'publish'];

/** Makes an entry of what was typed. */
export async function createEntry(page: ScreenContext): Promise<Reply> {
  return save(page, typeOf(page), undefined);
}

/** Changes an entry to what was typed, unless somebody else changed it meanwhile. */
export async function updateEntry(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  return save(page, type, await entryOf(page));
}

async function save(page: ScreenContext, type: ContentType, entry: Entry | undefined): Promise<Reply> {
  const { values, mistakes } = await typedValues(page, type);
  const again = (more: Partial<FormShown>): Promise<Reply> =>
    showForm(page, type, entry, { values, isChanged: true, ...more });
  const { isOnlyAsking, searches, spareRows } = readAsk(page.values);
  if (isOnlyAsking) return again({ searches, spareRows });
  const pressed = page.value('press');
  const press = PRESSES.find((name) => name === pressed) ?? (entry ? 'save' : 'draft');
  if (pressed === 'edit') return again({});
  const errors = {
    ...errorsOf(childFields(page.site, type.fields), mistakes, 'fields'),
    ...(await dateErrors(page, values)),
  };
  if (Object.keys(errors).length > 0) return again({ errors, status: 422 });
  try {
    const typed = await draftOf(page, type, { values, entry, press });
    const sent = { page, type, entry, press: pressed || press };
    const draft = await page.site.hooks.applyFilters('entry-form:sent', typed, sent);
    const taken = await page.site.hooks.first('entry-form:taking', { ...sent, draft });
    if (taken) return taken;
    const version = entry ? values.version : undefined;
    const saved = await page.site.entries.save(draft, { viewer: page.viewer, version });
    await page.site.hooks.doAction('entry-form:saved', { ...sent, saved });
    return page.redirect(`${listUrl(type)}/${saved.id}`, await savedNotice(page, saved, values));
  } catch (error) {
    if (isGalleyError(error, 'GALLEY_ENTRY_CONFLICT') && entry) return showConflict(page, type, { entry, values });
    if (!isGalleyError(error) || error.status >= 500) throw error;
    return again(complaint(page, type, error));
  }
}

async function dateErrors({ site }: ScreenContext, values: EntryValues): Promise<Record<string, string>> {
  const zone = await site.options.get<string>('timezone');
  const errors: Record<string, string> = {};
  if (values.date !== '' && readLocalTime(values.date, zone) === undefined) errors['date'] = 'Write a date and a time.';
  if (values.until !== '' && readLocalTime(values.until, zone) === undefined)
    errors['until'] = 'Write a date and a time.';
  if (values.visibility === 'password' && values.password === '')
    errors['password'] = 'Choose a password, or let everybody read it.';
  return errors;
}

/** What was refused, at its control where it has one. */
function complaint({ site }: ScreenContext, type: ContentType, error: GalleyError): Partial<FormShown> {
  const mistakes = mistakesOf(error).filter(({ field }) => Object.hasOwn(type.fields, field.split('.')[0] ?? ''));
  const status = error.code === 'GALLEY_PERMISSION_DENIED' ? 403 : 422;
  if (mistakes.length === 0) return { problem: error.message, status };
  return { errors: errorsOf(childFields(site, type.fields), mistakes, 'fields'), status };
}

async function savedNotice({ site }: ScreenContext, entry: Entry, values: EntryValues): Promise<Notice> {
  const type = site.types.need(entry.type);
  const preview = `${listUrl(type)}/${entry.id}/preview`;
  const wasCleaned = entry.content.replace(/\r\n?/g, '\n') !== values.content;
  const cleaned = wasCleaned ? ' Some HTML was taken out: your role may not use it.' : '';
  const kind = wasCleaned ? 'warning' : 'success';
  if (entry.status === 'publish') {
    const text = `Saved. Visitors see it now.${cleaned}`;
    return type.public ? { kind, text, link: { label: 'Look at it', url: preview } } : { kind, text };
  }
  if (entry.status === 'future') {
    const [zone, language] = await Promise.all([
      site.options.get<string>('timezone'),
      site.options.get<string>('language'),
    ]);
    const when = formatDate(entry.publishedAt ?? 0, { zone, language, format: 'j F Y, H:i' });
    return { kind, text: `Scheduled: visitors see it on ${when}.${cleaned}` };
  }
  if (entry.status === 'pending') return { kind, text: `Handed in. An editor publishes it.${cleaned}` };
  if (entry.status === 'private') return { kind, text: `Saved. Only editors and its author see it.${cleaned}` };
  return { kind, text: `Draft saved. Visitors do not see it.${cleaned}`, link: { label: 'Preview', url: preview } };
}

const COMPARED: [keyof EntryValues & ('title' | 'content' | 'excerpt' | 'slug'), string][] = [
  ['title', 'Title'],
  ['content', 'Text'],
  ['excerpt', 'Excerpt'],
  ['slug', 'Address'],
];

/** Somebody else saved meanwhile: both texts side by side, and nothing is lost whatever one chooses. */
async function showConflict(
  page: ScreenContext,
  type: ContentType,
  { entry, values }: { entry: Entry; values: EntryValues },
): Promise<Reply> {
  const current = await page.site.entries.need(entry.id, page.viewer);
  const theirs = await storedValues(page, type, current);
  const [last] = type.supports.includes('revisions') ? await page.site.entries.revisions(entry.id, page.viewer) : [];
  const author = last?.authorId ? await page.site.users.find(last.authorId) : undefined;
  const differences = COMPARED.filter(([name]) => theirs[name] !== values[name]).map(([name, label]) => ({
    label,
    lines: diffLines(theirs[name], values[name]),
  }));
  const kept = [...page.values]
    .filter(([name]) => name !== 'version' && name !== 'press' && name !== '_find' && name !== '_add')
    .flatMap(([name, list]) => list.map((value) => ({ name, value })));
  const data = {
    title: 'Somebody else was faster',
    breadcrumbs: [
      { label: type.title, url: listUrl(type) },
      { label: `Edit ${type.singular.toLowerCase()}`, url: `${listUrl(type)}/${entry.id}` },
    ],
    who: author?.name ?? 'Somebody',
    when: current.modifiedAt,
    differences,
    kept,
    version: current.version,
    press: page.value('press') || 'save',
    own: values.content,
    formUrl: `${listUrl(type)}/${entry.id}`,
    newUrl: `${listUrl(type)}/new`,
  };
  return page.view('dashboard/conflict', data, { status: 409 });
}
