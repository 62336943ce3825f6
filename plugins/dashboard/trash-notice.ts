import { type Entry, formatDate, type Notice, plainText, type ScreenContext } from 'galley';
import { titleOf } from './words.ts';

/** What is said above the form of an entry that is in the trash by now. */
export async function trashNotice(page: ScreenContext, entry: Entry): Promise<Notice> {
  const zone = await page.site.options.get<string>('timezone');
  const when = formatDate(entry.modifiedAt, { zone, language: page.language, format: 'j F Y, H:i' });
  const values = { title: titleOf(entry, plainText), when };
  const who = await whoTook(page, entry.id);
  return {
    kind: 'warning',
    text: who
      ? page.t('Not saved yet: {who} moved “{title}” to the trash meanwhile ({when}). All that you typed is here.', {
          ...values,
          who: who.name,
        })
      : page.t(
          'Not saved yet: “{title}” was moved to the trash meanwhile ({when}). All that you typed is here.',
          values,
        ),
  };
}

/** Who moved an entry to the trash or deleted it, and when, where this person may know it. */
export async function whoTook(page: ScreenContext, id: number): Promise<{ name: string; at: number } | undefined> {
  const farewell = (await page.site.entries.farewells([id], page.viewer)).get(id);
  const user = farewell?.authorId && (await page.site.users.find(farewell.authorId));
  return user ? { name: user.name, at: farewell.createdAt } : undefined;
}
