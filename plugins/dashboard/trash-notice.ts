import { type Entry, formatDate, type Notice, plainText, type ScreenContext } from 'galley';
import { titleOf } from './words.ts';

/** What is said above the form of an entry that is in the trash by now. */
export async function trashNotice(page: ScreenContext, entry: Entry): Promise<Notice> {
  const zone = await page.site.options.get<string>('timezone');
  const when = formatDate(entry.modifiedAt, { zone, language: page.language, format: 'j F Y, H:i' });
  const values = { title: titleOf(entry, plainText), when };
  return {
    kind: 'warning',
    text: page.t(
      'Not saved yet: “{title}” was moved to the trash meanwhile ({when}). All that you typed is here.',
      values,
    ),
  };
}
