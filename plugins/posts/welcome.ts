import { ADMINISTRATOR, type Site, SYSTEM, type User } from 'galley';

const paragraph = (text: string): string => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;
const heading = (text: string): string =>
  `<!-- wp:heading -->\n<h2 class="wp-block-heading">${text}</h2>\n<!-- /wp:heading -->`;
const list = (items: readonly string[]): string =>
  `<!-- wp:list -->\n<ul class="wp-block-list">${items.map((item) => `<!-- wp:list-item -->\n<li>${item}</li>\n<!-- /wp:list-item -->`).join('\n')}</ul>\n<!-- /wp:list -->`;
const quote = (text: string, source: string): string =>
  `<!-- wp:quote -->\n<blockquote class="wp-block-quote"><!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph --><cite>${source}</cite></blockquote>\n<!-- /wp:quote -->`;
const code = (text: string): string =>
  `<!-- wp:code -->\n<pre class="wp-block-code"><code>${text}</code></pre>\n<!-- /wp:code -->`;

const HOUR_MS = 3_600_000;

const POSTS = [
  {
    title: 'The first proof',
    category: 'Workshop',
    tags: ['welcome'],
    hoursAgo: 1,
    excerpt: 'Your site is running. This page shows what a post can hold, and where to begin.',
    content: [
      paragraph(
        'A galley is the tray in which a printer sets type before it becomes a page. What lies in it can still be moved, corrected and thrown away; only what is right goes to press. This is such a page: change it, or delete it and write your own.',
      ),
      heading('Where to begin'),
      list([
        'Open the set-up link that the start printed, and choose your name and password.',
        'Write a post, choose a category, publish it.',
        'Give the site its title, and the menu its pages.',
      ]),
      quote('Typography exists to honour content.', 'Robert Bringhurst'),
      heading('Coming from WordPress'),
      paragraph(
        'Bring your export file. Posts, pages, comments, categories, menus and media move in with one command, and run again without doubling anything.',
      ),
      code('bin/galley import export.xml --media=uploads/'),
      paragraph('What no plugin knows is kept as it is, byte for byte.'),
    ],
  },
  {
    title: 'Ink, paper, order',
    category: 'Workshop',
    tags: ['typography', 'reading'],
    hoursAgo: 20,
    excerpt: 'A page is read when nothing on it asks for attention but the words.',
    content: [
      paragraph(
        'Sixty to seventy characters make a good line: long enough to carry a thought, short enough for the eye to find its way back. The space between two lines is as much a part of the text as the lines are.',
      ),
      paragraph(
        'The theme of this site keeps to that on a telephone and on a wide screen, by day and by night, on paper too: print this page and see.',
      ),
      heading('Set by hand'),
      paragraph(
        'Small capitals are drawn small, figures stand within the text, and a quotation hangs its marks into the margin where the browser can. None of this needs a setting.',
      ),
    ],
  },
  {
    title: 'What breaks, and what does not',
    category: 'Engine room',
    tags: ['reliability'],
    hoursAgo: 44,
    excerpt: 'A plugin that fails is named and left out; the page is served all the same.',
    content: [
      paragraph(
        'Sooner or later something breaks: a plugin, a cache, a machine. A visitor should not learn of it. When a plugin throws, its name goes into the log and onto the plugins page, and the rest of the page is served as if nothing had happened.',
      ),
      list([
        'Every save carries the version it was based on: nobody overwrites anybody.',
        'Everything goes to the trash first and can be restored.',
        'Every text has its history.',
      ]),
    ],
  },
  {
    title: 'A small kernel',
    category: 'Engine room',
    tags: ['plugins'],
    hoursAgo: 68,
    excerpt: 'Posts, comments, media and search are plugins, on the same interface that yours will use.',
    content: [
      paragraph(
        'The kernel knows how to start, to log somebody in, to keep entries and to repair itself. All else is a plugin, this post’s type included. So what the first plugins can do, yours can do.',
      ),
      code('bin/galley plugin new reading-time'),
      paragraph('An afternoon is enough for the first one.'),
    ],
  },
];

const ABOUT = [
  paragraph(
    'This is a page. Unlike posts, pages have no date and stand below each other: an address like <em>/about/imprint/</em> is a page below this one.',
  ),
  paragraph('Say here who you are, what readers find on this site, and how they can write to you.'),
];

/** The ids of what came with a new site, until somebody is there to whom it belongs. */
const OPTION = 'posts_welcome';

export function defineWelcome(site: Site): void {
  site.options.define(OPTION, { default: [], schema: { type: 'array', items: { type: 'integer' } } });
}

/** The first administrator is the author of what came with the site, as far as it is there and nobody else has taken it. */
export async function giveWelcome(site: Site, user: User): Promise<void> {
  if (!user.roles.includes(ADMINISTRATOR)) return;
  const ids = await site.options.get<number[]>(OPTION);
  if (ids.length === 0) return;
  await site.options.set(OPTION, []);
  const entries = await site.entries.getMany(ids, SYSTEM);
  for (const { id, authorId } of entries.values())
    if (authorId === null) await site.entries.save({ id, authorId: user.id }, { viewer: SYSTEM, isImport: true });
}

/** Fills a new site, so that its first page shows something. */
export async function writeWelcome(site: Site): Promise<void> {
  const now = Date.now();
  const ids: number[] = [];
  for (const { title, category, tags, excerpt, content, hoursAgo } of POSTS) {
    const post = await site.entries.save(
      {
        type: 'post',
        status: 'publish',
        title,
        excerpt,
        content: content.join('\n\n'),
        publishedAt: now - hoursAgo * HOUR_MS,
        terms: { category: [category], post_tag: tags },
      },
      { viewer: SYSTEM },
    );
    ids.push(post.id);
  }
  const about = await site.entries.save(
    { type: 'page', status: 'publish', title: 'About', content: ABOUT.join('\n\n'), commentStatus: 'closed' },
    { viewer: SYSTEM },
  );
  await site.options.set(OPTION, [...ids, about.id]);
}
