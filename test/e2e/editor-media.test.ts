// Embeds, sound, films and files in the editor: seen, captioned, changed, and nothing asked of other sites.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite, violations } from './admin-visitor.ts';
import { editorText, openEntry, pressEnd } from './editor-visitor.ts';
import type { WatchedPage } from './visitor.ts';

const FILM =
  '<!-- wp:video {"id":9} -->\n<figure class="wp-block-video odd"><video controls data-x=1 src="https://example.org/a.mp4"></video></figure>\n<!-- /wp:video -->';
const EMBED =
  '<!-- wp:embed {"url":"https://vimeo.com/1","type":"video","providerNameSlug":"vimeo","className":"mine"} -->\n<figure class="wp-block-embed is-type-video is-provider-vimeo wp-block-embed-vimeo mine"><div class="wp-block-embed__wrapper">\nhttps://vimeo.com/1\n</div><figcaption class="wp-element-caption">Old</figcaption></figure>\n<!-- /wp:embed -->';
const FILE =
  '<!-- wp:file {"id":3,"href":"/media/plan.pdf"} -->\n<div class="wp-block-file"><a id="f" href="/media/plan.pdf">The plan</a><a href="/media/plan.pdf" class="wp-block-file__button wp-element-button" download aria-describedby="f">Download</a></div>\n<!-- /wp:file -->';

describe('media in the editor', { skip: chromiumMissing() }, () => {
  let ada: AdminSite;
  let watched: WatchedPage;
  let page: Page;
  const foreign: string[] = [];

  before(async () => {
    ada = await startAdminSite();
    watched = await ada.enter({ viewport: { width: 1280, height: 900 } });
    page = watched.page;
    page.on('request', (request) => {
      if (!request.url().startsWith(ada.origin) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
    });
  });
  after(async () => {
    assert.deepEqual(watched?.complaints, []);
    assert.deepEqual(foreign, [], 'nothing is asked of other sites');
    await ada?.stop();
  });

  const edit = async (content: string): Promise<void> => {
    const draft = { type: 'post', title: 'A text', content } as const;
    await openEntry(watched, (await ada.current.site.entries.save(draft, { viewer: SYSTEM })).id);
  };
  const pasteText = (text: string): Promise<void> =>
    page.evaluate((words) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', words);
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      document.querySelector('.ge-text')?.dispatchEvent(event);
    }, text);

  test('an address on an empty line becomes an embed, and one undo makes it a link', async () => {
    await edit('');
    await page.locator('.ge-text > p').click();
    await pasteText('https://www.youtube.com/watch?v=a1');
    await page.locator('.ge-card', { hasText: 'YouTube' }).getByText('watch?v=a1').waitFor();
    assert.equal(
      await editorText(page),
      '<!-- wp:embed {"url":"https://www.youtube.com/watch?v=a1","type":"video","providerNameSlug":"youtube","responsive":true} -->\n<figure class="wp-block-embed is-type-video is-provider-youtube wp-block-embed-youtube"><div class="wp-block-embed__wrapper">\nhttps://www.youtube.com/watch?v=a1\n</div></figure>\n<!-- /wp:embed -->',
    );
    await page.keyboard.press('Control+z');
    assert.match(
      await editorText(page),
      /^<!-- wp:paragraph -->\n<p><a href="https:\/\/www\.youtube\.com\/watch\?v=a1">/,
    );
  });

  test('an empty embed asks for its address; another address changes its provider and nothing else', async () => {
    await edit(EMBED);
    assert.equal(await editorText(page), EMBED);
    await page.locator('.ge-card').click();
    await page.getByRole('tab', { name: 'Block' }).click();
    await page.getByLabel('Address', { exact: true }).fill('https://open.spotify.com/track/2');
    await page.locator('.ge-card', { hasText: 'Spotify' }).waitFor();
    assert.equal(
      await editorText(page),
      EMBED.replaceAll('https://vimeo.com/1', 'https://open.spotify.com/track/2')
        .replace(
          '"type":"video","providerNameSlug":"vimeo","className":"mine"',
          '"type":"rich","providerNameSlug":"spotify","className":"mine"',
        )
        .replace(
          'is-type-video is-provider-vimeo wp-block-embed-vimeo mine',
          'mine is-type-rich is-provider-spotify wp-block-embed-spotify',
        )
        .replace(
          '{"url":"https://open.spotify.com/track/2","type":"rich","providerNameSlug":"spotify","className":"mine"}',
          '{"className":"mine","url":"https://open.spotify.com/track/2","type":"rich","providerNameSlug":"spotify","responsive":true}',
        ),
    );
    await edit('');
    await page.locator('.ge-text > p').click();
    await page.keyboard.type('/embed');
    await page.keyboard.press('Enter');
    const field = page.getByLabel('Address of what is to be shown');
    await field.fill('https://example.org/talk');
    await page.keyboard.press('Enter');
    await page.locator('.ge-card', { hasText: 'example.org' }).waitFor();
    assert.match(await editorText(page), /^<!-- wp:embed \{"url":"https:\/\/example\.org\/talk"\} -->/);
  });

  test('a film has a caption, a picture until it plays, and what its player does; all else keeps its bytes', async () => {
    await edit(FILM);
    assert.equal(await editorText(page), FILM);
    await page.locator('.ge-image figcaption').click();
    await page.keyboard.type('How it was made');
    await page.getByRole('tab', { name: 'Block' }).click();
    await page.getByLabel('Picture until it plays', { exact: true }).fill('/media/first.jpg');
    await page.getByLabel('Begin again at the end').check();
    assert.equal(
      await editorText(page),
      FILM.replace(
        'src="https://example.org/a.mp4">',
        'src="https://example.org/a.mp4" poster="/media/first.jpg" loop="">',
      ).replace(
        '</video></figure>',
        '</video><figcaption class="wp-element-caption">How it was made</figcaption></figure>',
      ),
    );
    assert.deepEqual(await violations(page), []);
  });

  const offered = async (): Promise<string[]> => {
    await page.getByRole('button', { name: 'change the block' }).click();
    const labels = await page.getByRole('menuitem').allTextContents();
    await page.keyboard.press('Escape');
    return labels.map((label) => label.trim());
  };
  const become = async (name: string): Promise<void> => {
    await page.getByRole('button', { name: 'change the block' }).click();
    await page.getByRole('menuitem', { name, exact: true }).click();
  };
  const picture = (data: string, classes: string, inner: string): string =>
    `<!-- wp:image ${data} -->\n<figure class="wp-block-image ${classes}">${inner}</figure>\n<!-- /wp:image -->`;

  test('pictures become a gallery, a cover, stand beside text, and come back as they were; what would be lost is not offered', async () => {
    const img = '<img src="https://example.org/a.jpg" alt="A press" class="wp-image-7"/>';
    const caption = '<figcaption class="wp-element-caption">By <em>hand</em></figcaption>';
    const plain = picture(
      '{"id":7,"sizeSlug":"large","linkDestination":"none","align":"wide","className":"mine"}',
      'size-large alignwide mine',
      img + caption,
    );
    const linked = picture(
      '{"id":7,"linkDestination":"custom","align":"wide"}',
      'alignwide',
      `<a href="/x">${img}</a>`,
    );
    await edit(`${plain}\n\n${linked}`);
    await page.locator('.ge-image figcaption').first().click();
    await page.keyboard.press('Control+a');
    assert.deepEqual(await offered(), ['Gallery']);
    await become('Gallery');
    const gallery = await editorText(page);
    assert.match(gallery, /^<!-- wp:gallery \{"linkTo":"none","align":"wide"\} -->\n<figure class="[^"]* alignwide">/);
    assert.equal(gallery.match(/<!-- wp:image/g)?.length, 2);
    await become('Image');
    assert.equal(
      await editorText(page),
      `${plain}\n\n${linked}`
        .replaceAll('"align":"wide","className":"mine"', '"className":"mine","align":"wide"')
        .replace('alignwide mine', 'mine alignwide'),
    );
    await page.locator('.ge-picture').last().click();
    assert.deepEqual(await offered(), ['Gallery'], 'a cover leads nowhere');
    await edit(plain);
    await page.locator('.ge-picture').click();
    await become('Cover');
    const cover = await editorText(page);
    assert.match(
      cover,
      /^<!-- wp:cover \{"url":"https:\/\/example\.org\/a\.jpg","id":7,"alt":"A press","dimRatio":50,"sizeSlug":"large","align":"wide","className":"mine"\} -->\n<div class="wp-block-cover alignwide mine"><img class="wp-block-cover__image-background wp-image-7 size-large" src="https:\/\/example\.org\/a\.jpg" alt="A press" data-object-fit="cover"\/>/,
    );
    assert.match(cover, /<p>By <em>hand<\/em><\/p>/);
    await become('Media and text');
    assert.match(
      await editorText(page),
      /^<!-- wp:media-text \{"mediaId":7,"mediaLink":"[^"]+","mediaType":"image","mediaSizeSlug":"large","align":"wide","className":"mine"\} -->\n<div class="wp-block-media-text is-stacked-on-mobile alignwide mine"><figure class="wp-block-media-text__media"><img src="https:\/\/example\.org\/a\.jpg" alt="A press" class="wp-image-7 size-large"\/><\/figure>/,
    );
    await become('Image');
    assert.equal(await editorText(page), plain);
  });

  test('lines become buttons and lines again with their links; headings of all levels keep their anchor, and paragraphs what both have', async () => {
    const line = '<!-- wp:paragraph -->\n<p><a href="/shop" rel="nofollow">To the shop</a></p>\n<!-- /wp:paragraph -->';
    await edit(line);
    await page.locator('.ge-text > p').click();
    await become('Buttons');
    assert.equal(
      await editorText(page),
      '<!-- wp:buttons -->\n<div class="wp-block-buttons"><!-- wp:button -->\n<div class="wp-block-button"><a class="wp-block-button__link wp-element-button" href="/shop" rel="nofollow">To the shop</a></div>\n<!-- /wp:button --></div>\n<!-- /wp:buttons -->',
    );
    await become('Paragraph');
    assert.equal(await editorText(page), line);
    await edit(
      '<!-- wp:heading {"textAlign":"center","className":"big"} -->\n<h2 class="wp-block-heading has-text-align-center big" id="a" data-x="1">One</h2>\n<!-- /wp:heading -->',
    );
    await page.locator('.ge-text h2').click();
    const labels = await offered();
    assert.deepEqual(
      labels.filter((label) => label.startsWith('Heading')),
      [1, 3, 4, 5, 6].map((level) => `Heading ${level}`),
    );
    await become('Heading 6');
    assert.equal(
      await editorText(page),
      '<!-- wp:heading {"textAlign":"center","className":"big","level":6} -->\n<h6 class="wp-block-heading has-text-align-center big" id="a" data-x="1">One</h6>\n<!-- /wp:heading -->',
    );
    await become('Paragraph');
    assert.equal(
      await editorText(page),
      '<!-- wp:paragraph {"className":"big","align":"center"} -->\n<p class="big has-text-align-center" id="a">One</p>\n<!-- /wp:paragraph -->',
    );
    await edit(FILM);
    await page.locator('.ge-card, .ge-player').first().click();
    assert.deepEqual(await offered(), ['Nothing else: it stays what it is'], 'a film is no line of words');
  });

  test('a film of this site plays in the editor', async () => {
    await edit(FILM.replace('https://example.org/a.mp4', '/media/none.mp4'));
    await page.locator('.ge-player video[controls]').waitFor();
    watched.complaints.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...watched.complaints.filter((text) => !/none\.mp4|404/.test(text)),
    );
  });

  test('the words of a file are written in place, and its button is taken away and comes back', async () => {
    await edit(FILE);
    assert.equal(await editorText(page), FILE);
    await page.locator('.ge-file-name').click();
    await pressEnd(page);
    await page.keyboard.type(' of 2026');
    await page.getByRole('tab', { name: 'Block' }).click();
    const words = FILE.replace('The plan<', 'The plan of 2026<');
    assert.equal(await editorText(page), words);
    await page.getByLabel('Words of the button').fill('Get it');
    assert.equal(await editorText(page), words.replace('>Download<', '>Get it<'));
    await page.getByLabel('With a button to download it').uncheck();
    assert.equal(
      await editorText(page),
      '<!-- wp:file {"id":3,"href":"/media/plan.pdf","showDownloadButton":false} -->\n<div class="wp-block-file"><a id="f" href="/media/plan.pdf">The plan of 2026</a></div>\n<!-- /wp:file -->',
    );
    assert.deepEqual(await violations(page), []);
  });
});
