import {
  actOnSelected,
  type ContentType,
  type Entry,
  GalleyError,
  isGalleyError,
  type ListAction,
  type ListActionResult,
  plainText,
  type Reply,
  type ScreenContext,
} from 'galley';
import { EDIT, editMany } from './bulk-edit.ts';
import { askOfLosses, lossesOf } from './entry-losses.ts';
import { typeWords } from './type-words.ts';
import { backOf, entryOf, listNames, listUrl, typeOf } from './types.ts';
import { titleOf } from './words.ts';

/** What can be done with one entry, or with several at once. */
export type EntryAct = 'trash' | 'restore' | 'publish' | 'draft' | 'delete';

const MAX_AT_ONCE = 100;
const MAX_EDITED = 5000;
/** What is said of one entry by its title, of one, and of several. */
const DONE_TEXTS: Record<EntryAct, readonly [named: string, one: string, several: string]> = {
  trash: [
    '“{title}” is moved to the trash.',
    '{count} {thing} is moved to the trash.',
    '{count} {things} are moved to the trash.',
  ],
  restore: ['“{title}” is restored.', '{count} {thing} is restored.', '{count} {things} are restored.'],
  publish: [
    '“{title}” is published. Visitors see it now.',
    '{count} {thing} is published. Visitors see it now.',
    '{count} {things} are published. Visitors see it now.',
  ],
  draft: [
    '“{title}” is made a draft. Visitors do not see it any more.',
    '{count} {thing} is made a draft. Visitors do not see it any more.',
    '{count} {things} are made a draft. Visitors do not see it any more.',
  ],
  delete: [
    '“{title}” is deleted for good.',
    '{count} {thing} is deleted for good.',
    '{count} {things} are deleted for good.',
  ],
};
const OPPOSITE: Partial<Record<EntryAct, EntryAct>> = { trash: 'restore', restore: 'trash', publish: 'draft' };

async function act({ site, viewer }: ScreenContext, what: EntryAct, id: number): Promise<void> {
  if (what === 'trash') await site.entries.trash(id, { viewer });
  else if (what === 'restore') await site.entries.restore(id, { viewer });
  else if (what === 'delete') await site.entries.remove(id, { viewer });
  else await site.entries.save({ id, status: what }, { viewer });
}

/** Runs an act on one entry and offers to take it back. */
export function actOnOne(what: Exclude<EntryAct, 'delete'>): (page: ScreenContext) => Promise<Reply> {
  return async (page) => {
    const type = typeOf(page);
    const entry = await page.site.entries.need(page.id(), page.viewer);
    mustBeOf(type, entry);
    const back = backOf(page, listUrl(type));
    const question = await askOfLosses(page, type, { what, ids: [entry.id], back });
    if (question) return question;
    await act(page, what, entry.id);
    const text = page.t(DONE_TEXTS[what][0], { title: titleOf(entry, plainText) });
    // The screen of the entry itself is no place to go back to from the trash.
    const target = back.startsWith(`${listUrl(type)}/${entry.id}`) ? listUrl(type) : back;
    return page.redirect(target, { kind: 'success', text, ...undoOf(type, OPPOSITE[what], [entry.id], target) });
  };
}

function mustBeOf(type: ContentType, entry: Entry): void {
  if (entry.type !== type.name) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no entry ${entry.id}.`);
}

function undoOf(type: ContentType, opposite: string | undefined, ids: readonly number[], back: string) {
  if (!opposite || ids.length === 0) return {};
  return {
    undo: { label: 'Undo', action: `${listUrl(type)}/bulk`, values: { action: opposite, ids: ids.join(','), back } },
  };
}

function idsOf(page: ScreenContext, max: number): number[] {
  const given = (page.values.get('ids') ?? []).flatMap((value) => value.split(','));
  return [...new Set(given.filter((value) => /^\d{1,15}$/.test(value)).map(Number))].slice(0, max);
}

/** Runs an act on all that were selected. What is refused is said, and the others are done. */
export async function actOnMany(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const back = backOf(page, listUrl(type));
  const name = page.value('action');
  const ids = idsOf(page, name === EDIT ? MAX_EDITED : MAX_AT_ONCE);
  if (name === EDIT && ids.length > 0) return editMany(page, type, ids);
  const act = actionOf(page, type, name);
  if (!act) return page.redirect(back, { kind: 'warning', text: page.t('Choose first what is to be done.') });
  if (ids.length === 0)
    return page.redirect(back, {
      kind: 'warning',
      text: page.t('Select {things} first.', { things: typeWords(type, page.messages).things }),
    });
  if (act.isDanger && page.value('_sure') !== '1') return confirmMany(page, type, { ids, back, act });
  const question = await askOfLosses(page, type, { what: name, ids, back });
  if (question) return question;
  return actOnSelected(page, {
    list: listNames(type)[0] ?? type.name,
    url: `${listUrl(type)}/bulk`,
    back,
    acts: [act],
  });
}

/** An act of our own, or one that a plugin adds and this person may do. */
function actionOf(page: ScreenContext, type: ContentType, name: string): ListAction | undefined {
  if (!Object.hasOwn(DONE_TEXTS, name)) return page.site.admin.lists.action(listNames(type), name, page);
  const what = name as EntryAct;
  const undo = OPPOSITE[what];
  return {
    name,
    label: 'Delete',
    capability: `edit_${type.capability}s`,
    isDanger: what === 'delete',
    ...(undo ? { undo } : {}),
    run: (ids) => runAct(page, type, what, ids),
    said: (count) => saidOf(page, type, what, count),
  };
}

function saidOf(page: ScreenContext, type: ContentType, what: EntryAct, count: number): string {
  const [, one, several] = DONE_TEXTS[what];
  return page.t(count === 1 ? one : several, { count, ...typeWords(type, page.messages) });
}

async function runAct(
  page: ScreenContext,
  type: ContentType,
  what: EntryAct,
  ids: readonly number[],
): Promise<ListActionResult> {
  const entries = await page.site.entries.getMany(ids, page.viewer);
  const done: number[] = [];
  let refusal = '';
  for (const entry of entries.values()) {
    if (entry.type !== type.name) continue;
    try {
      await act(page, what, entry.id);
      done.push(entry.id);
    } catch (error) {
      if (!isGalleyError(error) || error.status >= 500) throw error;
      refusal = error.message;
    }
  }
  return { done, refusal };
}

async function confirmMany(
  page: ScreenContext,
  type: ContentType,
  { ids, back, act: { name, label } }: { ids: number[]; back: string; act: ListAction },
): Promise<Reply> {
  const entries = [...(await page.site.entries.getMany(ids, page.viewer)).values()].filter(
    (entry) => entry.type === type.name,
  );
  const words = { count: entries.length, ...typeWords(type, page.messages), act: page.t(label) };
  const losses = name === 'delete' ? await lossesOf(page, type, ids) : [];
  const nouns = page.t('{act} {count} {things}', words, { one: '{act} {count} {thing}' });
  return page.view('act', {
    title: page.t('{question}?', { question: nouns }),
    question: [
      page.t(
        name === 'delete'
          ? 'This cannot be undone. Texts, comments and earlier versions go with them.'
          : 'Are these the right ones?',
      ),
      ...losses.map(({ text }) => text),
    ].join(' '),
    things: entries.slice(0, 20).map((entry) => titleOf(entry, plainText)),
    hidden: [
      { name: 'action', value: name },
      { name: 'ids', value: entries.map(({ id }) => id).join(',') },
      { name: 'back', value: back },
    ],
    submit:
      name === 'delete'
        ? page.t('Delete {count} {things} for good', words, { one: 'Delete {count} {thing} for good' })
        : nouns,
    isDanger: true,
    cancel: back,
  });
}

/** Asks before an entry is deleted for good. */
export async function askToDelete(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const entry = await entryOf(page);
  const revisions = await page.site.entries.revisions(entry.id, page.viewer);
  const losses = await lossesOf(page, type, [entry.id]);
  return page.view('act', {
    title: page.t('Delete “{title}”?', { title: titleOf(entry, plainText) }),
    breadcrumbs: [{ label: type.title, url: `${listUrl(type)}?status=trash` }],
    question: [
      page.t(
        'This cannot be undone. {count} earlier versions go with it.',
        { count: revisions.length },
        { one: 'This cannot be undone. {count} earlier version goes with it.' },
      ),
      ...losses.map(({ text }) => text),
    ].join(' '),
    things: losses.flatMap(({ things }) => things),
    submit: 'Delete for good',
    isDanger: true,
    cancel: `${listUrl(type)}?status=trash`,
  });
}

/** Deletes an entry for good. */
export async function deleteEntry(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const entry = await entryOf(page);
  await act(page, 'delete', entry.id);
  return page.redirect(`${listUrl(type)}?status=trash`, {
    kind: 'success',
    text: page.t(DONE_TEXTS.delete[0], { title: titleOf(entry, plainText) }),
  });
}
