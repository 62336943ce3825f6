import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SafeHtml, SYSTEM } from 'galley';
import { block, POISON, type SamplePage, startSamplePage } from './test-page.ts';

let page: SamplePage;

before(async () => {
  page = await startSamplePage();
});

after(() => page.stop());

describe('site', () => {
  test('title, tagline, search, log-in and feed', async () => {
    assert.equal(
      await page.show(block('site-title', { level: 0 })),
      '<p class="wp-block-site-title"><a href="/" rel="home">Galley</a></p>',
    );
    assert.match(await page.show(block('site-tagline')), /^<p class="wp-block-site-tagline">Set in type/);
    assert.equal(await page.show(block('site-logo')), '');
    assert.match(
      await page.show(block('loginout')),
      /logged-out"><a href="\/admin\/login\?redirect_to=%2Fhere%2F">Log in/,
    );
    assert.match(await page.show(block('loginout'), { viewer: SYSTEM }), /Log in/);
    const search = await page.show(
      block('search', { label: POISON, placeholder: POISON, buttonText: 'Go', width: 50, widthUnit: '%' }),
    );
    assert.match(search, /<form role="search" method="get" action="\/" class="wp-block-search /);
    assert.match(search, /<input [^>]*name="s"[^>]*placeholder="&quot;&#39;&gt;&lt;img/);
    assert.match(
      await page.show(block('rss', { feedURL: 'https://example.org/feed' })),
      /<a href="https:\/\/example.org\/feed" rel="nofollow noopener">Feed of example.org/,
    );
    assert.equal(await page.show(block('rss', { feedURL: 'javascript:alert(1)' })), '');
  });

  test('the parts of an accordion open without a script, and a formula is drawn of what was typed', async () => {
    const part = (data: string): string =>
      `<!-- wp:accordion-item${data} -->\n<div class="wp-block-accordion-item"><!-- wp:accordion-heading -->\n<h3 class="wp-block-accordion-heading"><button type="button" class="x"><span class="t">How <em>so</em>?</span><span class="wp-block-accordion-heading__toggle-icon" aria-hidden="true">+</span></button></h3>\n<!-- /wp:accordion-heading -->\n\n<!-- wp:accordion-panel -->\n<div role="region" class="wp-block-accordion-panel"><p>By hand.</p></div>\n<!-- /wp:accordion-panel --></div>\n<!-- /wp:accordion-item -->`;
    const html = await page.show(
      `<!-- wp:accordion -->\n<div class="wp-block-accordion">${part('')}${part(' {"openByDefault":true}')}</div>\n<!-- /wp:accordion -->`,
    );
    assert.match(
      html,
      /<details class="wp-block-accordion-item">\s*<summary class="wp-block-accordion-summary"><h3 class="wp-block-accordion-heading"><span class="t">How <em>so<\/em>\?<\/span><\/h3><\/summary>\s*<div role="region"/,
    );
    assert.match(html, /<details class="wp-block-accordion-item" open>/);
    assert.doesNotMatch(html, /<button/);
    const nameless = await page.show(part('').replace('How <em>so</em>?', ''));
    assert.match(
      nameless,
      /<div class="wp-block-accordion-item">\s*<div role="region"/,
      'nothing to press: it is open',
    );
    const unwritten = part('').replace('How <em>so</em>?', '').replace('By hand.', '');
    assert.equal((await page.show(unwritten)).trim(), '', 'nobody wrote it');
    assert.match(await page.show(unwritten.replace('<p></p>', '<p><img src="/x.png" alt=""></p>')), /<img/);
    const whole = (data: string, parts: string): string =>
      `<!-- wp:accordion${data} -->\n<div class="wp-block-accordion">${parts}</div>\n<!-- /wp:accordion -->`;
    const two = part(' {"openByDefault":true}') + part(' {"openByDefault":true}');
    const one = whole(' {"autoclose":true,"headingLevel":2}', two);
    const alone = await page.show(one + one);
    const names = [...alone.matchAll(/<details class="wp-block-accordion-item" name="([^"]+)"/g)].map(
      ([, name]) => name,
    );
    assert.equal(names.length, 4, 'whoever opens one part closes the others');
    assert.deepEqual([names[0] === names[1], names[2] === names[3], names[1] === names[2]], [true, true, false]);
    assert.equal(alone.match(/ open>/g)?.length, 2, 'only the first of each is open at first');
    assert.equal(alone.match(/<h2 class="wp-block-accordion-heading">.*?<\/h2>/g)?.length, 4);
    const own = part('').replace('accordion-heading -->', 'accordion-heading {"level":4} -->').replace(/h3\b/g, 'h4');
    assert.match(
      await page.show(whole(' {"headingLevel":2}', own)),
      /<summary [^>]*><h4 /,
      'a heading has its own level',
    );
    const nested = whole('', part('').replace('<p>By hand.</p>', one));
    assert.match(await page.show(nested), /<details class="wp-block-accordion-item">/, "it is each accordion's own");
    const formula = (inner: string): string =>
      `<!-- wp:math {"latex":"a^2"} -->\n<div class="wp-block-math">${inner}</div>\n<!-- /wp:math -->`;
    assert.match(await page.show(formula('')), /<div class="wp-block-math"><math display="block"><msup>/);
    assert.match(await page.show(formula('<math><mi>z</mi></math>')), /<math><mi>z<\/mi><\/math>/);
  });

  test('what blocks say themselves is in the language of the page', async () => {
    assert.match(await page.show(block('loginout'), { language: 'de' }), />Anmelden</);
    assert.match(
      await page.show(block('archives', { displayAsDropdown: true }), { language: 'de-AT' }),
      />Monat wählen</,
    );
    assert.match(await page.show(block('search'), { language: 'ar' }), />بحث</);
    assert.match(await page.show(block('loginout'), { language: 'en-GB' }), />Log in</);
  });

  test('the logo is shown with the title of the site as its text', async () => {
    const logo = { src: '/logo.png', srcset: '', sizes: '', width: 300, height: 100, alt: '', caption: null };
    const remove = page.site.hooks.addResponder('blocks:logo', () => logo);
    const html = await page.show(block('site-logo', { width: 90 }));
    remove();
    assert.match(
      html,
      /<a class="custom-logo-link" href="\/" rel="home"><img class="custom-logo" src="\/logo.png" width="90" alt="Galley">/,
    );
  });

  test('navigation shows its own links, the menu it refers to, or the pages', async () => {
    const { site } = page;
    const link = block('navigation-link', {
      label: 'Docs <b>1</b><script>x</script>',
      url: '/here/',
      opensInNewTab: true,
    });
    const menu = await page.show(
      `<!-- wp:navigation -->${link}<!-- wp:navigation-submenu {"label":"More","url":"javascript:x"} -->${link}<!-- /wp:navigation-submenu --><!-- /wp:navigation -->`,
    );
    assert.match(
      menu,
      /^<nav class="wp-block-navigation is-layout-flex[^>]*aria-label="Menu"><ul class="wp-block-navigation__container"><li /,
    );
    assert.match(
      menu,
      /href="\/here\/" target="_blank" rel="noopener" aria-current="page"><span[^>]*>Docs <b>1<\/b><\/span>/,
    );
    assert.match(menu, /<a class="[^"]*" href="#">.*<ul class="wp-block-navigation__submenu-container"><li/);
    const kept = await site.entries.save(
      { type: 'wp_navigation', status: 'publish', title: 'Main', content: link },
      { viewer: SYSTEM },
    );
    assert.match(await page.show(block('navigation', { ref: kept.id })), />Docs </);
    assert.match(await page.show(block('navigation', { ref: 99_999 })), />About &amp; us</);
  });

  test('social links have icons and names, and no unsafe address', async () => {
    const html = await page.show(
      '<!-- wp:social-links {"openInNewTab":true} --><ul class="wp-block-social-links"><!-- wp:social-link {"url":"https://example.org","service":"mastodon"} /--><!-- wp:social-link {"url":"javascript:x","service":"__proto__"} /--></ul><!-- /wp:social-links -->',
    );
    assert.match(
      html,
      /<ul class="wp-block-social-links is-layout-flex[^"]*"><li class="wp-block-social-link wp-social-link wp-social-link-mastodon"><a [^>]*target="_blank" rel="noopener"><svg aria-hidden="true"/,
    );
    assert.match(html, /<a class="[^"]*" href="#"[^>]*><svg/);
  });
});

test('pages have the style sheet of the blocks', async () => {
  const { payload } = await page.inject({ method: 'GET', url: '/' });
  const addresses = [...payload.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((match) => match[1] ?? '');
  const sheets = await Promise.all(addresses.map((url) => page.inject({ method: 'GET', url })));
  assert.ok(sheets.some(({ statusCode, payload: css }) => statusCode === 200 && css.includes('@layer blocks')));
});

describe('comments', () => {
  const published = { iso: '2026-05-04T00:00:00.000Z', label: '4 May 2026' };
  const reply = {
    id: 2,
    author: { name: 'Bo', initials: 'B' },
    html: new SafeHtml('<p>Yes</p>'),
    published,
    url: '/p/#comment-2',
    pending: true,
    byAuthor: true,
    depth: 1,
    children: [],
  };
  const first = {
    ...reply,
    id: 1,
    author: { name: POISON, initials: 'P', url: 'https://example.org' },
    url: '/p/#comment-1',
    replyUrl: '/p/?replyto=1',
    pending: false,
    byAuthor: false,
    depth: 0,
    children: [reply],
  };
  const markup = `<!-- wp:comments --><div class="wp-block-comments"><!-- wp:comments-title /--><!-- wp:comment-template -->${['comment-author-name', 'comment-date', 'comment-content', 'comment-reply-link', 'avatar'].map((name) => block(name)).join('')}<!-- /wp:comment-template --><!-- wp:post-comments-form /--></div><!-- /wp:comments -->`;

  test('are empty where nobody keeps comments', async () => {
    assert.equal(await page.show(markup), '<div class="wp-block-comments"></div>');
    assert.match(await page.show(block('latest-comments')), /No comments to show/);
  });

  test('show what the keeper of comments answers, asked once', async () => {
    let asked = 0;
    const remove = page.site.hooks.addResponder('blocks:comments', ({ entryIds }) => {
      asked++;
      const form = {
        action: '/comments',
        entryId: entryIds[0] ?? 0,
        values: { author: POISON },
        errors: { comment: 'Write something' },
      };
      return new Map(
        entryIds.map((id) => [
          id,
          { open: true, requiresLogin: false, count: 2, heading: '2 comments', items: [first], form },
        ]),
      );
    });
    const html = await page.show(markup);
    remove();
    assert.equal(asked, 1);
    assert.match(
      html,
      /<h2 class="wp-block-comments-title">2 comments<\/h2><ol class="wp-block-comment-template"><li class="comment depth-0">/,
    );
    assert.match(html, /<a href="https:\/\/example.org" rel="external nofollow ugc">&quot;&#39;&gt;&lt;img/);
    assert.match(html, /<li class="comment depth-1 bypostauthor">.*awaiting moderation.*<p>Yes<\/p>/);
    assert.match(
      html,
      /<form class="comment-form" method="post" action="\/comments">.*aria-invalid="true".*Write something/,
    );
    assert.match(html, /name="author" type="text" maxlength="245" value="&quot;/);
  });

  test('the latest are listed with their entry', async () => {
    const latest = {
      author: { name: POISON, initials: 'P' },
      url: '/p/#c',
      entry: { title: POISON, url: '/p/' },
      published,
      excerpt: POISON,
    };
    const remove = page.site.hooks.addResponder('blocks:latest-comments', ({ limit }) =>
      Array.from({ length: limit }, () => latest),
    );
    const html = await page.show(block('latest-comments', { commentsToShow: 2 }));
    remove();
    assert.equal(html.match(/<li /g)?.length, 2);
    assert.doesNotMatch(html, /<img/);
  });
});
