import { chooseLanguage, type Site, SYSTEM, type User, type Viewer } from 'galley';
import { checkAddress, type MailAddress, parseAddress, plainLine } from './address.ts';

/** Who gets a mail: somebody of the site by id, or an address. */
export type MailTarget = number | string | MailAddress;

/** Somebody who gets a mail, and in which language. */
export interface Recipient extends MailAddress {
  language: string;
}

/** Where it stands with a person which mails he does without. */
const OFF = 'mail_off';
const LANGUAGE = 'admin_language';
const MAX_PEOPLE = 50;

/** The target of a mail, checked, as it stands in the queue. @throws GALLEY_INPUT_INVALID */
export function checkTarget(to: MailTarget): number | MailAddress {
  if (typeof to === 'number') return to;
  return typeof to === 'string' ? parseAddress(to) : checkAddress(to);
}

/** The language that somebody chose; empty where he chose none. */
export async function languageOf(site: Site, userId: number): Promise<string> {
  return (await site.meta.of('user', [userId], [LANGUAGE])).get(userId)?.[LANGUAGE]?.[0] ?? '';
}

/** Whoever gets a mail; undefined for people who are locked out, have no address, or do without mails of this kind. */
export async function findRecipient(
  site: Site,
  to: number | MailAddress,
  { choice, language = '' }: { choice?: string | undefined; language?: string | undefined } = {},
): Promise<Recipient | undefined> {
  const [{ languages }, ofSite] = await Promise.all([site.admin.views.texts(), site.options.get<string>('language')]);
  const speak = (wish = ''): string => chooseLanguage([language, wish, ofSite], languages) ?? 'en';
  if (typeof to !== 'number') return { ...to, language: speak() };
  const user = await site.users.find(to);
  if (user?.status !== 'active' || user.email === '') return undefined;
  const meta = (await site.meta.of('user', [to], [OFF, LANGUAGE])).get(to) ?? {};
  if (choice !== undefined && meta[OFF]?.includes(choice)) return undefined;
  const address = checkAddress({ name: plainLine(user.name), address: user.email });
  return { ...address, language: speak(meta[LANGUAGE]?.[0]) };
}

/** The kinds of mail that somebody does without. */
export async function choicesOff(site: Site, userId: number): Promise<string[]> {
  return (await site.meta.of('user', [userId], [OFF])).get(userId)?.[OFF] ?? [];
}

/** Keeps which kinds of mail somebody does without. */
export async function setChoicesOff(site: Site, userId: number, off: readonly string[]): Promise<void> {
  await site.meta.set('user', userId, OFF, [...off]);
}

/** Active people who hold a capability, at most fifty; of those, the ones that `may` says. */
export async function peopleWho(
  site: Site,
  capability: string,
  may: (person: Viewer) => boolean = () => true,
): Promise<User[]> {
  const roles = (await site.roles.list()).filter(({ capabilities }) => capabilities.includes(capability));
  const found = new Map<number, User>();
  for (const { name: role } of roles)
    for (const user of await site.users.list({ role, status: 'active', limit: MAX_PEOPLE }, SYSTEM))
      if (found.size < MAX_PEOPLE && may(await site.roles.viewerFor(user))) found.set(user.id, user);
  return [...found.values()];
}
