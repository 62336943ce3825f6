import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import { chromiumMissing } from '../support/chromium.ts';
import { startVisitor, type Visitor } from './visitor.ts';
import { startWalkSite, type WalkSite } from './walk-site.ts';

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };

/** Whether a person sees it: on the page, with a size, and not clipped away. */
const isSeen = (page: Page, selector: string): Promise<boolean> => page.locator(selector).first().isVisible();

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120) ?? '');

describe('in a browser', { skip: chromiumMissing() }, () => {
  let site: WalkSite;
  let visitor: Visitor;

  before(async () => {
    site = await startWalkSite();
    visitor = await startVisitor(site.origin);
  });
  after(async () => {
    await visitor?.close();
    await site?.close();
  });

  test('everything can be read, reached and sent without JavaScript', async () => {
    const watched = await visitor.visit({ javaScriptEnabled: false, viewport: PHONE });
    const { page } = watched;
    await watched.open('/2024/05/report-0/');
    assert.ok(await isSeen(page, '.entry-content p'));
    assert.ok(await isSeen(page, '#comments .comment-text'));
    assert.ok(!(await isSeen(page, '[data-mode-switch]')), 'a button that needs a script is shown without');
    await page.click('.nav-summary');
    assert.ok(await isSeen(page, '.menu a'), 'the menu opens');
    await page.click('.search-drawer summary');
    await page.fill('#search-masthead', 'engine');
    await page.press('#search-masthead', 'Enter');
    await page.waitForURL(/\?s=engine/);
    assert.match((await page.textContent('h1')) ?? '', /engine/);
    await watched.open('/2024/05/report-1/');
    await page.fill('#comment', 'Sent by a form alone');
    await page.fill('#author', 'Guest');
    await page.fill('#email', 'guest@example.org');
    await page.click('.comment-form button[type=submit]');
    await page.waitForURL(/#comment-/);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('the sheet is as wide on a page as on a post, on a phone and on a desk', async () => {
    for (const viewport of [PHONE, DESK]) {
      const watched = await visitor.visit({ viewport });
      const widths: (number | undefined)[] = [];
      const titles: (number | undefined)[] = [];
      for (const path of ['/2024/05/report-0/', '/about/']) {
        await watched.open(path);
        widths.push((await watched.page.locator('.masthead').boundingBox())?.width);
        titles.push((await watched.page.locator('h1').boundingBox())?.x);
      }
      assert.deepEqual(widths, [viewport.width, viewport.width]);
      assert.equal(titles[0], titles[1]);
      await watched.close();
    }
  });

  test('the first stop of the keyboard leads past the masthead to the text', async () => {
    const watched = await visitor.visit({ viewport: DESK });
    await watched.open('/');
    await watched.page.keyboard.press('Tab');
    assert.match(await focused(watched.page), /class="skip"/);
    const box = await watched.page.locator('.skip').boundingBox();
    assert.ok(box && box.x >= 0 && box.y >= 0 && box.height > 16, 'the link is seen while it has the focus');
    await watched.page.keyboard.press('Enter');
    await watched.page.waitForFunction(() => document.activeElement?.id === 'main');
    await watched.close();
  });

  test('the keyboard opens the menu on a phone and Escape closes the search and gives the focus back', async () => {
    const watched = await visitor.visit({ viewport: PHONE });
    const { page } = watched;
    await watched.open('/');
    await page.focus('.nav-summary');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.match(await focused(page), /^<a /);
    await page.focus('.search-drawer summary');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'search-masthead');
    await page.keyboard.press('Escape');
    assert.match(await focused(page), /^<summary/);
    assert.equal(await page.locator('.search-drawer[open]').count(), 0);
    await watched.close();
  });

  test('every focusable thing of a page shows that it has the focus', async () => {
    const watched = await visitor.visit({ viewport: DESK });
    const { page } = watched;
    await watched.open('/2024/05/report-0/');
    const invisible: string[] = [];
    const count = await page.locator('a[href], button, input, textarea, summary').count();
    assert.ok(count > 20);
    for (let stop = 0; stop < count; stop++) {
      await page.keyboard.press('Tab');
      const bad = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return undefined;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        const shows = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
        return shows ? undefined : element.outerHTML.slice(0, 120);
      });
      if (bad !== undefined) invisible.push(bad);
    }
    assert.deepEqual(invisible, []);
    await watched.close();
  });

  test('the choice of colours lasts over pages and is there before the first paint', async () => {
    const watched = await visitor.visit({ viewport: DESK, colorScheme: 'light' });
    const { page } = watched;
    await watched.open('/');
    const paper = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    const other = await page.context().newPage();
    await other.goto('/about/');
    await other.locator('[data-mode-switch]').waitFor();
    await page.click('[data-mode-switch]');
    await page.click('[data-mode-switch]');
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
    await other.locator('html[data-theme="dark"]').waitFor();
    const dark = await paper();
    assert.notEqual(dark, light);
    // With the script file held back, only what stands in the head can have set the colours.
    await page.route('**/*.js', (route) => route.abort());
    await page.goto('/about/');
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
    assert.equal(await paper(), dark);
    await watched.close();
  });

  test('a picture whose file is gone keeps its place and its words, and the caption stands below it', async () => {
    const gone = (alt: string, size = ''): string =>
      `<!-- wp:image -->\n<figure class="wp-block-image"><img src="/media/gone.jpg" alt="${alt}"${size}/><figcaption class="wp-element-caption">About: ${alt}</figcaption></figure>\n<!-- /wp:image -->`;
    const gallery = `<!-- wp:gallery -->\n<figure class="wp-block-gallery has-nested-images columns-default is-cropped">${gone('Oak')}${gone('Elm')}</figure>\n<!-- /wp:gallery -->`;
    const content = `${gone('A press', ' width="1200" height="800"')}\n\n${gone('No size')}\n\n${gallery}`;
    const { id } = await site.running.site.entries.save(
      { type: 'post', title: 'Pictures that are gone', status: 'publish', content },
      { viewer: SYSTEM },
    );
    for (const viewport of [PHONE, { width: 700, height: 900 }]) {
      const { page, close } = await visitor.visit({ viewport });
      await page.goto(`/?p=${id}`);
      const figures = await page.evaluate(() =>
        [...document.querySelectorAll('.entry-content figure:not(.wp-block-gallery)')].map((figure) => {
          const [img, words] = ['img', 'figcaption'].map((name) => figure.querySelector(name)?.getBoundingClientRect());
          const said = getComputedStyle(figure.querySelector('img') ?? figure, '::before').content;
          return {
            said,
            ratio: (img?.width ?? 0) / (img?.height || 1),
            isBelow: (words?.top ?? 0) >= (img?.bottom ?? 1),
          };
        }),
      );
      assert.deepEqual(
        figures.map(({ said, isBelow }) => [said, isBelow]),
        ['A press', 'No size', 'Oak', 'Elm'].map((alt) => [`"${alt}"`, true]),
      );
      assert.deepEqual(
        [0, 2, 3].map((at) => figures[at]?.ratio.toFixed(1)),
        ['1.5', '1.0', '1.0'],
        `${viewport.width}`,
      );
      await close();
    }
    await site.running.site.entries.remove(id, { viewer: SYSTEM });
  });

  test('on paper there is the text, and nothing to click', async () => {
    const watched = await visitor.visit({ viewport: DESK });
    const { page } = watched;
    await watched.open('/2023/01/rich/');
    await page.emulateMedia({ media: 'print' });
    assert.ok(await isSeen(page, '.entry-content p'));
    for (const selector of ['.tools', '.nav-drawer', '.respond', '.skip'])
      assert.ok(!(await isSeen(page, selector)), selector);
    const linked = await page.evaluate(() => {
      const link = document.querySelector('.entry-content a[href^="http"]');
      return link ? getComputedStyle(link, '::after').content : '';
    });
    assert.match(linked, /example\.org/);
    await watched.close();
  });

  test('in a language that is written from the right the page is its mirror image', async () => {
    const { options } = site.running.site;
    await options.set('language', 'ar');
    const watched = await visitor.visit({ viewport: DESK });
    const { page } = watched;
    try {
      for (const url of ['/', '/2024/05/report-0/', '/category/reports/']) {
        await watched.open(url);
        assert.equal(await page.getAttribute('html', 'dir'), 'rtl');
        const { start, over } = await page.evaluate(() => ({
          start: document.querySelector('.nameplate a')?.getBoundingClientRect().left ?? 0,
          over: document.documentElement.scrollWidth - innerWidth,
        }));
        assert.ok(start > DESK.width / 3, `${url}: the name of the site stands at ${start}`);
        assert.equal(over, 0, url);
      }
      assert.match((await page.textContent('.skip')) ?? '', /\p{Script=Arabic}/u);
      assert.deepEqual(watched.complaints, []);
    } finally {
      await options.set('language', 'en');
      await watched.close();
    }
  });

  test('no page runs what strangers wrote into names, titles, comments and searches', async () => {
    const { site: host } = site.running;
    const poison = '"\'><img src=x onerror=__canary()><script>__canary()</script>{{7*7}}';
    const by = { viewer: SYSTEM };
    const author = await host.users.create(
      {
        login: 'poison',
        email: 'poison@example.org',
        name: poison,
        password: 'a long enough phrase',
        roles: ['author'],
      },
      SYSTEM,
    );
    const category = await host.terms.save({ taxonomy: 'category', name: poison, slug: 'poison' }, by);
    const entry = await host.entries.save(
      {
        type: 'post',
        status: 'publish',
        title: poison,
        slug: 'poison',
        excerpt: poison,
        content: `<p>${poison}</p><a href="javascript:__canary()">x</a><svg onload=__canary()></svg>`,
        authorId: author.id,
        publishedAt: Date.UTC(2024, 5, 1),
        terms: { category: [category.id] },
      },
      { ...by, htmlBy: { ...SYSTEM, can: () => false } },
    );
    await host.services.use('comments').import({
      entryId: entry.id,
      parentId: null,
      userId: null,
      authorName: poison,
      authorEmail: 'poison@example.org',
      authorUrl: 'javascript:__canary()',
      authorAddress: '192.0.2.1',
      agent: poison,
      status: 'approved',
      type: 'comment',
      createdAt: Date.now(),
      content: `${poison} <a href="javascript:__canary()">y</a>`,
    });
    const watched = await visitor.visit({ viewport: DESK, bypassCSP: true });
    let ran = 0;
    // Even with the policy switched off nothing may run: the policy is the second wall, not the first.
    await watched.page.exposeFunction('__canary', () => {
      ran++;
    });
    const search = encodeURIComponent(poison);
    for (const url of ['/', '/2024/06/poison/', '/category/poison/', `/author/${author.slug}/`, `/?s=${search}`]) {
      await watched.page.goto(url, { waitUntil: 'networkidle' });
      for (const link of await watched.page.locator('a[href^="javascript:" i]').all())
        assert.fail(`${url} has a link ${await link.getAttribute('href')}`);
      assert.equal(await watched.page.locator('[onerror], [onload], script:has-text("canary")').count(), 0, url);
      assert.ok(!(await watched.page.content()).includes('>49'), url);
    }
    assert.equal(ran, 0);
    await watched.close();
  });
});
