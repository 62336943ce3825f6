import { type ContentType, plainText, type Reply, type ScreenContext } from 'galley';
import type { EntryLoss } from './hooks.ts';
import { typeWords } from './type-words.ts';
import { titleOf } from './words.ts';

/** What takes entries from visitors without a question of its own. */
const ACTS: Readonly<Record<string, { submit: string; one: string; several: string }>> = {
  trash: {
    submit: 'Move to the trash',
    one: 'Move “{title}” to the trash?',
    several: 'Move {count} {things} to the trash?',
  },
  draft: { submit: 'Make a draft', one: 'Make a draft of “{title}”?', several: 'Make drafts of {count} {things}?' },
};

/** What others lose when these entries go, as plugins know it. */
export function lossesOf(page: ScreenContext, type: ContentType, ids: readonly number[]): Promise<EntryLoss[]> {
  return ids.length === 0 ? Promise.resolve([]) : page.site.hooks.collect('entries:leaving', { page, type, ids });
}

/** Asks before entries are taken from visitors, where others lose something by it; undefined where nothing is to be asked. */
export async function askOfLosses(
  page: ScreenContext,
  type: ContentType,
  { what, ids, back }: { what: string; ids: readonly number[]; back: string },
): Promise<Reply | undefined> {
  const words = Object.hasOwn(ACTS, what) ? ACTS[what] : undefined;
  if (!words || page.value('_sure') === '1') return undefined;
  const losses = await lossesOf(page, type, ids);
  if (losses.length === 0) return undefined;
  const [entry] = ids.length === 1 ? (await page.site.entries.getMany(ids, page.viewer)).values() : [];
  return page.view('act', {
    title: entry
      ? page.t(words.one, { title: titleOf(entry, plainText) })
      : page.t(words.several, { count: ids.length, things: typeWords(type, page.messages).things }),
    question: losses.map(({ text }) => text).join(' '),
    things: losses.flatMap(({ things }) => things),
    hidden: [
      { name: 'action', value: what },
      { name: 'ids', value: ids.join(',') },
      { name: 'back', value: back },
    ],
    submit: words.submit,
    isDanger: true,
    cancel: back,
  });
}
