// Content that the tests of whole pages share: people, posts, pages, terms, a menu, comments.
import type { Entry, Term } from 'galley';
import { SYSTEM } from 'galley';
import type { TestSite } from '../../core/testing.ts';

/** What the sample site holds. */
export interface SampleContent {
  author: { id: number; slug: string; login: string };
  category: Term;
  tag: Term;
  /** Published posts, the newest first. */
  posts: Entry[];
  page: Entry;
  child: Entry;
}

const DAY_MS = 24 * 3600 * 1000;
/** A Wednesday in the past, so that date archives are stable. */
const NEWEST = Date.UTC(2024, 4, 15, 12);

/** Puts an ordinary site together: thirteen posts on two pages of the list, two pages, a menu, comments in a thread. */
export async function addSampleContent({ site }: TestSite): Promise<SampleContent> {
  const viewer = SYSTEM;
  const author = await site.users.create(
    {
      login: 'ada-login',
      email: 'ada@example.org',
      name: 'Ada Byron',
      password: 'a long enough phrase',
      roles: ['author'],
    },
    viewer,
  );
  const category = await site.terms.save({ taxonomy: 'category', name: 'Reports', slug: 'reports' }, { viewer });
  const tag = await site.terms.save({ taxonomy: 'post_tag', name: 'Engines', slug: 'engines' }, { viewer });
  const posts: Entry[] = [];
  for (let number = 0; number < 13; number++) {
    const at = NEWEST - number * DAY_MS;
    posts.push(
      await site.entries.save(
        {
          type: 'post',
          status: 'publish',
          title: `Report ${number}`,
          slug: `report-${number}`,
          excerpt: `What report ${number} says.`,
          content: `<!-- wp:paragraph --><p>The engine of report ${number} turns.</p><!-- /wp:paragraph -->`,
          authorId: author.id,
          publishedAt: at,
          terms: { category: [category.id], post_tag: [tag.id] },
        },
        { viewer, isImport: true },
      ),
    );
  }
  const page = await site.entries.save(
    {
      type: 'page',
      status: 'publish',
      title: 'About',
      slug: 'about',
      content: '<p>Who we are.</p>',
      authorId: author.id,
    },
    { viewer },
  );
  const child = await site.entries.save(
    { type: 'page', status: 'publish', title: 'Team', slug: 'team', parentId: page.id, authorId: author.id },
    { viewer },
  );
  await addMenu(site, page.id, category.id);
  await addComments(site, posts[0]);
  return { author: { id: author.id, slug: author.slug, login: author.login }, category, tag, posts, page, child };
}

async function addMenu(site: TestSite['site'], pageId: number, categoryId: number): Promise<void> {
  const viewer = SYSTEM;
  const menu = await site.terms.save({ taxonomy: 'nav_menu', name: 'Main' }, { viewer });
  const items = [
    { kind: 'custom', url: '/' },
    { kind: 'post_type', object: 'page', objectId: pageId },
    { kind: 'taxonomy', object: 'category', objectId: categoryId },
  ];
  for (const [order, fields] of items.entries()) {
    await site.entries.save(
      {
        type: 'nav_menu_item',
        status: 'publish',
        title: order === 0 ? 'Start' : '',
        order,
        fields,
        terms: { nav_menu: [menu.id] },
      },
      { viewer },
    );
  }
  await site.options.set('menu_locations', { primary: menu.id });
}

async function addComments(site: TestSite['site'], entry: Entry | undefined): Promise<void> {
  const comments = site.services.use('comments');
  const base = {
    entryId: entry?.id ?? 0,
    parentId: null as number | null,
    userId: null,
    authorEmail: 'guest@example.net',
    authorUrl: '',
    authorAddress: '192.0.2.1',
    agent: '',
    status: 'approved' as const,
    type: 'comment',
    createdAt: NEWEST,
  };
  const first = await comments.import({ ...base, authorName: 'Guest', content: 'Well said.' });
  await comments.import({ ...base, authorName: 'Other', content: 'Indeed.', parentId: first.id });
}
