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
