// The site that the browser walks through: every template of the theme has an address.
import { SYSTEM } from 'galley';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { addSampleContent } from '../support/sample-content.ts';

/** An address that shows a template. */
export interface Stop {
  /** What it shows, for the names of tests. */
  name: string;
  url: string;
  /** 200 unless given. */
  status?: number;
}

/** A running site with its address and its stops. */
export interface WalkSite {
  running: TestSite;
  origin: string;
  stops: readonly Stop[];
  close(): Promise<void>;
}

/** Markup with what posts usually hold, so that the checks see more than paragraphs. */
const RICH = [
  '<!-- wp:paragraph --><p>A paragraph with a <a href="https://example.org/">link</a>, <em>stress</em> and <code>code</code>.</p><!-- /wp:paragraph -->',
  '<!-- wp:heading --><h2 class="wp-block-heading">A heading</h2><!-- /wp:heading -->',
  '<!-- wp:list --><ul class="wp-block-list"><!-- wp:list-item --><li>First</li><!-- /wp:list-item --><!-- wp:list-item --><li>Second</li><!-- /wp:list-item --></ul><!-- /wp:list -->',
  '<!-- wp:quote --><blockquote class="wp-block-quote"><!-- wp:paragraph --><p>Quoted.</p><!-- /wp:paragraph --><cite>Somebody</cite></blockquote><!-- /wp:quote -->',
  '<!-- wp:code --><pre class="wp-block-code"><code>const answer = 42;</code></pre><!-- /wp:code -->',
  '<!-- wp:table --><figure class="wp-block-table"><table class="has-fixed-layout"><thead><tr><th>Year</th><th>Sum</th></tr></thead><tbody><tr><td>1843</td><td>7</td></tr></tbody></table><figcaption class="wp-element-caption">Sums</figcaption></figure><!-- /wp:table -->',
  '<!-- wp:pullquote --><figure class="wp-block-pullquote"><blockquote><p>Set in <mark>type</mark>.</p><cite>Somebody</cite></blockquote></figure><!-- /wp:pullquote -->',
  '<!-- wp:buttons --><div class="wp-block-buttons"><!-- wp:button --><div class="wp-block-button"><a class="wp-block-button__link wp-element-button" href="/">Press</a></div><!-- /wp:button --></div><!-- /wp:buttons -->',
].join('\n\n');

async function addFurther({ site }: TestSite): Promise<Stop[]> {
  const by = { viewer: SYSTEM };
  const publish = { status: 'publish', publishedAt: Date.UTC(2023, 0, 2, 9) } as const;
  await site.entries.save({ type: 'post', title: 'Rich text', slug: 'rich', content: RICH, ...publish }, by);
  await site.entries.save(
    { type: 'post', title: 'Locked', slug: 'locked', content: '<p>Hidden words.</p>', password: 'sesame', ...publish },
    by,
  );
  await site.entries.save(
    {
      type: 'post',
      title: 'In parts',
      slug: 'parts',
      content: '<p>One.</p>\n<!-- wp:nextpage -->\n<!--nextpage-->\n<!-- /wp:nextpage -->\n<p>Two.</p>',
      ...publish,
    },
    by,
  );
  const stops: Stop[] = [
    { name: 'a post with rich text', url: '/2023/01/rich/' },
    { name: 'the password form', url: '/2023/01/locked/' },
    { name: 'a post in parts', url: '/2023/01/parts/2/' },
  ];
  if (!site.types.get('attachment')) return stops;
  await site.entries.save(
    { type: 'attachment', status: 'inherit', title: 'A file', slug: 'a-file', mimeType: 'text/plain' },
    by,
  );
  return [...stops, { name: 'an attachment', url: '/attachment/a-file/' }];
}

const STOPS: readonly Stop[] = [
  { name: 'the front page', url: '/' },
  { name: 'the second page of the list', url: '/page/2/' },
  { name: 'a post with a thread of comments', url: '/2024/05/report-0/' },
  { name: 'a reply to a comment', url: '/2024/05/report-0/?replyto=1' },
  { name: 'a page', url: '/about/' },
  { name: 'a category', url: '/category/reports/' },
  { name: 'a tag', url: '/tag/engines/' },
  { name: 'a year', url: '/2024/' },
  { name: 'a month', url: '/2024/05/' },
  { name: 'a search with hits', url: '/?s=engine' },
  { name: 'a search without hits', url: '/?s=zzzz' },
  { name: 'what is not there', url: '/nowhere/', status: 404 },
];

/** Starts the site on a port of its own. */
export async function startWalkSite(): Promise<WalkSite> {
  const running = await startTestSite({ config: { log: { level: 'error' } } });
  const { author, child } = await addSampleContent(running);
  const stops = [
    ...STOPS,
    { name: 'an author', url: `/author/${author.slug}/` },
    { name: 'a page below a page', url: await running.site.services.use('front').urlOf(child) },
    ...(await addFurther(running)),
  ];
  const origin = await running.site.http.listen();
  return { running, origin, stops, close: () => running.stop() };
}
