import {
  type ContentType,
  childFields,
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
import { asNew, reachEntry, showLost } from './entry-gone.ts';
import { draftOf, type EntryValues, type Press, typedValues } from './entry-values.ts';
import { mergedForm, readMerge, readMine, showMerge } from './merge-screen.ts';
import { listUrl, typeOf } from './types.ts';

const PRESSES: readonly Press[] = ['save', 'draft', 'pending', 'publish'];
/** So much of what was taken out is named. */
const REMOVED_SHOWN = 8;

/** Makes an entry of what was typed. */
export async function createEntry(page: ScreenContext): Promise<Reply> {
  return save(page, typeOf(page), undefined);
}

/** Changes an entry to what was typed, unless somebody else changed it meanwhile. */
export async function updateEntry(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const found = await reachEntry(page);
  if ('entry' in found) return save(page, type, found.entry);
  const { values } = await typedValues(page, type);
  return showLost(page, type, values, found.loss);
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
  const fields = childFields(page.site, type.fields);
  const errors = { ...errorsOf(fields, mistakes, 'fields'), ...(await dateErrors(page, values)) };
  if (Object.keys(errors).length > 0) {
    // What could be read is looked at too, so that all is said at once.
    const further = isChecked(entry, press)
      ? type.validateFields(storedParts(type, { ...entry?.fields, ...values.fields }))
      : [];
    return again({ errors: { ...errorsOf(fields, further, 'fields'), ...errors }, status: 422 });
  }
  if (entry?.status === 'trash') return saveThrown(page, type, { entry, values, press: pressed });
  return store(page, type, { entry, values, press: pressed || press });
}

/** Whether the store will ask for what has to be filled in: drafts may be unfinished. */
const isChecked = (entry: Entry | undefined, press: string): boolean =>
  press !== 'draft' && (press !== 'save' || entry?.status !== 'draft');

/** What the entry itself holds: children are entries of their own. */
function storedParts({ fields }: ContentType, values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => Object.hasOwn(fields, name) && fields[name]?.kind !== 'children'),
  );
}

/** What was sent of an entry that somebody threw away meanwhile is saved the way one chooses, and not into the trash. */
async function saveThrown(
  page: ScreenContext,
  type: ContentType,
  { entry, values, press }: { entry: Entry; values: EntryValues; press: string },
): Promise<Reply> {
  if (press === 'new') return store(page, type, { entry: undefined, values: asNew(values), press: 'draft' });
  if (press !== 'restore') return showForm(page, type, entry, { values, isChanged: true, status: 409 });
  const restored = await page.site.entries.restore(entry.id, { viewer: page.viewer });
  // Where it was only thrown away nothing is overwritten unseen; whatever else was saved is compared first.
  const version = entry.version === values.version + 1 ? restored.version : values.version;
  return store(page, type, { entry: restored, values: { ...values, version }, press: 'save' });
}

/** Saves these values. A conflict leads to the merge screen, what is refused back to the form. */
async function store(
  page: ScreenContext,
  type: ContentType,
  { entry, values, press: pressed }: { entry: Entry | undefined; values: EntryValues; press: string },
): Promise<Reply> {
  const press = PRESSES.find((name) => name === pressed) ?? (entry ? 'save' : 'draft');
  try {
    const typed = await draftOf(page, type, { values, entry, press });
    const sent = { page, type, entry, press: pressed };
    const draft = await page.site.hooks.applyFilters('entry-form:sent', typed, sent);
    const taken = await page.site.hooks.first('entry-form:taking', { ...sent, draft });
    if (taken) return taken;
    const version = entry ? values.version : undefined;
    const saved = await page.site.entries.save(draft, { viewer: page.viewer, version });
    await page.site.hooks.doAction('entry-form:saved', { ...sent, saved });
    const notice = await savedNotice(page, saved, values);
    const told = await page.site.hooks.applyFilters('entry-form:told', notice, { ...sent, saved });
    return page.redirect(`${listUrl(type)}/${saved.id}`, told);
  } catch (error) {
    if (isGalleyError(error, 'GALLEY_ENTRY_CONFLICT') && entry)
      return entry.status === 'trash'
        ? showForm(page, type, entry, { values, isChanged: true, status: 409 })
        : showMerge(page, { type, entry, mine: values, press: pressed });
    if (!isGalleyError(error) || error.status >= 500) throw error;
    return showForm(page, type, entry, { values, isChanged: true, ...complaint(page, type, error) });
  }
}

/** Takes what was decided on the merge screen: saved, looked over first, or kept as a draft of its own. */
export async function mergeEntry(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const found = await reachEntry(page);
  if ('loss' in found) return showLost(page, type, readMine(page), found.loss);
  const { entry } = found;
  const merged = await readMerge(page, type, entry);
  const { conflict, values, press, open } = merged;
  if (press === 'new') return store(page, type, { entry: undefined, values: conflict.mine, press: 'draft' });
  if (press === 'edit') return showForm(page, type, entry, mergedForm(merged));
  if (open > 0) {
    const problem = page.t(
      '{count} choices are still to be made.',
      { count: open },
      { one: 'One choice is still to be made.' },
    );
    return showMerge(page, { ...conflict, problem });
  }
  return store(page, type, { entry, values, press });
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
  const all = mistakesOf(error);
  const end = all.find(({ field }) => field === 'unpublishAt');
  if (end) return { errors: { until: end.message }, status: 422 };
  const mistakes = all.filter(({ field }) => Object.hasOwn(type.fields, field.split('.')[0] ?? ''));
  const status = error.code === 'GALLEY_PERMISSION_DENIED' ? 403 : 422;
  if (mistakes.length === 0) return { problem: error.message, status };
  return { errors: errorsOf(childFields(site, type.fields), mistakes, 'fields'), status };
}

/** What became of the entry, in words, and what was taken out of its text. */
async function savedNotice(page: ScreenContext, entry: Entry, values: EntryValues): Promise<Notice> {
  const type = page.site.types.need(entry.type);
  const preview = `${listUrl(type)}/${entry.id}/preview`;
  const removed = removedFrom(page, entry, values);
  const said = [await savedWords(page, entry), ...(removed ? [removed] : [])].join(' ');
  const notice: Notice = { kind: removed ? 'warning' : 'success', text: said };
  if (entry.status === 'draft') return { ...notice, link: { label: 'Preview', url: preview } };
  if (entry.status !== 'publish' || !type.public) return notice;
  return { ...notice, link: { label: 'Look at it', url: preview } };
}

async function savedWords(page: ScreenContext, entry: Entry): Promise<string> {
  const zone = await page.site.options.get<string>('timezone');
  const say = (time: number): string => formatDate(time, { zone, language: page.language, format: 'j F Y, H:i' });
  const end = entry.unpublishAt === null ? '' : say(entry.unpublishAt);
  switch (entry.status) {
    case 'publish':
      return end === ''
        ? page.t('Saved. Visitors see it now.')
        : page.t('Saved. Visitors see it now, until {end}.', { end });
    case 'future': {
      const when = say(entry.publishedAt ?? 0);
      return end === ''
        ? page.t('Scheduled: visitors see it on {when}.', { when })
        : page.t('Scheduled: visitors see it from {when} until {end}.', { when, end });
    }
    case 'pending':
      return page.t('Handed in. An editor publishes it.');
    case 'private':
      return page.t('Saved. Only editors and its author see it.');
    default:
      return page.t('Draft saved. Visitors do not see it.');
  }
}

/** What the author may not write, as it stood in the text; empty where all of it stayed. */
function removedFrom(page: ScreenContext, entry: Entry, { content }: EntryValues): string {
  if (entry.content.replace(/\r\n?/g, '\n') === content) return '';
  const { removed } = page.site.blocks.sanitize(content, { unfiltered: page.viewer.can('unfiltered_html') });
  if (removed.length === 0) return '';
  const what = [...new Set(removed.map(markupOf))].slice(0, REMOVED_SHOWN).join(', ');
  return page.t('Taken out, because your role may not use it: {what}.', { what });
}

/** `the attribute onclick of <a>` as markup, which needs no translation: `<a onclick>`. */
function markupOf(what: string): string {
  const [, attribute = '', tag = ''] = /^the (?:attribute|style property) (.+) of <([^>]+)>$/s.exec(what) ?? [];
  return tag === '' ? what.replace(/^the block attribute /, '') : `<${tag} ${attribute}>`;
}
