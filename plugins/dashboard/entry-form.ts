import {
  type ContentType,
  type Entry,
  type FormErrors,
  type FormValues,
  loadPermalinks,
  type Notice,
  plainText,
  type Reply,
  type ScreenContext,
  summarize,
} from 'galley';
import { type Box, type BoxInput, mainBoxes, sideBoxes } from './entry-boxes.ts';
import { type EntryValues, newValues, storedValues, typedValues } from './entry-values.ts';
import type { EntryButton, EntryForm } from './hooks.ts';
import { trashNotice } from './trash-notice.ts';
import { editLabel, newLabel } from './type-words.ts';
import { entryOf, listUrl, typeOf } from './types.ts';
import { STATUS_WORDS, titleOf } from './words.ts';

/** What a form shows besides the entry itself. */
export interface FormShown {
  values: EntryValues;
  errors?: FormErrors;
  /** A complaint that belongs to no control. */
  problem?: string;
  searches?: Record<string, string>;
  spareRows?: Record<string, number>;
  notices?: Notice[];
  status?: number;
  /** Whether what is shown differs from what is stored. */
  isChanged?: boolean;
  /** What it was made of, where it was typed or kept elsewhere. */
  typed?: FormValues;
}

/** The form of a new entry. */
export async function showNew(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const shown = await keptValues(page, type, undefined);
  return showForm(page, type, undefined, shown ?? { values: await newValues(page) });
}

/** What a plugin kept of this form and wants to be shown, if any. */
async function keptValues(
  page: ScreenContext,
  type: ContentType,
  entry: Entry | undefined,
): Promise<FormShown | undefined> {
  const kept = await page.site.hooks.applyFilters('entry-form:opening', undefined, { page, type, entry });
  if (!kept) return undefined;
  const filled = page.withValues(kept.values);
  const { values } = await typedValues(filled, type);
  const stored = entry ? await storedValues(page, type, entry) : await newValues(page);
  // Passwords are never kept: the stored one stays.
  const password = kept.values.has('password') ? values.password : stored.password;
  return { values: { ...values, password, version: kept.version }, typed: kept.values, isChanged: true };
}

/** The form of an entry. One in the trash is taken out first. */
export async function showEdit(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const entry = await entryOf(page);
  if (entry.status === 'trash') {
    const undo = { label: 'Restore it', action: `${listUrl(type)}/${entry.id}/restore` };
    return page.redirect(`${listUrl(type)}?status=trash`, {
      kind: 'warning',
      text: page.t('“{title}” is in the trash.', { title: titleOf(entry, plainText) }),
      undo,
    });
  }
  const shown = await keptValues(page, type, entry);
  return showForm(page, type, entry, shown ?? { values: await storedValues(page, type, entry) });
}

/** Shows the form with these values. */
export async function showForm(
  page: ScreenContext,
  type: ContentType,
  entry: Entry | undefined,
  shown: FormShown,
): Promise<Reply> {
  const { site } = page;
  const { values, errors = {}, searches = {}, spareRows = {} } = shown;
  const typed = shown.typed ?? (shown.isChanged ? page.values : undefined);
  const zone = await site.options.get<string>('timezone');
  const input: BoxInput = { page, type, entry, values, errors, searches, spareRows, zone };
  const [main, side, links] = await Promise.all([mainBoxes(input), sideBoxes(input), loadPermalinks(site)]);
  const form = await site.hooks.applyFilters('entry-form:building', emptyForm(page, type, { entry, main, side }), {
    page,
    type,
    entry,
    content: values.content,
    version: values.version,
    ...(typed ? { typed } : {}),
  });
  const open = (box: Box): Box => openWhereWrong(box, errors);
  const [mainShown, sideShown] = [form.mainBoxes.map(open), form.sideBoxes.map(open)];
  const controls = [...mainShown, ...sideShown].flatMap((box) => box.controls);
  const summary = summarize(controls, errors);
  if (shown.problem) summary.unshift({ id: '', label: '', message: shown.problem });
  const isThrown = entry?.status === 'trash';
  const data = {
    title: entry ? editLabel(type, page.messages) : newLabel(type, page.messages),
    breadcrumbs: [{ label: type.title, url: listUrl(type) }],
    notices: [...(shown.notices ?? []), ...(isThrown ? [await trashNotice(page, entry)] : []), ...form.notices],
    stylesheets: form.stylesheets,
    scripts: [...form.scripts, await site.assets.url('dashboard', 'schedule.js')],
    data: Object.entries({ ...form.data, schedule: { zone } }).map(([name, value]) => ({ name, value })),
    type: {
      name: type.name,
      title: type.title,
      supports: Object.fromEntries(type.supports.map((name) => [name, true])),
    },
    entryId: entry?.id,
    formUrl: entry ? `${listUrl(type)}/${entry.id}` : `${listUrl(type)}/new`,
    values,
    summary,
    mainBoxes: mainShown,
    sideBoxes: sideShown,
    abovePanels: inOrder(form.abovePanels),
    sidePanels: inOrder(form.sidePanels),
    footPanels: inOrder(form.footPanels),
    links: form.links,
    state: entry ? STATUS_WORDS[entry.status] : { word: 'Not saved yet', tone: 'muted' },
    modified: entry?.modifiedAt,
    address: entry && type.public && entry.path !== null ? page.context.origin + links.entry(entry) : '',
    previewUrl: entry ? `${listUrl(type)}/${entry.id}/preview` : '',
    trashUrl:
      entry && !isThrown && site.entries.may(page.viewer, 'delete', entry) ? `${listUrl(type)}/${entry.id}/trash` : '',
    duplicateUrl: entry ? `${listUrl(type)}/${entry.id}/duplicate` : '',
    ...savebarOf(form.buttons),
    isChanged: shown.isChanged ?? false,
  };
  return page.view('dashboard/entry', data, { status: shown.status ?? 200, hasFrames: form.hasFrames ?? false });
}

/** The form with what comes from the type itself; plugins add theirs. */
function emptyForm(
  page: ScreenContext,
  type: ContentType,
  { entry, main, side }: { entry: Entry | undefined; main: Box[]; side: Box[] },
): EntryForm {
  return {
    mainBoxes: main,
    sideBoxes: side,
    abovePanels: [],
    sidePanels: [],
    footPanels: [],
    buttons: buttonsFor(page, type, entry),
    links: [],
    stylesheets: [],
    scripts: [],
    data: {},
    notices: [],
  };
}

/** What is pressed most, and what else there is: on a phone several of these stand in a menu. */
function savebarOf(buttons: readonly EntryButton[]): Record<string, unknown> {
  const others = buttons.filter(({ isPrimary }) => !isPrimary);
  return { others, primary: buttons.filter(({ isPrimary }) => isPrimary), hasMore: others.length > 1 };
}

const inOrder = <T extends { order?: number }>(panels: readonly T[]): T[] =>
  [...panels].sort((a, b) => (a.order ?? 10) - (b.order ?? 10));

function openWhereWrong(box: Box, errors: FormErrors): Box {
  const isWrong = Object.keys(errors).some((name) =>
    box.controls.some((control) => name === control.name || name.startsWith(`${control.name}.`)),
  );
  return { ...box, isOpen: box.isOpen || isWrong };
}

/** What can be done with the entry as it is, the most likely last. */
function buttonsFor(page: ScreenContext, type: ContentType, entry: Entry | undefined): EntryButton[] {
  const mayPublish = page.viewer.can(`publish_${type.capability}s`);
  const status = entry?.status ?? 'draft';
  const button = (label: string, press: string, isPrimary = false): EntryButton => ({
    label,
    press,
    isPrimary,
  });
  if (entry && status === 'trash') {
    const mayRestore = page.site.entries.may(page.viewer, 'delete', entry);
    return [
      button(page.t('Save as a new draft'), 'new', !mayRestore),
      ...(mayRestore ? [button(page.t('Restore and save'), 'restore', true)] : []),
    ];
  }
  if (status === 'publish' || status === 'private')
    return [button(page.t('Make it a draft'), 'draft'), button(page.t('Update'), 'save', true)];
  if (status === 'future')
    return [button(page.t('Make it a draft'), 'draft'), button(page.t('Update the schedule'), 'save', true)];
  if (mayPublish)
    return [
      button(status === 'pending' ? page.t('Back to draft') : page.t('Save draft'), 'draft'),
      button(page.t('Publish'), 'publish', true),
    ];
  return [button(page.t('Save draft'), 'draft'), button(page.t('Hand in for review'), 'pending', true)];
}
