import type { Context } from '../http/context.ts';
import { readCookies } from '../http/session.ts';
import type { Visit } from '../http/visit.ts';
import type { Site } from '../kernel/site.ts';
import type { Messages } from '../lib/i18n.ts';
import { acceptedLanguages, chooseLanguage, languageName } from '../lib/languages.ts';
import { readPreferences } from './preferences.ts';

/** The language of whoever reads: the person's choice, then the browser's, then the site's, among those there are. */
export async function readerLanguage(context: Context): Promise<string> {
  const { site } = context;
  const [{ language }, { languages }, ofSite] = await Promise.all([
    readPreferences(context),
    site.admin.views.texts(),
    site.options.get<string>('language'),
  ]);
  const wishes = [language, ...acceptedLanguages(context.headers['accept-language']), ofSite];
  return chooseLanguage(wishes, languages) ?? 'en';
}

/** The languages of the admin to choose from, each by the name it has for itself. */
export function languageChoices(
  languages: ReadonlySet<string>,
  chosen: string,
): { code: string; name: string; selected: boolean }[] {
  return [...languages].sort().map((code) => ({ code, name: languageName(code), selected: code === chosen }));
}

/** The texts of the admin in the language of whoever asks, for what is answered to scripts. */
export async function readerMessages(context: Context): Promise<Messages> {
  return (await context.site.admin.views.texts()).for(await readerLanguage(context));
}

/**
 * The texts for an error: in the language of the person, else in one that the request names. A program that names none
 * gets English, whatever the language of the site is. Where something is broken the store is not asked.
 */
export async function errorWords(site: Site, visit: Visit, status: number): Promise<Messages | undefined> {
  const { headers } = visit.raw;
  const viewer = { id: status < 500 ? visit.userId : null };
  const [{ language }, texts] = await Promise.all([
    readPreferences({ site, viewer, cookies: readCookies(headers.cookie) }),
    site.admin.views.texts(),
  ]);
  const ofSite = viewer.id === null ? '' : await site.options.get<string>('language');
  const wishes = [language, ...acceptedLanguages(headers['accept-language']), ofSite];
  const chosen = chooseLanguage(wishes, texts.languages);
  return chosen === undefined ? undefined : texts.for(chosen);
}
