import { ANONYMOUS, type Entry, type RenderContext, type Site, SYSTEM, type Term } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';

/** Text that breaks out of badly escaped HTML. */
export const POISON = `"'><img src=x onerror=alert(1)>`;

/** A site with a few posts and pages, and a way to render blocks on it. For the tests of this folder. */
export interface SamplePage {
  site: Site;
  /** Oldest first: post 1 to 5, the first three in the category. */
  posts: Entry[];
  news: Term;
  authorId: number;
  /** The cache tags of all that was shown. */
  tags: Set<string>;
  show(markup: string, more?: Partial<RenderContext>): Promise<string>;
  inject: TestSite['inject'];
  stop(): Promise<void>;
}

/** The markup of a block without content. */
export function block(name: string, attrs: Record<string, unknown> = {}): string {
  const json = JSON.stringify(attrs)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('--', '\\u002d\\u002d');
  return `<!-- wp:${name} ${json} /-->`;
}

/** The markup of a paragraph. */
export function paragraph(text: string): string {
  return `<!-- wp:paragraph --><p>${text}</p><!-- /wp:paragraph -->`;
}

async function fill({ site }: TestSite): Promise<Pick<SamplePage, 'posts' | 'news' | 'authorId'>> {
  const user = {
    login: 'ada',
    email: 'ada@example.org',
    name: `Ada ${POISON}`,
    password: 'correct horse battery staple',
  };
  const authorId = (await site.users.create({ ...user, roles: ['author'] }, SYSTEM)).id;
  for (const old of (await site.entries.find({ type: ['post', 'page'], limit: 100 })).items) {
    await site.entries.remove(old.id, { viewer: SYSTEM });
  }
  const news = await site.terms.save(
    { taxonomy: 'category', name: `News ${POISON}`, slug: 'news' },
    { viewer: SYSTEM },
  );
  const tag = await site.terms.save({ taxonomy: 'post_tag', name: 'Ink' }, { viewer: SYSTEM });
  const posts: Entry[] = [];
  for (const number of [1, 2, 3, 4, 5]) {
    const draft = {
      type: 'post',
      status: 'publish' as const,
      title: `Post <em>${number}</em>`,
      content: paragraph(`Body ${number}`),
      authorId,
      terms: { category: number < 4 ? [news.id] : [], post_tag: number === 1 ? [tag.id] : [] },
      publishedAt: Date.UTC(2026, number - 1, 3, 12),
    };
    posts.push(await site.entries.save(draft, { viewer: SYSTEM }));
  }
  await site.entries.save(
    { type: 'post', status: 'draft', title: 'Hidden canary', content: 'canary' },
    { viewer: SYSTEM },
  );
  const about = await site.entries.save({ type: 'page', status: 'publish', title: 'About & us' }, { viewer: SYSTEM });
  await site.entries.save({ type: 'page', status: 'publish', title: 'Team', parentId: about.id }, { viewer: SYSTEM });
  return { posts, news, authorId };
}

/** Starts the site. Stop it in the end. */
export async function startSamplePage(): Promise<SamplePage> {
  const running = await startTestSite({ plugins: ['posts', 'blocks'] });
  const { site } = running;
  const filled = await fill(running);
  const tags = new Set<string>();
  const context: RenderContext = {
    site,
    viewer: ANONYMOUS,
    language: 'en',
    entry: filled.posts[4],
    path: '/here/',
    tag(...names) {
      for (const name of names) tags.add(name);
    },
  };
  return {
    ...filled,
    site,
    tags,
    show: async (markup, more) => (await site.blocks.render(markup, { ...context, ...more })).value,
    inject: running.inject,
    stop: () => running.stop(),
  };
}
