// The block editor as a writer uses it, and whether it changes anything that the writer did not.
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, askedOf, scriptsOf, startAdminSite, violations } from './admin-visitor.ts';
import { editorText, openEntry, pressEnd, pressKeys } from './editor-visitor.ts';
import type { WatchedPage } from './visitor.ts';

const SHARED = ['../shared/data', 'test/fixtures'];
const folderOf = (name: string): string | undefined =>
  SHARED.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));

/** The block fixtures, where the machine has them. */
function fixtures(): [name: string, text: string][] {
  const folder = folderOf('blocks');
  const files = folder ? globSync(`${folder}/*.html`).sort() : [];
  return files.map((file) => [file, readFileSync(file, 'utf8')]);
}

/** The texts of the entries of a WordPress export. */
function textsOf(name: string): [name: string, text: string][] {
  const folder = folderOf('wxr');
  if (!folder || !existsSync(`${folder}/${name}`)) return [];
  const xml = readFileSync(`${folder}/${name}`, 'utf8');
  return [...xml.matchAll(/<content:encoded><!\[CDATA\[([\s\S]*?)\]\]><\/content:encoded>/g)].map((match, index) => [
    `${name} ${index + 1}`,
    (match[1] ?? '').replace(/\r\n?/g, '\n'),
  ]);
}

const EXPORTS = ['themeunittestdata.wordpress.xml', '64-block-test-data.xml'];

/** One of each kind of block. */
const SAMPLE = [
  '<!-- wp:paragraph -->\n<p>A <a href="/x">link</a> and <code>code</code></p>\n<!-- /wp:paragraph -->',
  '<!-- wp:heading -->\n<h2 class="wp-block-heading">Part</h2>\n<!-- /wp:heading -->',
  '<!-- wp:list -->\n<ul class="wp-block-list"><!-- wp:list-item -->\n<li>Item</li>\n<!-- /wp:list-item --></ul>\n<!-- /wp:list -->',
  '<!-- wp:image -->\n<figure class="wp-block-image"><img src="https://example.org/a.jpg" alt="A press"/></figure>\n<!-- /wp:image -->',
  '<!-- wp:table -->\n<figure class="wp-block-table"><table><thead><tr><th>H</th></tr></thead><tbody><tr><td>C</td></tr></tbody></table></figure>\n<!-- /wp:table -->',
  '<!-- wp:columns -->\n<div class="wp-block-columns"><!-- wp:column -->\n<div class="wp-block-column"></div>\n<!-- /wp:column --></div>\n<!-- /wp:columns -->',
  '<!-- wp:details -->\n<details class="wp-block-details"><summary>More</summary><!-- wp:paragraph -->\n<p>In</p>\n<!-- /wp:paragraph --></details>\n<!-- /wp:details -->',
  '<!-- wp:separator -->\n<hr class="wp-block-separator"/>\n<!-- /wp:separator -->',
  '<!-- wp:html -->\n<b>raw</b>\n<!-- /wp:html -->',
  '<!-- wp:latest-posts /-->',
  '<!-- wp:acme/odd -->\n<p>odd</p>\n<!-- /wp:acme/odd -->',
  '<!-- wp:paragraph -->\n<p>End</p>\n<!-- /wp:paragraph -->',
].join('\n\n');

describe('the block editor', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let current: TestSite;

  before(async () => {
    admin = await startAdminSite();
    ({ current } = admin);
  });
  after(() => admin?.stop());

  /** The editor on a draft with this text. */
  async function openEditor(content: string, options: object = {}): Promise<WatchedPage & { id: number }> {
    const { id } = await current.site.entries.save({ type: 'post', title: 'A text', content }, { viewer: SYSTEM });
    const watched = await admin.enter({ viewport: { width: 1440, height: 1000 }, ...options });
    await openEntry(watched, id);
    assert.deepEqual(watched.complaints, []);
    return { ...watched, id };
  }

  test('what is opened and not edited is written byte for byte: all fixtures and all entries of both imports', async (t) => {
    const all = [...fixtures(), ...EXPORTS.flatMap(textsOf)];
    if (all.length === 0) return t.skip('The fixtures are not on this machine.');
    const watched = await openEditor('');
    const wrong = await watched.page.evaluate(
      (texts) =>
        texts.flatMap(([name, text]) => {
          window.editorHandle?.setText(text);
          const written = window.editorHandle?.text();
          return written === text ? [] : [`${name}: ${JSON.stringify(written?.slice(0, 300))}`];
        }),
      all,
    );
    assert.deepEqual(wrong, []);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('one paragraph edited: no byte of another block changes, nor of its own comments', async (t) => {
    const all = [...fixtures(), ...EXPORTS.flatMap(textsOf)];
    if (all.length === 0) return t.skip('The fixtures are not on this machine.');
    const watched = await openEditor('');
    const { wrong, edited } = await watched.page.evaluate((texts) => {
      const bad: string[] = [];
      let count = 0;
      for (const [name, text] of texts) {
        const handle = window.editorHandle;
        handle?.setText(text);
        const { state, view } = handle?.editor ?? {};
        const places: number[] = [];
        state?.doc.descendants((node, position) => {
          const isOwn = node.type.name === 'paragraph' && typeof node.attrs['src'] === 'number';
          if (isOwn) places.push(position + node.nodeSize - 1);
        });
        const place = places[Math.floor(places.length / 2)];
        if (place === undefined || !state || !view || !handle) continue;
        count++;
        view.dispatch(state.tr.insertText(' Added', place));
        const after = handle.text();
        let start = 0;
        while (start < text.length && text[start] === after[start]) start++;
        let end = 0;
        while (end < text.length - start && text.at(-1 - end) === after.at(-1 - end)) end++;
        const [gone, come] = [text.slice(start, text.length - end), after.slice(start, after.length - end)];
        if (gone.includes('<!--') || come.includes('<!--') || !come.includes('Added'))
          bad.push(`${name}: ${JSON.stringify(gone.slice(0, 200))} became ${JSON.stringify(come.slice(0, 200))}`);
      }
      return { wrong: bad, edited: count };
    }, all);
    assert.deepEqual(wrong, []);
    assert.ok(edited > 30, `${edited} texts with paragraphs`);
    await watched.close();
  });

  test('what is typed is saved with the form, and the rest of the text keeps its bytes', async () => {
    const before =
      '<!-- wp:paragraph {"fontSize":"large"} -->\n<p class="has-large-font-size">One</p>\n<!-- /wp:paragraph -->\n\n\n<!-- wp:acme/box {"a":1} -->\n<div  class=x>kept</div>\n<!-- /wp:acme/box -->\n';
    const watched = await openEditor(before);
    const { page, id } = watched;
    await page.locator('.ge-text p').first().click();
    await pressEnd(page);
    await page.keyboard.type(' and two');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Three');
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByText('Saved').first().waitFor();
    const saved = await current.site.entries.need(id, SYSTEM);
    assert.equal(
      saved.content,
      '<!-- wp:paragraph {"fontSize":"large"} -->\n<p class="has-large-font-size">One and two</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:paragraph -->\n<p>Three</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:acme/box {"a":1} -->\n<div  class=x>kept</div>\n<!-- /wp:acme/box -->\n',
    );
    assert.equal(await editorText(page), saved.content);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('the slash menu finds a block by its letters, arrows choose, Enter puts it in, Escape leaves it', async () => {
    const watched = await openEditor('');
    const { page } = watched;
    await page.locator('.ge-text p').first().click();
    await page.keyboard.type('/head');
    const list = page.getByRole('listbox', { name: 'Blocks' });
    await list.getByRole('option', { name: 'Heading 2' }).waitFor();
    await page.keyboard.press('ArrowDown');
    // Read at once: patterns that come in make the list anew.
    const chosen = await page.evaluate(() => {
      const id = document.querySelector('.ge-text')?.getAttribute('aria-activedescendant') ?? '';
      const option = document.getElementById(id);
      return `${option?.textContent?.trim()} ${option?.getAttribute('aria-selected')}`;
    });
    assert.equal(chosen, 'Heading 3 true');
    await page.keyboard.press('Enter');
    await page.keyboard.type('A title');
    await page.keyboard.press('Enter');
    await page.keyboard.type('/quo');
    await page.keyboard.press('Escape');
    assert.equal(await list.count(), 0);
    assert.equal(
      await editorText(page),
      '<!-- wp:heading {"level":3} -->\n<h3 class="wp-block-heading">A title</h3>\n<!-- /wp:heading -->\n\n<!-- wp:paragraph -->\n<p>/quo</p>\n<!-- /wp:paragraph -->',
    );
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('blocks are moved, changed and taken back by keyboard alone; the tools are one stop and Escape leaves them', async () => {
    const [one, two] = ['One', 'Two'].map((word) => `<!-- wp:paragraph -->\n<p>${word}</p>\n<!-- /wp:paragraph -->`);
    const watched = await openEditor(`${one}\n\n${two}`);
    const { page } = watched;
    await page.locator('.ge-text p').last().click();
    await page.keyboard.press('Alt+Shift+ArrowUp');
    assert.equal(await editorText(page), `${two}\n\n${one}`);
    await page.keyboard.press('Control+z');
    assert.equal(await editorText(page), `${one}\n\n${two}`);
    await page.keyboard.press('Alt+F10');
    assert.equal(await page.evaluate(() => document.activeElement?.closest('[role="toolbar"]') !== null), true);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Quote', exact: true }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-haspopup')), 'menu');
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Quote', exact: true }).press('Enter');
    assert.equal(
      await editorText(page),
      `${one}\n\n<!-- wp:quote -->\n<blockquote class="wp-block-quote">${two}</blockquote>\n<!-- /wp:quote -->`,
    );
    await page.keyboard.press('Alt+F10');
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement?.classList.contains('ge-text')), true);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('what one types at the beginning of a line makes blocks: #, -, 1., > and ```', async () => {
    const watched = await openEditor('');
    const { page } = watched;
    await page.locator('.ge-text p').first().click();
    for (const [typed, ends] of [
      ['## Title', 1],
      ['- Point', 2],
      ['1. First', 2],
      ['> Said', 2],
      ['Some **bold** and _soft_ words', 1],
    ] as const) {
      await page.keyboard.type(typed);
      for (let count = 0; count < ends; count++) await page.keyboard.press('Enter');
    }
    await page.keyboard.type('``` a < b');
    const text = await editorText(page);
    const item = (words: string) => `<!-- wp:list-item -->\n<li>${words}</li>\n<!-- /wp:list-item -->`;
    assert.equal(
      text,
      [
        '<!-- wp:heading -->\n<h2 class="wp-block-heading">Title</h2>\n<!-- /wp:heading -->',
        `<!-- wp:list -->\n<ul class="wp-block-list">${item('Point')}</ul>\n<!-- /wp:list -->`,
        `<!-- wp:list {"ordered":true} -->\n<ol class="wp-block-list">${item('First')}</ol>\n<!-- /wp:list -->`,
        '<!-- wp:quote -->\n<blockquote class="wp-block-quote"><!-- wp:paragraph -->\n<p>Said</p>\n<!-- /wp:paragraph --></blockquote>\n<!-- /wp:quote -->',
        '<!-- wp:paragraph -->\n<p>Some <strong>bold</strong> and <em>soft</em> words</p>\n<!-- /wp:paragraph -->',
        '<!-- wp:code -->\n<pre class="wp-block-code"><code>a &lt; b</code></pre>\n<!-- /wp:code -->',
      ].join('\n\n'),
    );
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('HTML view and blocks show the same text; what is typed there can be undone; settings change one block', async () => {
    const before = '<!-- wp:heading -->\n<h2 class="wp-block-heading odd">One</h2>\n<!-- /wp:heading -->';
    const watched = await openEditor(before);
    const { page } = watched;
    await page.getByRole('button', { name: 'HTML' }).click();
    const field = page.locator('textarea[name="content"]');
    assert.equal(await field.inputValue(), before);
    await field.fill(`${before}\n\n<!-- wp:acme/x /-->`);
    await page.getByRole('button', { name: 'HTML' }).click();
    await page.getByText('acme/x').first().waitFor();
    await page.locator('.ge-text h2').click();
    await page.keyboard.press('Control+z');
    assert.equal(await editorText(page), before);
    await page.getByRole('tab', { name: 'Block' }).click();
    await page.getByLabel('Level').selectOption('3');
    await page.getByLabel('Anchor').fill('part one');
    await page.getByLabel('CSS classes').fill('big');
    assert.equal(
      await editorText(page),
      '<!-- wp:heading {"level":3,"className":"big"} -->\n<h3 class="wp-block-heading odd big" id="part-one">One</h3>\n<!-- /wp:heading -->',
    );
    await page.getByRole('tab', { name: 'Outline' }).click();
    await page.getByRole('tabpanel', { name: 'Outline' }).getByRole('button', { name: 'One' }).waitFor();
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('a table is written as rows and columns are added; a gallery and an island keep their markup through the clipboard', async () => {
    const island = '<!-- wp:acme/odd {"a":[1,2]} -->\n<div  CLASS=x>odd</div>\n<!-- /wp:acme/odd -->';
    const watched = await openEditor(`${island}\n\n<!-- wp:paragraph -->\n<p>Below</p>\n<!-- /wp:paragraph -->`);
    const { page } = watched;
    // The clipboard of the machine is not there in every browser without a window: its events are made here.
    await page.locator('.ge-island').click();
    const html = await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      const options = { clipboardData, bubbles: true, cancelable: true };
      window.editorHandle?.editor.view.dom.dispatchEvent(new ClipboardEvent('copy', options));
      return clipboardData.getData('text/html');
    });
    await page.locator('.ge-text > p').click();
    await pressEnd(page);
    await page.keyboard.press('Enter');
    await page.evaluate((copied) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/html', copied);
      const options = { clipboardData, bubbles: true, cancelable: true };
      window.editorHandle?.editor.view.dom.dispatchEvent(new ClipboardEvent('paste', options));
    }, html);
    assert.equal((await editorText(page)).split(island).length - 1, 2, await editorText(page));
    await page.evaluate(() => window.editorHandle?.setText(''));
    await page.locator('.ge-text p').first().click();
    await page.keyboard.type('/table');
    await page.keyboard.press('Enter');
    await page.keyboard.type('A');
    await page.keyboard.press('Tab');
    await page.keyboard.type('B');
    await page.getByRole('button', { name: 'Column after' }).click();
    await page.keyboard.press('Tab');
    await page.keyboard.type('C');
    await page.getByRole('button', { name: 'Head row on or off' }).click();
    await page.getByRole('button', { name: 'Row below' }).click();
    const row = (tag: string, ...cells: string[]) =>
      `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
    assert.equal(
      await editorText(page),
      `<!-- wp:table -->\n<figure class="wp-block-table"><table class="has-fixed-layout"><thead>${row('th', 'A', 'B', 'C')}${row('th', '', '', '')}</thead><tbody>${row('td', '', '', '')}</tbody></table></figure>\n<!-- /wp:table -->`,
    );
    await page.getByRole('button', { name: 'Row above' }).click();
    await page.keyboard.type('D');
    await page.getByRole('button', { name: 'Column before' }).click();
    assert.match(await editorText(page), /<th>C<\/th><\/tr><tr><th><\/th><th>D<\/th><th><\/th><th><\/th><\/tr><tr>/);
    await page.getByRole('button', { name: 'Table: change the block' }).click();
    assert.ok(await page.getByRole('menuitem', { name: 'Nothing else: it stays what it is' }).isDisabled());
    await page.keyboard.press('Escape');
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('classic text is edited in pieces until it is converted, and then every element is a block', async () => {
    const classic =
      'One <b>bold</b>\n\n<h2>Two</h2>\n<table><tr><td>Cell</td></tr></table>\n<form><input name="x"></form>';
    const watched = await openEditor(classic);
    const { page } = watched;
    assert.equal(await editorText(page), classic);
    await page.locator('.ge-island').first().click();
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Convert to blocks' }).click();
    await page.locator('.ge-text h2').waitFor();
    const text = await editorText(page);
    assert.match(
      text,
      /^<!-- wp:paragraph -->\n<p>One <b>bold<\/b><\/p>\n<!-- \/wp:paragraph -->\n\n<!-- wp:heading -->/,
    );
    assert.match(text, /<!-- wp:html -->\n<form>.*<input name="x">.*\n<!-- \/wp:html -->/s);
    await page.keyboard.press('Control+z');
    assert.equal(await editorText(page), classic);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('a block is dragged by its grip, and another is added below it', async () => {
    const [one, two] = ['One', 'Two'].map((word) => `<!-- wp:paragraph -->\n<p>${word}</p>\n<!-- /wp:paragraph -->`);
    const island = '<!-- wp:acme/odd -->\n<p>odd</p>\n<!-- /wp:acme/odd -->';
    const watched = await openEditor(`${one}\n\n${island}\n\n${two}`);
    const { page } = watched;
    await page.locator('.ge-island').hover();
    await page
      .locator('.ge-grip')
      .last()
      .dragTo(page.locator('.ge-text > p').first(), { targetPosition: { x: 5, y: 2 } });
    assert.equal(await editorText(page), `${island}\n\n${one}\n\n${two}`);
    await page.locator('.ge-text > p').first().hover();
    await page.locator('.ge-grip.is-plus').click();
    await page.keyboard.type('separator');
    await page.keyboard.press('Enter');
    const separator =
      '<!-- wp:separator -->\n<hr class="wp-block-separator has-alpha-channel-opacity"/>\n<!-- /wp:separator -->';
    assert.equal(await editorText(page), `${island}\n\n${one}\n\n${separator}\n\n${two}`);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('what stands in a line and is no text stays as it was written while one writes around it', async () => {
    const line =
      'Ink<sup data-fn="a-1" class="fn"><a id="a-1-link" href="#a-1">1</a></sup> <img class="x" src="https://example.org/p.png" alt="p"> <span  style="color:red" lang=de>rot</span>';
    const watched = await openEditor(`<!-- wp:paragraph -->\n<p>${line}.</p>\n<!-- /wp:paragraph -->`);
    const { page } = watched;
    await page.locator('.ge-text > p').click();
    await pressEnd(page);
    await page.keyboard.type(' More');
    assert.equal(
      await editorText(page),
      `<!-- wp:paragraph -->\n<p>${line.replace('  style', ' style').replace('=de', '="de"')}. More</p>\n<!-- /wp:paragraph -->`,
    );
    assert.deepEqual(
      watched.complaints.filter((text) => !text.includes('p.png')),
      [],
    );
    await watched.close();
  });

  test('a block of a plugin is shown as the server makes it, and the form of its definition changes it', async () => {
    const undefine = current.site.blocks.define('acme/hours', {
      title: 'Opening hours',
      editor: { keywords: 'shop', fields: { day: { kind: 'select', label: 'Day', choices: { mo: 'Monday' } } } },
      render: ({ attrs }) => `<p>Open on ${attrs['day'] === 'mo' ? 'Monday' : 'no day'}</p>`,
    });
    const watched = await openEditor('');
    const { page } = watched;
    await page.locator('.ge-text p').first().click();
    await page.keyboard.type('/shop');
    await page.keyboard.press('Enter');
    await page.locator('.ge-island').getByText('Open on no day').waitFor();
    assert.equal(await editorText(page), '<!-- wp:acme/hours /-->');
    await page.getByRole('tab', { name: 'Block' }).click();
    await page.getByLabel('Day').selectOption('mo');
    await page.locator('.ge-island').getByText('Open on Monday').waitFor();
    assert.equal(await editorText(page), '<!-- wp:acme/hours {"day":"mo"} /-->');
    assert.deepEqual(watched.complaints, []);
    await watched.close();
    undefine();
  });

  test('social icons are added one after the other, each with its service and address', async () => {
    const watched = await openEditor('');
    const { page } = watched;
    await page.locator('.ge-text p').first().click();
    await page.keyboard.type('/mastodon');
    await page.keyboard.press('Enter');
    await page.locator('.ge-island').first().click();
    await page.getByRole('tab', { name: 'Block' }).click();
    await page.getByLabel('Service').selectOption('mastodon');
    await page.getByLabel('Address of the page').fill('https://example.social/@ada');
    await page.locator('.ge-island').getByText('Mastodon').first().waitFor();
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Select what it stands in' }).click();
    await page.getByRole('button', { name: 'Add a social icon' }).click();
    await page.getByLabel('Address of the page').fill('ada@example.org');
    const icons =
      '<!-- wp:social-link {"service":"mastodon","url":"https://example.social/@ada"} /-->\n\n<!-- wp:social-link {"service":"chain","url":"ada@example.org"} /-->';
    assert.equal(
      await editorText(page),
      `<!-- wp:social-links -->\n<ul class="wp-block-social-links">${icons}</ul>\n<!-- /wp:social-links -->`,
    );
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('columns, list items and buttons have tools of their own; links are made and taken away', async () => {
    const watched = await openEditor('');
    const { page } = watched;
    await page.locator('.ge-text p').first().click();
    await page.keyboard.type('/two col');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Left');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Select what it stands in' }).click();
    await page.getByRole('button', { name: 'Column after' }).click();
    assert.equal((await editorText(page)).split('<!-- wp:column -->').length - 1, 3);
    await page.evaluate(() => window.editorHandle?.setText(''));
    await page.locator('.ge-text p').first().click();
    await page.keyboard.type('- One');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Two');
    await page.getByRole('button', { name: 'Indent' }).click();
    await pressKeys(page, 'Shift+Home');
    await page.keyboard.press('Control+k');
    await page.getByLabel('Address').last().fill('example.org');
    await page.keyboard.press('Enter');
    const nested =
      '<ul class="wp-block-list"><!-- wp:list-item -->\n<li><a href="https://example.org">Two</a></li>\n<!-- /wp:list-item --></ul>';
    assert.equal(
      await editorText(page),
      `<!-- wp:list -->\n<ul class="wp-block-list"><!-- wp:list-item -->\n<li>One<!-- wp:list -->\n${nested}\n<!-- /wp:list --></li>\n<!-- /wp:list-item --></ul>\n<!-- /wp:list -->`,
    );
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('its scripts are small enough to come over a phone’s line', async () => {
    const watched = await openEditor(SAMPLE);
    const { count, bytes } = await scriptsOf(watched.page);
    assert.ok(count >= 2 && bytes < 260 * 1000, `${bytes} bytes in ${count} scripts`);
    await watched.close();
  });

  for (const [width, colorScheme] of [
    [1440, 'light'],
    [1440, 'dark'],
    [390, 'light'],
  ] as const) {
    test(`no barrier in the editor, its menus and tabs at ${width} pixels, ${colorScheme}`, async () => {
      const watched = await openEditor(SAMPLE, { viewport: { width, height: 900 }, colorScheme });
      const { page } = watched;
      const wrong: string[] = [];
      const look = async (name: string): Promise<void> => {
        const asked = askedOf(colorScheme, width);
        for (const violation of await violations(page, asked)) wrong.push(`${name}: ${violation}`);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) wrong.push(`${name}: ${over} pixels wider than the window`);
      };
      await page.locator('.ge-text p').first().click();
      await look('the text');
      await page.getByRole('tab', { name: 'Block' }).click();
      await look('the block');
      await page.getByRole('tab', { name: 'Outline' }).click();
      await look('the outline');
      await page.locator('.ge-text p').first().click();
      await page.getByRole('button', { name: 'Add a block' }).first().click();
      await look('the inserter');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'change the block' }).click();
      await look('a menu');
      await page.keyboard.press('Escape');
      await page.locator('.ge-text > p').last().click();
      await page.keyboard.press('Enter');
      await page.keyboard.type('/');
      await look('the slash menu');
      assert.deepEqual(wrong, []);
      assert.deepEqual(watched.complaints, []);
      await watched.close();
    });
  }
});
