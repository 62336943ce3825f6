// A site full of things that must stay hidden, each with a word that may never come out.
import type { EntryDraft, EntryStatus } from 'galley';
import { SYSTEM } from 'galley';
import type { TestSite } from '../../core/testing.ts';

/** The word that marks hidden things: it stands in their titles, texts, names, addresses. */
export const CANARY = 'xanthophyll';
/** A word that stands beside each canary: who searches for it must find nothing. */
export const BAIT = 'quincunx';

/** What was hidden, and what its addresses would be. */
export interface Hidden {
  /** Ids of entries that nobody but their people may see. */
  ids: number[];
  /** Id of the published entry that asks for a password. */
  protectedId: number;
  /** Addresses at which a guess could look for them. */
  guesses: string[];
}

const HIDDEN_STATUSES: EntryStatus[] = ['draft', 'pending', 'private', 'future', 'trash', 'auto-draft'];
const text = (what: string): string => `<!-- wp:paragraph --><p>${CANARY} ${what} ${BAIT}</p><!-- /wp:paragraph -->`;

async function hideEntry(
  { site }: TestSite,
  status: EntryStatus,
  more: Partial<EntryDraft>,
): Promise<{ id: number; slug: string }> {
  const type = more.type ?? 'post';
  const draft: EntryDraft = {
    type,
    status: status === 'trash' ? 'publish' : status,
    title: `${CANARY} ${status} ${type} ${BAIT}`,
    slug: `${CANARY}-${status}-${type}`,
    content: text(status),
    excerpt: `${CANARY} ${BAIT} excerpt`,
    publishedAt: status === 'future' ? Date.now() + 86_400_000 : Date.UTC(2024, 4, 20),
    sticky: type === 'post',
    meta: { _hidden: CANARY },
    ...more,
  };
  const entry = await site.entries.save(draft, { viewer: SYSTEM });
  if (status === 'trash') await site.entries.trash(entry.id, { viewer: SYSTEM });
  return { id: entry.id, slug: draft.slug ?? '' };
}

/** Hides something of every kind in the site. */
export async function hideEverything(current: TestSite): Promise<Hidden> {
  const { site } = current;
  const category = await site.terms.save(
    { taxonomy: 'category', name: `${CANARY} term`, slug: `${CANARY}-term` },
    { viewer: SYSTEM },
  );
  const author = await site.users.create(
    {
      login: `${CANARY}-login`,
      email: `${CANARY}@example.org`,
      name: `${CANARY} author`,
      password: 'a phrase of many words',
      roles: ['author'],
    },
    SYSTEM,
  );
  const made: { id: number; slug: string }[] = [];
  for (const status of HIDDEN_STATUSES) {
    for (const type of ['post', 'page'] as const) {
      made.push(
        await hideEntry(current, status, {
          type,
          authorId: author.id,
          ...(type === 'post' ? { terms: { category: [category.id] } } : {}),
        }),
      );
    }
  }
  const parent = made[1]?.id ?? 0;
  made.push(
    await hideEntry(current, 'draft', { type: 'page', parentId: parent, slug: `${CANARY}-child`, authorId: author.id }),
  );
  const locked = await lockEntry(current);
  await hideComments(current, made[4]?.id ?? 0, locked);
  await hideInMenu(
    current,
    made.map(({ id }) => id),
    category.id,
  );
  const ids = made.map(({ id }) => id);
  return { ids, protectedId: locked, guesses: guesses([...made.map(({ slug }) => slug)], ids, author) };
}

/** An entry that asks for a password, once published without one, so that its past may not be seen either. */
async function lockEntry({ site }: TestSite): Promise<number> {
  const former = await site.entries.save(
    { type: 'post', status: 'draft', title: 'Locked', slug: 'locked', content: text('former') },
    { viewer: SYSTEM },
  );
  const entry = await site.entries.save(
    {
      id: former.id,
      status: 'publish',
      content: text('locked'),
      excerpt: text('locked excerpt'),
      password: `${CANARY}-password`,
      publishedAt: Date.UTC(2024, 4, 21),
    },
    { viewer: SYSTEM, version: former.version },
  );
  return entry.id;
}

async function hideComments({ site }: TestSite, privateId: number, lockedId: number): Promise<void> {
  const comments = site.services.use('comments');
  const { items } = await site.entries.find({ type: 'post', slug: 'report-0' });
  const base = {
    parentId: null,
    userId: null,
    authorUrl: `https://${CANARY}.example`,
    authorAddress: '192.0.2.77',
    agent: CANARY,
    content: `<p>${CANARY} said ${BAIT}</p>`,
    type: 'comment',
    createdAt: Date.now(),
    authorName: `${CANARY} commenter`,
    authorEmail: `${CANARY}@example.net`,
  };
  for (const status of ['pending', 'spam', 'trash'] as const)
    await comments.import({ ...base, entryId: items[0]?.id ?? 0, status });
  for (const entryId of [privateId, lockedId]) await comments.import({ ...base, entryId, status: 'approved' });
  // An approved one, whose address and agent must not show.
  const shown = { authorName: 'Seen', authorUrl: '', content: '<p>Seen by all.</p>', status: 'approved' as const };
  await comments.import({ ...base, ...shown, entryId: items[0]?.id ?? 0 });
}

async function hideInMenu({ site }: TestSite, ids: readonly number[], termId: number): Promise<void> {
  const { primary = 0 } = await site.options.get<Record<string, number>>('menu_locations');
  for (const objectId of ids)
    await site.entries.save(
      {
        type: 'nav_menu_item',
        status: 'publish',
        title: '',
        fields: { kind: 'post_type', object: 'post', objectId },
        terms: { nav_menu: [primary] },
      },
      { viewer: SYSTEM },
    );
  await site.entries.save(
    {
      type: 'nav_menu_item',
      status: 'draft',
      title: `${CANARY} item`,
      fields: { kind: 'taxonomy', object: 'category', objectId: termId },
      terms: { nav_menu: [primary] },
    },
    { viewer: SYSTEM },
  );
}

function guesses(slugs: readonly string[], ids: readonly number[], author: { id: number; slug: string }): string[] {
  return [
    ...slugs.flatMap((slug) => [`/2024/05/${slug}/`, `/${slug}/`, `/${slug}/feed/`, `/${slug}/2/`]),
    ...ids.flatMap((id) => [`/?p=${id}`, `/?page_id=${id}`, `/?p=${id}&preview=true`, `/?attachment_id=${id}`]),
    `/author/${author.slug}/`,
    `/author/${author.slug}/feed/`,
    `/author/${CANARY}-login/`,
    `/?author=${author.id}`,
    '/2024/05/20/',
    `/?s=${BAIT}`,
    `/?s=${BAIT}&paged=2`,
    `/search/${BAIT}/`,
    '/sitemap-post-1.xml',
    '/sitemap-page-1.xml',
    '/sitemap-nav_menu_item-1.xml',
    '/sitemap-wp_block-1.xml',
    '/sitemap-taxonomy.category-1.xml',
    '/sitemap-taxonomy.nav_menu-1.xml',
    '/?post_status=draft',
    '/?post_type=page&post_status=private',
    '/?p[]=1',
    '/api/v1/entries',
    '/wp-json/wp/v2/posts?status=draft',
    '/wp-json/wp/v2/users',
  ];
}
