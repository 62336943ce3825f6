import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { block, POISON, paragraph, type SamplePage, startSamplePage } from './test-page.ts';

let page: SamplePage;

before(async () => {
  page = await startSamplePage();
});

after(() => page.stop());

describe('parts of an entry', () => {
  test('show the entry around them', async () => {
    assert.equal(
      await page.show(block('post-title', { level: 3, isLink: true })),
      '<h3 class="wp-block-post-title"><a href="/2026/05/post-5/">Post <em>5</em></a></h3>',
    );
    assert.equal(
      await page.show(block('post-date', { format: 'Y-m-d' })),
      '<div class="wp-block-post-date"><time datetime="2026-05-03T12:00:00.000Z">2026-05-03</time></div>',
    );
    assert.match(
      await page.show(block('post-excerpt', { moreText: `<b>Go</b>${POISON}` })),
      /Body 5<\/p><p class="[^"]*more-text"><a [^>]*href="\/2026\/05\/post-5\/"><b>Go<\/b>"'&gt;<\/a>/,
    );
    assert.match(
      await page.show(block('post-author', { isLink: true, showBio: true, byline: 'By' })),
      /__byline">By<\/p><p class="wp-block-post-author__name"><a [^>]*href="\/author\/[^"]+">Ada &quot;/,
    );
    assert.match(await page.show(block('post-author-name')), /^<div class="wp-block-post-author-name">Ada &quot;/);
    assert.match(
      await page.show(block('avatar', { size: 40 })),
      /role="img" aria-label="Ada &quot;[^"]*" style="width:40px;height:40px/,
    );
    assert.match(
      await page.show(block('read-more', { content: 'On' })),
      /^<a class="wp-block-read-more" href="\/2026\/05\/post-5\/">On<span/,
    );
    assert.equal(await page.show(block('post-featured-image')), '');
    assert.match(
      await page.show(block('post-terms', { term: 'category' }), { entry: page.posts[0] }),
      /<a href="\/category\/news\/" rel="tag">News &quot;/,
    );
    assert.match(await page.show(block('post-time-to-read')), /1 minute/);
  });

  test('show nothing where there is no entry', async () => {
    for (const name of [
      'post-title',
      'post-date',
      'post-excerpt',
      'post-author',
      'post-terms',
      'avatar',
      'read-more',
      'post-content',
      'footnotes',
      'post-navigation-link',
      'post-comments-form',
    ]) {
      assert.equal(await page.show(block(name), { entry: undefined }), '', name);
    }
  });

  test('lead to the entries before and after', async () => {
    const previous = await page.show(
      block('post-navigation-link', { type: 'previous', showTitle: true, arrow: 'arrow' }),
    );
    assert.match(
      previous,
      /←<\/span><span[^>]*>Previous:<\/span> <a href="\/2026\/04\/post-4\/" rel="prev"><span[^>]*>Post <em>4/,
    );
    assert.equal(await page.show(block('post-navigation-link', { type: 'next' })), '');
    assert.match(
      await page.show(block('post-navigation-link', { type: 'next', label: 'On' }), { entry: page.posts[0] }),
      /<a href="\/2026\/02\/post-2\/" rel="next">On<\/a>/,
    );
  });

  test('show footnotes from meta, cleaned', async () => {
    const { site } = page;
    const notes = JSON.stringify([
      { id: 'a-1', content: '<a href="javascript:x">See</a><script>x</script>' },
      { broken: true },
    ]);
    await site.meta.set('entry', page.posts[4]?.id ?? 0, 'footnotes', [notes]);
    assert.match(
      await page.show(block('footnotes')),
      /^<ol class="wp-block-footnotes"><li id="a-1"><a>See<\/a> <a href="#a-1-link"/,
    );
  });
});

describe('query', () => {
  const loop = (query: object, inner: string): string =>
    `<!-- wp:query {"queryId":7,"query":${JSON.stringify(query)}} --><div class="wp-block-query">${inner}</div><!-- /wp:query -->`;
  const template =
    '<!-- wp:post-template {"layout":{"type":"grid","columnCount":2}} --><!-- wp:post-title /--><!-- wp:post-content /--><!-- wp:post-terms {"term":"category"} /--><!-- /wp:post-template -->';

  test('shows each entry by the template, with its content and terms', async () => {
    const html = await page.show(loop({ perPage: 2, postType: 'post' }, template), { entry: undefined });
    assert.match(
      html,
      /^<div class="wp-block-query is-layout-flow[^"]*"><ul class="wp-block-post-template is-layout-grid[^"]*" style="grid-template-columns:repeat\(2,minmax\(0,1fr\)\)">/,
    );
    assert.match(
      html,
      new RegExp(
        `<li class="wp-block-post post-${page.posts[4]?.id} post type-post[^"]*"><h2 class="wp-block-post-title">Post <em>5</em></h2><div class="[^"]*entry-content"><p>Body 5</p></div></li>`,
      ),
    );
    assert.equal(html.match(/<li class="wp-block-post /g)?.length, 2);
  });

  test('filters by term, author, order, offset and search', async () => {
    const titles = async (query: object): Promise<string> =>
      [
        ...(
          await page.show(loop(query, '<!-- wp:post-template --><!-- wp:post-title /--><!-- /wp:post-template -->'))
        ).matchAll(/Post <em>(\d)/g),
      ]
        .map((match) => match[1])
        .join('');
    assert.equal(await titles({ taxQuery: { category: [page.news.id] } }), '321');
    assert.equal(await titles({ author: String(page.authorId), order: 'asc', perPage: 3 }), '123');
    assert.equal(await titles({ offset: 1, perPage: 2 }), '43');
    assert.equal(await titles({ exclude: [page.posts[4]?.id], orderBy: 'title', order: 'asc' }), '1234');
    assert.equal(await titles({ postType: 'wp_block' }), '54321');
    assert.equal(await titles({ author: '999' }), '');
  });

  test('turns pages where the page says which, and not elsewhere', async () => {
    const inner = `${template}<!-- wp:query-pagination --><!-- wp:query-pagination-previous /--><!-- wp:query-pagination-numbers /--><!-- wp:query-pagination-next /--><!-- /wp:query-pagination -->`;
    const second = await page.show(loop({ perPage: 2 }, inner), { query: { 'query-7-page': '2' } });
    assert.match(second, /Body 3.*Body 2/s);
    assert.match(
      second,
      /<a class="wp-block-query-pagination-previous" href="\/here\/\?query-7-page=1" rel="prev">Previous page<\/a>/,
    );
    assert.match(second, /aria-current="page">2<\/span><a class="page-numbers" href="\/here\/\?query-7-page=3"/);
    assert.doesNotMatch(await page.show(loop({ perPage: 2 }, inner)), /pagination/);
  });

  test('says that there is nothing', async () => {
    const inner = `${template}<!-- wp:query-no-results -->${paragraph('None')}<!-- /wp:query-no-results -->`;
    assert.match(await page.show(loop({ author: '999' }, inner)), /<p>None<\/p>/);
    assert.doesNotMatch(await page.show(loop({}, inner)), /None/);
  });

  test('costs the same number of queries for two entries as for five', async () => {
    const count = async (perPage: number): Promise<number> => {
      const inner =
        '<!-- wp:post-template --><!-- wp:post-title /--><!-- wp:post-date /--><!-- wp:post-author /--><!-- wp:post-terms {"term":"category"} /--><!-- wp:post-excerpt /--><!-- /wp:post-template -->';
      return (await page.site.database.countQueries(() => page.show(loop({ perPage }, inner)))).queries.length;
    };
    await count(2);
    const [two, five] = [await count(2), await count(5)];
    assert.equal(two, five);
    assert.ok(five <= 8, `${five} queries`);
  });
});
