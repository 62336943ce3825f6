import type { Context } from '../http/context.ts';
import type { Messages } from '../lib/i18n.ts';
import { readerMessages } from './language.ts';

/** Something that can be found and opened, or done, from everywhere: with Ctrl+K, or on the screen "Find". */
export interface AdminCommand {
  /** What it says, in English; of somebody's own words (`isFound`) just these. */
  label: string;
  /** The heading it stands under: `Screens`, `Actions`, or one of the plugin's. */
  group: string;
  /** Where it leads, or where its form is sent. */
  url: string;
  /** Small text behind: the kind of thing. */
  note?: string;
  /** Further words that it is found by, in English and translated as the label is; they are not shown. */
  searchWords?: string;
  /** Makes it something that is done rather than opened: a form with these values, sent with the token. */
  values?: Readonly<Record<string, string>>;
  /** Was looked for by whoever brings it, so it is shown as it is. */
  isFound?: boolean;
}

/** Commands under one heading, in the reader's language. */
export interface CommandGroup {
  label: string;
  items: { label: string; url: string; note: string; isAct: boolean; values?: Readonly<Record<string, string>> }[];
}

const MOST_OF_A_GROUP = 12;
const GROUP_LABELS = ['Found', 'Actions', 'Screens'];
const MODE_LABELS = { light: 'Light appearance', dark: 'Dark appearance', system: 'Appearance as the device' };
const MODE_WORDS: Record<string, string> = {
  light: 'light mode, bright theme, day',
  dark: 'dark mode, black theme, night',
  system: 'automatic mode, auto theme',
};

/** What core itself can do from everywhere. */
function ownCommands({ viewer }: Context): AdminCommand[] {
  const group = 'Actions';
  const modes = Object.entries(MODE_LABELS).map(
    ([mode, label]): AdminCommand => ({
      label,
      group,
      url: '/admin/appearance',
      values: { mode },
      searchWords: MODE_WORDS[mode],
    }),
  );
  const flush: AdminCommand = {
    label: 'Flush the cache',
    group,
    url: '/admin/cache/flush',
    values: {},
    searchWords: 'empty, clear, purge or delete the caches',
  };
  return [
    {
      label: 'Look at the site',
      group,
      url: '/',
      searchWords: 'view, visit or open the website, front page, home page',
    },
    ...modes,
    ...(viewer.can('manage_options') ? [flush] : []),
    { label: 'Change password', group, url: '/admin/password', searchWords: 'set a new password, passphrase, log-in' },
    {
      label: 'Log out',
      group,
      url: '/admin/logout',
      values: {},
      searchWords: 'sign out, signout, log off, logout, exit',
    },
  ];
}

async function screenCommands({ site, viewer }: Context): Promise<AdminCommand[]> {
  const groups = await site.admin.menu.show(viewer, '/admin');
  return groups.flatMap(({ label: note, items }) =>
    items.map(({ label, url, searchWords }) => ({ label, url, group: 'Screens', note, searchWords })),
  );
}

/** As it is compared: without capitals, accents and vowel marks, which people leave out where they look for something. */
const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** All that the person can open or do and that has every word of the search in its own. */
export async function findCommands(context: Context, search: string): Promise<CommandGroup[]> {
  const { site, viewer } = context;
  const messages = await readerMessages(context);
  const input = { site, viewer, messages, path: '/admin', search };
  const [screens, brought] = await Promise.all([screenCommands(context), site.hooks.collect('admin:commands', input)]);
  const words = folded(search).split(/\s+/).filter(Boolean);
  const found = brought.filter(({ isFound }) => isFound);
  const named = [...brought.filter(({ isFound }) => !isFound), ...ownCommands(context), ...screens];
  // What was looked for stands first; it has headings of its own.
  const labels = ['Found', ...found.map(({ group }) => group), ...GROUP_LABELS];
  const groups = new Map<string, CommandGroup['items']>(labels.map((name) => [name, []]));
  for (const command of [...found, ...named]) {
    if (!command.isFound && !isNamed(command, words, messages)) continue;
    const items = groups.get(command.group) ?? [];
    groups.set(command.group, items);
    if (items.length < MOST_OF_A_GROUP || words.length === 0) items.push(shown(command, messages));
  }
  return [...groups]
    .filter(([, items]) => items.length > 0)
    .map(([label, items]) => ({ label: messages.translate(label), items }));
}

/** Whether it has every word in what it says, or in what else people call it, in the reader's language or in English. */
function isNamed({ label, note = '', searchWords = '' }: AdminCommand, words: string[], messages: Messages): boolean {
  const text = folded([label, note, searchWords].map((part) => messages.translate(part)).join(' '));
  const english = folded(`${label} ${searchWords}`);
  return words.every((word) => text.includes(word)) || words.every((word) => english.includes(word));
}

function shown(
  { label, url, note = '', values, isFound }: AdminCommand,
  messages: Messages,
): CommandGroup['items'][number] {
  const isAct = values !== undefined;
  return { label: isFound ? label : messages.translate(label), url, note: messages.translate(note), isAct, values };
}
