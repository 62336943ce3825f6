import type { AdminCommand, ContentType, ReaderInput } from 'galley';
import { REMOVED_URL } from './removed-list.ts';
import { editableTaxonomies } from './terms-form.ts';
import { newLabel } from './type-words.ts';
import { listUrl, writableTypes } from './types.ts';

const ENTRIES_OF_A_TYPE = 6;
const TERMS_OF_A_TAXONOMY = 5;
const PEOPLE = 5;
const LIVE = ['publish', 'future', 'pending', 'draft', 'private', 'inherit'] as const;
const NEW_WORDS: Record<string, string> = {
  post: 'write, create or add an article, a post',
  page: 'write, create or add a page',
};

type Wanted = ReaderInput & { search: string };

/** What the palette finds beside screens: new entries to write, entries by their title, terms and people by their name. */
export async function findEverything(wanted: Wanted): Promise<AdminCommand[]> {
  const { site, viewer, search, messages } = wanted;
  const types = writableTypes(site, viewer);
  const fresh = types.map(
    (type): AdminCommand => ({
      label: newLabel(type, messages),
      group: 'Actions',
      url: `${listUrl(type)}/new`,
      searchWords: NEW_WORDS[type.name] ?? 'write, create or add',
    }),
  );
  if (types.length > 0) fresh.push({ label: 'Removed for good', group: 'Screens', url: REMOVED_URL });
  if (search === '') return fresh;
  const [entries, terms, people] = await Promise.all([
    Promise.all(types.map((type) => entriesOf(type, wanted))),
    Promise.all(editableTaxonomies(site, viewer).map((taxonomy) => termsOf(taxonomy, wanted))),
    peopleOf(wanted),
  ]);
  return [...inTurns(entries), ...inTurns(terms), ...people, ...fresh];
}

/** The first of each list, then the second of each: so that one kind does not take the place of all others. */
function inTurns<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
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
    group: 'Found',
    url: `${listUrl(type)}/${entry.id}`,
    note: type.singular,
    isFound: true,
  }));
}

/** Terms of a taxonomy that the person may change. */
async function termsOf(
  { name, definition }: ReturnType<typeof editableTaxonomies>[number],
  { site, search }: Wanted,
): Promise<AdminCommand[]> {
  const terms = await site.terms.list(name, { search, limit: TERMS_OF_A_TAXONOMY });
  return terms.map((term) => ({
    label: term.name,
    group: 'Terms',
    url: `/admin/terms/${name}/${term.id}`,
    note: definition.singular,
    isFound: true,
  }));
}

async function peopleOf({ site, viewer, search }: Wanted): Promise<AdminCommand[]> {
  if (!viewer.can('list_users') || !viewer.can('edit_users')) return [];
  const users = await site.users.list({ search, limit: PEOPLE }, viewer);
  return users.map(({ id, name }) => ({
    label: name,
    group: 'People',
    url: `/admin/users/${id}`,
    note: 'Person',
    isFound: true,
  }));
}
