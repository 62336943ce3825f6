import type { AdminCommand, ContentType, ReaderInput } from 'galley';
import { REMOVED_URL } from './removed-list.ts';
import { newLabel } from './type-words.ts';
import { listUrl, writableTypes } from './types.ts';

const FOUND = 'Found';
const ENTRIES_OF_A_TYPE = 6;
const PEOPLE = 5;
const LIVE = ['publish', 'future', 'pending', 'draft', 'private', 'inherit'] as const;

type Wanted = ReaderInput & { search: string };

/** What the palette finds beside screens: new entries to write, entries by their title, people by their name. */
export async function findEverything(wanted: Wanted): Promise<AdminCommand[]> {
  const { site, viewer, search, messages } = wanted;
  const types = writableTypes(site, viewer);
  const fresh = types.map(
    (type): AdminCommand => ({
      label: newLabel(type, messages),
      group: 'Actions',
      url: `${listUrl(type)}/new`,
    }),
  );
  if (types.length > 0) fresh.push({ label: 'Removed for good', group: 'Screens', url: REMOVED_URL });
  if (search === '') return fresh;
  const found = await Promise.all([...types.map((type) => entriesOf(type, wanted)), peopleOf(wanted)]);
  return [...found.flat(), ...fresh];
}

/** Entries that the person may edit. */
async function entriesOf(type: ContentType, { site, viewer, search }: Wanted): Promise<AdminCommand[]> {
  const isOwnOnly = !viewer.can(`edit_others_${type.capability}s`);
  if (isOwnOnly && viewer.id === null) return [];
  const query = {
    type: type.name,
    status: [...LIVE],
    title: search,
    order: 'modified',
    limit: ENTRIES_OF_A_TYPE,
    body: false,
  } as const;
  const { items } = await site.entries.find({ ...query, ...(isOwnOnly ? { author: viewer.id ?? 0 } : {}) }, viewer);
  return items.map((entry) => ({
    label: entry.title || `#${entry.id}`,
    group: FOUND,
    url: `${listUrl(type)}/${entry.id}`,
    note: type.singular,
    isFound: true,
  }));
}

async function peopleOf({ site, viewer, search }: Wanted): Promise<AdminCommand[]> {
  if (!viewer.can('list_users') || !viewer.can('edit_users')) return [];
  const users = await site.users.list({ search, limit: PEOPLE }, viewer);
  return users.map(({ id, name }) => ({
    label: name,
    group: FOUND,
    url: `/admin/users/${id}`,
    note: 'Person',
    isFound: true,
  }));
}
