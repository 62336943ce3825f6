import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { block, type SamplePage, startSamplePage } from './test-page.ts';

let page: SamplePage;

before(async () => {
  page = await startSamplePage();
});

after(() => page.stop());

describe('lists', () => {
  test('latest-posts lists what is published, newest first, with what was asked for', async () => {
    const html = await page.show(
      block('latest-posts', { postsToShow: 2, displayPostDate: true, displayAuthor: true, displayPostContent: true }),
    );
    assert.match(html, /^<ul class="wp-block-latest-posts wp-block-latest-posts__list has-dates has-author"><li>/);
    assert.deepEqual(
      [...html.matchAll(/__post-title" href="([^"]+)">(.*?)<\/a>/g)].map((match) => match.slice(1)),
      [
        ['/2026/05/post-5/', 'Post <em>5</em>'],
        ['/2026/04/post-4/', 'Post <em>4</em>'],
      ],
    );
    assert.match(html, /by Ada &quot;&#39;&gt;&lt;img/);
    assert.match(html, /<time datetime="2026-05-03T12:00:00.000Z"[^>]*>3 May 2026</);
    assert.match(html, /__post-excerpt">Body 5</);
    assert.doesNotMatch(html, /canary/i);
    assert.ok(page.tags.has('type:post'));
  });

  test('latest-posts shows whole bodies once, also when they list posts themselves', async () => {
    const list = block('latest-posts', {
      displayPostContent: true,
      displayPostContentRadio: 'full_post',
      categories: [{ id: page.news.id }],
    });
    const html = await page.show(list);
    assert.equal(html.match(/__post-full-content"><p>Body/g)?.length, 3);
    const { site } = page;
    const own = await site.entries.save(
      {
        type: 'post',
        status: 'publish',
        title: 'Loop',
        content: list.replace(`[{"id":${page.news.id}}]`, '[]'),
        publishedAt: Date.UTC(2026, 5, 3),
      },
      { viewer: SYSTEM },
    );
    assert.ok((await page.show(own.content, { entry: own })).length < 50_000);
    await site.entries.remove(own.id, { viewer: SYSTEM });
  });

  test('archives lists months with their numbers, years, or behind a summary', async () => {
    const html = await page.show(block('archives', { showPostCounts: true }));
    assert.match(
      html,
      /^<ul class="wp-block-archives wp-block-archives-list"><li><a href="\/2026\/05\/">May 2026<\/a> \(1\)/,
    );
    assert.match(
      await page.show(block('archives', { type: 'yearly', showPostCounts: true })),
      /<a href="\/2026\/">2026<\/a> \(5\)/,
    );
    assert.match(
      await page.show(block('archives', { displayAsDropdown: true })),
      /<details[^>]*><summary>Select month<\/summary><ul>/,
    );
    assert.match(await page.show(block('archives'), { language: 'de' }), /Mai 2026/);
  });

  test('calendar links the days and the months around', async () => {
    const html = await page.show(block('calendar', { year: 2026, month: 3 }));
    assert.match(html, /<caption>March 2026<\/caption>/);
    assert.match(html, /<a href="\/2026\/03\/03\/" aria-label="3 March 2026">3<\/a>/);
    assert.match(html, /href="\/2026\/02\/">« February 2026/);
    assert.match(html, /href="\/2026\/04\/">April 2026 »/);
    assert.equal(html.match(/<td/g)?.length, 42);
  });

  test('categories and tag-cloud list terms with names escaped', async () => {
    const html = await page.show(block('categories', { showPostCounts: true }));
    assert.match(
      html,
      new RegExp(
        `<li class="cat-item cat-item-${page.news.id}"><a href="/category/news/">News &quot;&#39;&gt;&lt;img[^<]*</a> \\(3\\)`,
      ),
    );
    assert.match(
      await page.show(block('categories', { showHierarchy: true, displayAsDropdown: true })),
      /<summary>Select category/,
    );
    assert.match(
      await page.show(block('tag-cloud', { showTagCounts: true })),
      /class="tag-cloud-link[^>]*style="font-size:8pt">Ink<span class="tag-link-count"> \(1\)/,
    );
    assert.match(await page.show(block('categories', { taxonomy: 'nonsense' })), /No categories/);
  });

  test('page-list shows pages as a tree and marks the current one', async () => {
    const html = await page.show(block('page-list'), { path: '/about-us/team/' });
    assert.match(
      html,
      /href="\/about-us\/">About &amp; us<\/a><ul class="wp-block-navigation__submenu-container"><li[^>]*><a[^>]*href="\/about-us\/team\/" aria-current="page">Team/,
    );
  });
});
