// Texts from before there were blocks, and whole blocks that are selected: nothing that is typed takes their place.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite } from './admin-visitor.ts';
import { editorText, openEntry, pressEnd, pressKeys, setEditorText } from './editor-visitor.ts';
import type { WatchedPage } from './visitor.ts';

const CLASSIC = `One <b>bold</b> &amp; more
in two lines

<h2 class=odd>Two</h2>
<ul>
 <li>First</li>
 <li>Second</li>
</ul>
<blockquote>Said

twice</blockquote>
[gallery ids="1"]

<table><tr><td>Cell</td></tr></table>
Last line
`;
const ISLAND = '<!-- wp:acme/odd -->\n<p>odd</p>\n<!-- /wp:acme/odd -->';
const paragraph = (words: string): string => `<!-- wp:paragraph -->\n<p>${words}</p>\n<!-- /wp:paragraph -->`;

describe('classic text and selected blocks', { skip: chromiumMissing() }, () => {
  let ada: AdminSite;
  let watched: WatchedPage;
  let page: Page;

  before(async () => {
    ada = await startAdminSite();
    watched = await ada.enter({ viewport: { width: 1280, height: 900 } });
    page = watched.page;
  });
  after(async () => {
    assert.deepEqual(watched?.complaints, []);
    await ada?.stop();
  });

  const edit = async (content: string): Promise<number> => {
    const draft = { type: 'post', title: 'A text', content } as const;
    const { id } = await ada.current.site.entries.save(draft, { viewer: SYSTEM });
    await openEntry(watched, id);
    return id;
  };

  test('what is typed on a selected block comes after it, and Delete takes the block away until it is undone', async () => {
    await edit(`${ISLAND}\n\n${paragraph('End')}`);
    await page.locator('.ge-island').click();
    await page.keyboard.type('/new');
    await page.keyboard.press('Escape');
    assert.equal(await editorText(page), `${ISLAND}\n\n${paragraph('/new')}\n\n${paragraph('End')}`);
    await page.locator('.ge-island').click();
    await page.keyboard.press('Delete');
    assert.equal(await editorText(page), `${paragraph('/new')}\n\n${paragraph('End')}`);
    await page.keyboard.press('Control+z');
    assert.equal(await editorText(page), `${ISLAND}\n\n${paragraph('/new')}\n\n${paragraph('End')}`);
  });

  /** Chooses from the menu of what blocks become, or from "More". */
  const choose = async (menu: string, item: string): Promise<void> => {
    await page.getByRole('button', { name: menu }).first().click();
    await page
      .getByRole('menuitem', { name: new RegExp(`^${item}`) })
      .first()
      .click();
  };
  const [one, two, three, four] = ['One', 'Two', 'Three', 'Four'].map(paragraph) as [string, string, string, string];
  const written = (...blocks: readonly string[]): string => blocks.join('\n\n');
  const items = '<ul><li>One</li><li>Two</li><li>Three</li></ul>';
  const bare = (text: string): string => text.replace(/<!--.*?-->|\s*\n\s*| class="[^"]*"/g, '');

  test('several selected blocks become a list and three blocks again, a quote, a group, columns; each is one step of undo', async () => {
    await edit(written(one, two, three, four));
    await page.locator('.ge-text > p').first().click();
    await pressKeys(page, 'Home', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+End');
    await page.getByRole('button', { name: '3 blocks: change the block' }).waitFor();
    assert.equal(await page.locator('.ge-text .is-among').count(), 3);
    await choose('change the block', 'List');
    assert.equal(bare(await editorText(page)), `${items}<p>Four</p>`);
    await choose('change the block', 'Paragraph');
    assert.equal(bare(await editorText(page)), '<p>One</p><p>Two</p><p>Three</p><p>Four</p>');
    await choose('change the block', 'Heading 5');
    assert.equal(bare(await editorText(page)), '<h5>One</h5><h5>Two</h5><h5>Three</h5><p>Four</p>');
    await pressKeys(page, 'Control+z', 'Control+z', 'Control+z');
    assert.equal(await editorText(page), written(one, two, three, four));
    await choose('change the block', 'Quote');
    assert.equal(bare(await editorText(page)), '<blockquote><p>One</p><p>Two</p><p>Three</p></blockquote><p>Four</p>');
    await pressKeys(page, 'Control+z');
    await choose('More', 'Put into columns');
    assert.equal(
      bare(await editorText(page)),
      '<div><div><p>One</p></div><div><p>Two</p></div><div><p>Three</p></div></div><p>Four</p>',
    );
    await pressKeys(page, 'Control+z');
    assert.equal(await editorText(page), written(one, two, three, four));
    await choose('More', 'Group');
    assert.equal(bare(await editorText(page)), '<div><p>One</p><p>Two</p><p>Three</p></div><p>Four</p>');
    await pressKeys(page, 'Alt+Shift+ArrowDown');
    assert.equal(bare(await editorText(page)), '<p>Four</p><div><p>One</p><p>Two</p><p>Three</p></div>');
    await choose('More', 'Ungroup');
    assert.equal(bare(await editorText(page)), '<p>Four</p><p>One</p><p>Two</p><p>Three</p>');
    await page.getByRole('button', { name: '3 blocks: change the block' }).waitFor();
  });

  test('several selected blocks are moved, duplicated and deleted together, by keys, toolbar and menu', async () => {
    await edit(written(one, ISLAND, two, three));
    await page.locator('.ge-text > p').first().click();
    await page
      .locator('.ge-text > p')
      .nth(1)
      .click({ modifiers: ['Shift'] });
    await page.getByRole('tab', { name: 'Block' }).click();
    await page.getByText('3 blocks are selected.').waitFor();
    await page.locator('.ge-text').focus();
    await pressKeys(page, 'Alt+Shift+ArrowDown');
    assert.equal(await editorText(page), written(three, one, ISLAND, two));
    await page.getByRole('button', { name: 'Move up' }).click();
    assert.equal(await editorText(page), written(one, ISLAND, two, three));
    await choose('More', 'Duplicate');
    assert.equal(await editorText(page), written(one, ISLAND, two, one, ISLAND, two, three));
    await pressKeys(page, 'Control+Shift+d', 'Control+z');
    assert.equal(await editorText(page), written(one, ISLAND, two, one, ISLAND, two, three));
    await pressKeys(page, 'Alt+Shift+Delete');
    assert.equal(await editorText(page), written(one, ISLAND, two, three));
    await pressKeys(page, 'Control+z', 'Control+z', 'Control+z');
    assert.equal(await editorText(page), written(three, one, ISLAND, two));
    await choose('More', 'Delete');
    assert.equal(await editorText(page), three);
    await setEditorText(page, written(ISLAND, one, two));
    await page.locator('.ge-text > p').first().click();
    await pressKeys(page, 'Control+a');
    await choose('More', 'Delete');
    assert.equal(await editorText(page), '');
    await pressKeys(page, 'Control+z', 'Control+a', 'Delete');
    assert.equal(await editorText(page), '');
    await page.keyboard.type('New');
    assert.equal(await editorText(page), paragraph('New'));
  });

  test('what is composed or pasted on a selected block comes after it too', async () => {
    await edit(ISLAND);
    await page.locator('.ge-island').click();
    const session = await page.context().newCDPSession(page);
    await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', windowsVirtualKeyCode: 229, key: 'Process' });
    await session.send('Input.imeSetComposition', { text: '日', selectionStart: 1, selectionEnd: 1 });
    await session.send('Input.insertText', { text: '日' });
    await page.locator('.ge-text > p').getByText('日').waitFor();
    assert.equal(await editorText(page), `${ISLAND}\n\n${paragraph('日')}`);
    await page.locator('.ge-island').click();
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', 'pasted');
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      document.querySelector('.ge-text')?.dispatchEvent(event);
    });
    assert.equal(await editorText(page), `${ISLAND}\n\n${paragraph('pasted')}\n\n${paragraph('日')}`);
  });

  test('a selected column is not typed away: the paragraph comes where one may stand', async () => {
    const picture =
      '<!-- wp:image -->\n<figure class="wp-block-image"><img src="/x.png" alt="x"/></figure>\n<!-- /wp:image -->';
    const columns = `<!-- wp:columns -->\n<div class="wp-block-columns"><!-- wp:column -->\n<div class="wp-block-column">${picture}</div>\n<!-- /wp:column --></div>\n<!-- /wp:columns -->`;
    await edit(columns);
    await page.evaluate(() => {
      const editor = window.editorHandle?.editor;
      let at = -1;
      editor?.state.doc.descendants((node, position) => {
        if (node.type.name === 'column') at = position;
      });
      editor?.commands.setNodeSelection(at);
      editor?.view.focus();
    });
    await page.keyboard.type('x');
    assert.equal(await editorText(page), `${columns}\n\n${paragraph('x')}`);
    watched.complaints.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...watched.complaints.filter((text) => !text.includes('x.png')),
    );
  });

  test('classic text is edited in place: only the piece that changes gets other bytes', async () => {
    const id = await edit(CLASSIC);
    assert.equal(await editorText(page), CLASSIC);
    await page.locator('.ge-text h2').click();
    await pressEnd(page);
    await page.keyboard.type(' and a half');
    await page.locator('.ge-text > p').last().click();
    await pressEnd(page);
    await page.keyboard.press('Enter');
    await page.keyboard.type('Further');
    const wanted = CLASSIC.replace('>Two<', '>Two and a half<').replace('Last line\n', 'Last line\n\nFurther');
    assert.equal(await editorText(page), wanted);
    await page.locator('.ge-text > p').first().click();
    await pressEnd(page);
    await page.keyboard.type('!');
    await page.locator('.ge-text li').last().click();
    await pressEnd(page);
    await page.keyboard.press('Enter');
    await page.keyboard.type('Third');
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page
      .locator('.toast', { hasText: 'Saved' })
      .or(page.locator('.notice', { hasText: 'Saved' }))
      .first()
      .waitFor();
    const saved = await ada.current.site.entries.need(id, SYSTEM);
    assert.equal(
      saved.content,
      wanted
        .replace('in two lines', 'in two lines!')
        .replace(/<ul>[\s\S]*<\/ul>/, '<ul><li>First</li><li>Second</li><li>Third</li></ul>'),
    );
  });

  test('a block among classic text: the text then says itself what its paragraphs are', async () => {
    await edit('One\nline\n\nTwo\n\n[gallery ids="1"]');
    await page.locator('.ge-text > p').first().click();
    await pressEnd(page);
    await page.keyboard.press('Enter');
    await page.keyboard.type('/separator');
    await page.keyboard.press('Enter');
    const separator =
      '<!-- wp:separator -->\n<hr class="wp-block-separator has-alpha-channel-opacity"/>\n<!-- /wp:separator -->';
    const gallery = '<!-- wp:freeform -->[gallery ids="1"]<!-- /wp:freeform -->';
    assert.equal(await editorText(page), `<p>One<br>line</p>\n\n${separator}\n\n<p>Two</p>\n\n${gallery}`);
    const shown = async (text: string): Promise<string> => {
      const { site } = ada.current;
      const html = await site.blocks.render(text, { site, viewer: SYSTEM, language: 'en', tag: () => undefined });
      return html.value
        .replace(/<hr[^>]*>/, '')
        .replace(/<br ?\/?>\s*/g, '<br>')
        .replace(/\s+/g, ' ')
        .trim();
    };
    assert.equal(
      (await shown(await editorText(page))).replace(/> </g, '><'),
      (await shown('One\nline\n\nTwo\n\n[gallery ids="1"]')).replace(/> </g, '><'),
      'readers see the same',
    );
    await page.keyboard.press('Delete');
    assert.match(await editorText(page), /^One\nline\n\nTwo\n\n\[gallery ids="1"\]$/);
  });

  test('classic text becomes blocks by one press, what is no block a block of HTML, and one step brings it back', async () => {
    const classic = `${CLASSIC}\n<a href="/x"><img class="alignright size-full" src="/files/none.png" alt="A" /></a>\n\n[caption align="alignleft" width="10"]<img src="/files/none.png" alt="B" /> Words[/caption]\n\nhttps://example.org/film\n\n<form><input name="x"></form>`;
    await edit(classic);
    await page.locator('.ge-classic').getByRole('button', { name: 'Convert to blocks' }).click();
    await page.locator('.ge-classic').waitFor({ state: 'hidden' });
    const text = await editorText(page);
    const parts = [
      '<!-- wp:paragraph -->\n<p>One <b>bold</b> &amp; more<br>\nin two lines</p>\n<!-- /wp:paragraph -->',
      '<!-- wp:heading -->\n<h2 class="odd">Two</h2>\n<!-- /wp:heading -->',
      '<!-- wp:shortcode -->\n[gallery ids="1"]\n<!-- /wp:shortcode -->',
      '<!-- wp:image {"align":"right","linkDestination":"custom"} -->\n<figure class="wp-block-image alignright"><a href="/x"><img class="alignright size-full" src="/files/none.png" alt="A"></a></figure>\n<!-- /wp:image -->',
      '<!-- wp:image {"align":"left"} -->\n<figure class="wp-block-image alignleft"><img src="/files/none.png" alt="B"><figcaption class="wp-element-caption">Words</figcaption></figure>\n<!-- /wp:image -->',
      '<!-- wp:embed {"url":"https://example.org/film"} -->',
      '<!-- wp:html -->\n<form>',
    ];
    for (const part of parts) assert.ok(text.includes(part), `${part} in ${text}`);
    assert.equal(await page.locator('.ge-text blockquote p').count(), 2);
    await page.keyboard.press('Control+z');
    assert.equal(await editorText(page), classic);
    await setEditorText(page, '');
    watched.complaints.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...watched.complaints.filter((line) => !/none\.png|404/.test(line)),
    );
  });
});
