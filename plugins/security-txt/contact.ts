/** Whom to tell of holes, and when somebody said last that this is right. */
export interface Contact {
  /** A mail address, or the address of a page. */
  contact: string;
  /** Address of a page: how the site deals with what it is told. */
  policy: string;
  /** Address of a key. */
  key: string;
  /** Language tags, with commas. */
  languages: string;
  /** ms since 1970. */
  checkedAt: number;
}

const DAY_MS = 86_400_000;
/** The RFC recommends less than a year. */
const HOLDS_MS = 360 * DAY_MS;
const WARNED_MS = 30 * DAY_MS;

const MAIL = /^[^\s@:/<>]+@[^\s@:/<>.]+(?:\.[^\s@:/<>.]+)+$/;
const PAGE = /^https:\/\/[^\s<>]+$/;
const LANGUAGES = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*(\s*,\s*[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)*$/;

const MISTAKE_TEXTS = {
  contact: 'The contact is a mail address, or the address of a page that begins with https://.',
  page: 'Addresses of pages begin with https://.',
  languages: 'Languages are written like this: en, de, pt-BR.',
} as const;

/** What a form says. */
export function readContact(values: Record<string, string>, checkedAt: number): Contact {
  const text = (name: string): string => (values[name] ?? '').trim().slice(0, 300);
  return {
    contact: text('contact'),
    policy: text('policy'),
    key: text('key'),
    languages: text('languages'),
    checkedAt,
  };
}

/** What is wrong with it, in words for its writer. */
export function mistakeOf({ contact, policy, key, languages }: Contact): string | undefined {
  if (!MAIL.test(contact) && !PAGE.test(contact)) return MISTAKE_TEXTS.contact;
  if ([policy, key].some((url) => url !== '' && !PAGE.test(url))) return MISTAKE_TEXTS.page;
  if (languages !== '' && !LANGUAGES.test(languages)) return MISTAKE_TEXTS.languages;
  return undefined;
}

/** Until when the file holds, in ms since 1970. */
export const expiryOf = ({ checkedAt }: Contact): number => checkedAt + HOLDS_MS;

/** Whether somebody should look at it again. */
export const isStale = (contact: Contact, now: number): boolean => now > expiryOf(contact) - WARNED_MS;

/** The file. */
export function fileOf(contact: Contact): string {
  const lines = [
    ['Contact', MAIL.test(contact.contact) ? `mailto:${contact.contact}` : contact.contact],
    ['Expires', new Date(expiryOf(contact)).toISOString()],
    ['Encryption', contact.key],
    ['Policy', contact.policy],
    ['Preferred-Languages', contact.languages],
  ];
  return lines.flatMap(([name, value]) => (value ? [`${name}: ${value}\n`] : [])).join('');
}
