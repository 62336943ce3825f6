import type { Context } from '../http/context.ts';
import type { Messages } from '../lib/i18n.ts';
import { foldKey } from '../lib/slug.ts';
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

/** What core itself can do from everywhere. */
function ownCommands({ viewer }: Context): AdminCommand[] {
  const group = 'Actions';
  const modes = Object.entries(MODE_LABELS).map(
    ([mode, label]): AdminCommand => ({ label, group, url: '/admin/appearance', values: { mode } }),
  );
  const flush = { label: 'Flush the cache', group, url: '/admin/cache/flush', values: {} };
  return [
    { label: 'Look at the site', group, url: '/' },
    ...modes,
    ...(viewer.can('manage_options') ? [flush] : []),
    { label: 'Change password', group, url: '/admin/password' },
    { label: 'Log out', group, url: '/admin/logout', values: {} },
  ];
}

async function screenCommands({ site, viewer }: Context): Promise<AdminCommand[]> {
  const groups = await site.admin.menu.show(viewer, '/admin');
  return groups.flatMap(({ label, items }) =>
    items.map((item) => ({ label: item.label, url: item.url, group: 'Screens', note: label })),
  );
}

/** All that the person can open or do and that has every word of the search in its own. */
export async function findCommands(context: Context, search: string): Promise<CommandGroup[]> {
  const { site, viewer } = context;
  const messages = await readerMessages(context);
  const input = { site, viewer, messages, path: '/admin', search };
  const [screens, brought] = await Promise.all([screenCommands(context), site.hooks.collect('admin:commands', input)]);
  const words = foldKey(search).split(/\s+/).filter(Boolean);
  const groups = new Map<string, CommandGroup['items']>(GROUP_LABELS.map((name) => [name, []]));
  for (const command of [...brought, ...ownCommands(context), ...screens]) {
    const item = shown(command, messages);
    const text = foldKey(`${item.label} ${item.note}`);
    if (!command.isFound && !words.every((word) => text.includes(word))) continue;
    const items = groups.get(command.group) ?? [];
    groups.set(command.group, items);
    if (items.length < MOST_OF_A_GROUP || words.length === 0) items.push(item);
  }
  return [...groups]
    .filter(([, items]) => items.length > 0)
    .map(([label, items]) => ({ label: messages.translate(label), items }));
}

function shown(
  { label, url, note = '', values, isFound }: AdminCommand,
  messages: Messages,
): CommandGroup['items'][number] {
  const isAct = values !== undefined;
  return { label: isFound ? label : messages.translate(label), url, note: messages.translate(note), isAct, values };
}
