import type { ScreenContext } from 'galley';

/** What a plugin may do, for people; the name stands beside it. */
export interface CapabilityView {
  name: string;
  words: string;
}

const WHOLE_WORDS: Readonly<Record<string, string>> = {
  log: 'Write to the log',
  settings: 'Have settings of its own',
  kv: 'Keep values of its own',
  tables: 'Keep records of its own',
  'terms:read': 'Read categories, tags and other terms',
  'media:read': 'Read what is in the media library',
  'media:check': 'Refuse files that come in, by their name, kind and size',
  'notes:read': 'Read the notes that editors write',
  'users:read': 'Read the public names of people',
  frames: 'Draw parts of its screens by a script, in a sandbox',
  'comments:read': 'Read comments',
  render: 'Show blocks as visitors see them',
  jobs: 'Work behind the requests',
  cron: 'Work by the clock',
  'mail:send': 'Send mails to people of the site',
  'mail:words': 'Change the words of mails, without seeing to whom they go',
};

/** Capabilities as somebody reads them who has to agree. */
export function capabilityViews(page: ScreenContext, names: readonly string[]): CapabilityView[] {
  return names.map((name) => ({ name, words: wordsOf(page, name) }));
}

function wordsOf(page: ScreenContext, name: string): string {
  const whole = Object.hasOwn(WHOLE_WORDS, name) ? WHOLE_WORDS[name] : undefined;
  if (whole !== undefined) return page.t(whole);
  const [what = '', ...rest] = name.split(':');
  if (what === 'fetch') return page.t('Fetch something from {host}', { host: rest.join(':') });
  if (what === 'key') return page.t('Send a key that you enter to {host}, without seeing it', { host: rest.join(':') });
  if (what === 'well-known') return page.t('Answer at an address below /.well-known/');
  if (what !== 'content') return '';
  const [act, type = '', status] = rest;
  const title = page.t(page.site.types.get(type)?.title ?? type);
  if (act === 'check')
    return page.t('Look at content before it is saved, refuse it or change its title: {title}', { title });
  if (act === 'author') return page.t('Write content in the name of others: {title}', { title });
  if (act === 'write' && status === 'trash') return page.t('Move content to the trash: {title}', { title });
  if (act === 'write') return page.t('Write content: {title}', { title });
  return status === undefined
    ? page.t('Read content that visitors see: {title}', { title })
    : page.t('Read content that visitors do not see too: {title}', { title });
}
