// What the block editor does with what is pasted, found and overlooked; folded parts and formulas, by keys alone.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite, violationsInBoth } from './admin-visitor.ts';
import { editorText, focusText, openEntry, pressKeys } from './editor-visitor.ts';
import type { WatchedPage } from './visitor.ts';

/** As these programs put it on the clipboard: by hand, in their manner. */
const WORD = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head><body>
<!--StartFragment--><h1 style='mso-list:none'><b>Type</b><o:p></o:p></h1>
<p class=MsoNormal><span style='font-weight:700'>Ink</span> and <i>paper</i><o:p>&nbsp;</o:p></p>
<p class=MsoNormal><b style='mso-bidi-font-weight:normal'>Lead</b> and <i style='mso-bidi-font-style:normal'>tin</i>, <u>cast</u><a href="#_ftn1">[1]</a></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18pt;mso-list:l0 level1 lfo1'><!--[if !supportLists]--><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp;</span></span><!--[endif]-->Case</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o&nbsp;</span>Upper</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·&nbsp;</span>Stick</p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<!--EndFragment--></body></html>`;
const DOCS = `<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr" style="line-height:1.38"><span style="font-size:11pt;font-weight:400">Plain and </span><span style="font-weight:700">bold</span><span style="font-style:italic"> and slanted</span> <a href="https://www.google.com/url?q=https://example.org/a&amp;sa=D"><u>there</u></a></p><ul><li dir="ltr"><p role="presentation"><span>One</span></p></li><ul><li><p><span>One below</span></p></li></ul><li><p><span>Two</span></p></li></ul><br><table style="border:none"><tbody><tr><th><p>Size</p></th><th><p>Price</p></th></tr><tr><td style="color:red"><p>A4</p></td><td><p>2</p></td></tr></tbody></table></b>`;
const SHEET = `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body><table>
<!--StartFragment--><col width=64><tr height=20><td class=xl65>Quarter</td><td align=right>12,5</td></tr><!--EndFragment-->
</table></body></html>`;
const PAGE = `<figure class="x"><a href="https://example.org/"><img src="https://example.org/a.png" alt="A press"></a><figcaption>The <b>press</b></figcaption></figure><div class="highlight"><pre><code class="js">a &lt; b\nc</code></pre></div><pre>typed</pre><ol start="3"><li>third</li></ol><blockquote>said</blockquote>`;
/** A note with a mark, one of two paragraphs at the end of the text, and a mark whose note was not copied. */
const NOTES = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><!--StartFragment-->
<p class=MsoTitle align=center style='text-align:center'>Of type</p>
<h2 style='text-align:center'>Part</h2>
<p class=MsoNormal>Lead<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""><span class=MsoFootnoteReference><span style='mso-special-character:footnote'><![if !supportFootnotes]><span class=MsoFootnoteReference>[1]</span><![endif]></span></span></a> and tin<a style='mso-endnote-id:edn1' href="#_edn1" name="_ednref1" title=""><span>[i]</span></a>, not zinc<a href="#_ftn9" name="_ftnref9">[9]</a>.</p>
<!--EndFragment--><div style='mso-element:footnote-list'><![if !supportFootnotes]><br clear=all><hr align=left size=1 width="33%"><![endif]>
<div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a style='mso-footnote-id:ftn1' href="#_ftnref1" name="_ftn1" title=""><span class=MsoFootnoteReference>[1]</span></a> A <b>heavy</b> metal.</p><p class=MsoFootnoteText>Its melting point is low.</p></div></div>
<div style='mso-element:endnote-list'><div style='mso-element:endnote' id=edn1><p class=MsoEndnoteText><a style='mso-endnote-id:edn1' href="#_ednref1" name="_edn1" title="">[i]</a> From Cornwall.</p></div></div></body></html>`;
const WEB_NOTES =
  '<ul><li><a id="to-a" href="#a">Chapter one</a></li></ul><h3 id="a"><a href="#to-a">Chapter one</a></h3><p>Set<sup><a href="#fn-1" id="ref-1">1</a></sup> twice<sup><a href="#fn-1" id="ref-2">1</a></sup></p><section data-footnotes><h2>Footnotes</h2><ol><li id="fn-1"><p>By hand. <a href="#ref-1">↩</a> <a href="#ref-2">↩<sup>2</sup></a></p></li></ol></section>';
const FRAMES =
  '<p>Look:</p><figure class="x"><div><iframe src="//www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=3" title="A press"></iframe></div></figure><p><iframe src="https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/a/b&amp;color=red"></iframe></p><iframe src="https://maps.example.org/frame?x=1" title="The way"></iframe><iframe src="javascript:alert(1)"></iframe>';
const HOSTILE =
  '<p onclick="x()">Safe<script>alert(1)</script><a href="javascript:alert(1)">words</a><img src="file:///c/x.png"></p>';
const TEXT = '<!-- wp:paragraph -->\n<p>First line.</p>\n<!-- /wp:paragraph -->';

describe('the tools of the block editor', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let open: WatchedPage;

  before(async () => {
    admin = await startAdminSite();
    open = await admin.enter({ viewport: { width: 1280, height: 900 } });
  });
  after(() => admin?.stop());

  async function edit(content: string): Promise<Page> {
    const draft = { type: 'post', title: 'A text', content } as const;
    await openEntry(open, (await admin.current.site.entries.save(draft, { viewer: SYSTEM })).id);
    return open.page;
  }

  /** Pastes at the end of the text. */
  async function paste(page: Page, data: Record<string, string>): Promise<string> {
    await focusText(page);
    await pressKeys(page, 'Control+End');
    await page.evaluate((given) => {
      const clipboardData = new DataTransfer();
      for (const [type, value] of Object.entries(given)) clipboardData.setData(type, value);
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      document.querySelector('.ge-text')?.dispatchEvent(event);
    }, data);
    return editorText(page);
  }

  test('what comes from a word processor is pasted as blocks, without its styles', async () => {
    const page = await edit(`${TEXT}\n\n<!-- wp:paragraph -->\n<p></p>\n<!-- /wp:paragraph -->`);
    const text = await paste(page, { 'text/html': WORD, 'text/plain': 'Type' });
    assert.match(text, /<!-- wp:heading \{"level":1\} -->\s*<h1[^>]*>Type<\/h1>/);
    assert.match(text, /<p><strong>Ink<\/strong> and <em>paper<\/em><\/p>/);
    assert.match(text, /<p><strong>Lead<\/strong> and <em>tin<\/em>, <u>cast<\/u>\[1\]<\/p>/);
    assert.match(
      text.replace(/<!--.*?-->|\s*\n\s*/g, ''),
      /<li>Case<ul[^>]*><li>Upper<\/li><\/ul><\/li><li>Stick<\/li>/,
    );
    assert.doesNotMatch(text, /mso|Mso|style=|o:p|·/);
    assert.ok(text.startsWith(TEXT), 'what stood there before is untouched');
  });

  test('what comes from an online document keeps its lists and its table', async () => {
    const page = await edit('');
    const text = await paste(page, { 'text/html': DOCS, 'text/plain': 'x' });
    assert.match(
      text,
      /<p>Plain and <strong>bold<\/strong><em> and slanted<\/em> <a href="https:\/\/example\.org\/a">there<\/a><\/p>/,
    );
    assert.match(
      text.replace(/<!--.*?-->|\s*\n\s*/g, ''),
      /<li>One<ul[^>]*><li>One below<\/li><\/ul><\/li><li>Two<\/li>/,
    );
    assert.match(
      text,
      /<thead><tr><th>Size<\/th><th>Price<\/th><\/tr><\/thead><tbody><tr><td>A4<\/td><td>2<\/td><\/tr><\/tbody>/,
    );
    assert.doesNotMatch(text, /docs-internal|style=|dir=/);
  });

  test('cells of a spreadsheet stay cells; pictures keep captions, programs their lines and lists their numbers', async () => {
    let page = await edit('');
    const cells = await paste(page, { 'text/html': SHEET, 'text/plain': 'Quarter\t12,5' });
    assert.match(cells, /<!-- wp:table -->[\s\S]*<tr><td>Quarter<\/td><td>12,5<\/td><\/tr>/);
    page = await edit('');
    const text = await paste(page, { 'text/html': PAGE, 'text/plain': 'x' });
    assert.match(
      text,
      /<!-- wp:image [^\n]*-->\n<figure class="wp-block-image"><a href="https:\/\/example\.org\/"><img src="https:\/\/example\.org\/a\.png" alt="A press"\/?><\/a><figcaption class="wp-element-caption">The <strong>press<\/strong><\/figcaption><\/figure>/,
    );
    assert.match(text, /<!-- wp:code -->\n<pre class="wp-block-code"><code>a &lt; b\nc<\/code><\/pre>/);
    assert.match(text, /<!-- wp:preformatted -->\n<pre class="wp-block-preformatted">typed<\/pre>/);
    assert.match(text, /<!-- wp:list \{"ordered":true,"start":3\} -->\n<ol start="3" class="wp-block-list">/);
    assert.match(text, /<blockquote class="wp-block-quote">/);
    assert.equal(await page.locator('.ge-text .ge-island').count(), 0, 'all of it can be edited');
  });

  test('footnotes of word processors, pages and Markdown come in as footnotes; centred lines stay centred', async () => {
    /** The text with the numbers of notes for their ids, and what the notes say. */
    const notesOf = async (page: Page, text: string): Promise<[string, string[]]> => {
      const raw = await page.locator('input[name="footnotes"], textarea[name="footnotes"]').first().inputValue();
      const notes = JSON.parse(raw || '[]') as { id: string; content: string }[];
      const marks = text.replace(
        /<sup data-fn="([^"]+)" class="fn"><a href="#\1" id="\1-link">(\d+)<\/a><\/sup>/g,
        '{$2}',
      );
      return [marks, notes.map(({ content }) => content)];
    };
    let page = await edit('');
    let [text, notes] = await notesOf(page, await paste(page, { 'text/html': NOTES, 'text/plain': 'x' }));
    assert.match(text, /<p>Lead\{1\} and tin\{2\}, not zinc\[9\]\.<\/p>/);
    assert.deepEqual(notes, ['A <strong>heavy</strong> metal.<br>Its melting point is low.', 'From Cornwall.']);
    assert.match(text, /<!-- wp:paragraph \{"align":"center"\} -->\s*<p class="has-text-align-center">Of type<\/p>/);
    assert.match(
      text,
      /<!-- wp:heading \{"textAlign":"center"\} -->\s*<h2 class="wp-block-heading has-text-align-center">Part/,
    );
    assert.equal(text.split('wp:footnotes').length - 1, 1);
    assert.doesNotMatch(text, /<hr|heavy/);
    page = await edit('');
    [text, notes] = await notesOf(page, await paste(page, { 'text/html': WEB_NOTES, 'text/plain': 'x' }));
    assert.match(text, /<p>Set\{1\} twice\{1\}<\/p>/);
    assert.deepEqual(notes, ['By hand.']);
    assert.match(text, /<li>Chapter one<\/li>[\s\S]*<h3[^>]*>Chapter one<\/h3>/, 'a table of contents is none');
    assert.doesNotMatch(text, />Footnotes</);
    page = await edit('');
    const markdown =
      'Ink[^a] and `code[^a]`, [^none].\n\n[^a]: Of **soot**\nand oil.\n\n    More.\n\n[^b]: Not used.\n\nThe end.';
    await paste(page, { 'text/plain': markdown });
    await page.locator('.ge-text p', { hasText: 'The end.' }).waitFor();
    [text, notes] = await notesOf(page, await editorText(page));
    assert.match(text, /<p>Ink\{1\} and <code>code\[\^a\]<\/code>, \[\^none\]\.<\/p>/);
    assert.deepEqual(notes, ['Of <strong>soot</strong> and oil.<br>More.']);
    assert.match(text, /<p>\[\^b\]: Not used\.<\/p>/, 'nothing is lost');
  });

  test('pasted players become embeds of what they play, or links', async () => {
    const page = await edit('');
    const text = await paste(page, { 'text/html': FRAMES, 'text/plain': 'x' });
    assert.match(
      text,
      /<!-- wp:embed \{"url":"https:\/\/www\.youtube\.com\/watch\?v=dQw4w9WgXcQ","type":"video","providerNameSlug":"youtube","responsive":true\} -->\s*<figure class="wp-block-embed is-type-video is-provider-youtube wp-block-embed-youtube">/,
    );
    assert.match(text, /<!-- wp:embed \{"url":"https:\/\/soundcloud\.com\/a\/b",/);
    assert.match(text, /<p><a href="https:\/\/maps\.example\.org\/frame\?x=1">The way<\/a><\/p>/);
    assert.doesNotMatch(text, /iframe|javascript/);
  });

  test('scripts, events, dangerous addresses and files of the machine are not pasted', async () => {
    const page = await edit('');
    const text = await paste(page, { 'text/html': HOSTILE, 'text/plain': 'Safe' });
    assert.match(text, /<p>Safewords<\/p>/);
    assert.doesNotMatch(text, /script|onclick|javascript|file:/);
  });

  test('Markdown, cells of a spreadsheet and plain lines become what they are', async () => {
    const page = await edit('');
    await paste(page, { 'text/plain': '## Head\n\nSome **bold** words.\n\n- a\n- b\n' });
    await page.locator('.ge-text h2', { hasText: 'Head' }).waitFor();
    const markdown = await editorText(page);
    assert.match(markdown, /<h2[^>]*>Head<\/h2>[\s\S]*<p>Some <strong>bold<\/strong> words\.<\/p>[\s\S]*<li>a<\/li>/);
    await edit('');
    assert.match(
      await paste(page, { 'text/plain': 'a\tb\nc\td<e\n' }),
      /<td>a<\/td><td>b<\/td>[\s\S]*<td>d&lt;e<\/td>/,
    );
    await edit('');
    assert.match(await paste(page, { 'text/plain': 'One\ntwo\n\nThree' }), /<p>One<br>two<\/p>[\s\S]*<p>Three<\/p>/);
    await edit(TEXT);
    assert.match(await paste(page, { 'text/plain': ' More.' }), /<p>First line\. More\.<\/p>/);
    await edit('');
    const block = '<!-- wp:acme/unknown {"a":1} -->\n<b>kept</b>\n<!-- /wp:acme/unknown -->';
    assert.match(await paste(page, { 'text/plain': block }), /<!-- wp:acme\/unknown \{"a":1\} -->\n<b>kept<\/b>/);
  });

  test('a pasted picture goes into the library and then into the text', async () => {
    const page = await edit(TEXT);
    const png = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#357' } })
      .png()
      .toBuffer();
    await focusText(page);
    await page.evaluate(
      (bytes) => {
        const clipboardData = new DataTransfer();
        clipboardData.items.add(new File([new Uint8Array(bytes)], 'ink.png', { type: 'image/png' }));
        const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
        document.querySelector('.ge-text')?.dispatchEvent(event);
      },
      [...png],
    );
    await page.locator('.ge-text .ge-image').waitFor();
    const text = await editorText(page);
    assert.match(
      text,
      /<!-- wp:image \{"id":\d+,[^\n]*\} -->\n<figure class="wp-block-image size-full"><img src="\/[^"]+" alt="" class="wp-image-\d+"\/>/,
    );
    assert.ok(text.startsWith(TEXT));
  });

  test('a picture that is dropped by the mouse comes in where it was let go, with its progress; the words are counted', async () => {
    const page = await edit(`${TEXT}\n\n${TEXT.replace('First', 'Last')}`);
    assert.equal(await page.locator('.ge-length').textContent(), '4 words · 22 characters');
    const png = await sharp({ create: { width: 41, height: 30, channels: 3, background: '#753' } })
      .png()
      .toBuffer();
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route(/\/admin\/api\/media\/uploads\//, (route) => held.then(() => route.continue()));
    await page
      .locator('.ge-text > p')
      .first()
      .evaluate(
        (element, bytes) => {
          const dataTransfer = new DataTransfer();
          for (const name of ['drop.png', 'notes.txt'])
            dataTransfer.items.add(
              new File([new Uint8Array(bytes)], name, { type: name.endsWith('png') ? 'image/png' : 'text/plain' }),
            );
          const { left, top } = element.getBoundingClientRect();
          const at = { clientX: left + 20, clientY: top + 8, dataTransfer, bubbles: true, cancelable: true };
          for (const type of ['dragenter', 'dragover', 'drop']) element.dispatchEvent(new DragEvent(type, at));
        },
        [...png],
      );
    await page.getByRole('progressbar', { name: 'Upload of drop.png' }).waitFor();
    // One goes on writing meanwhile.
    await page.locator('.ge-text > p').first().click();
    await pressKeys(page, 'Home');
    await page.keyboard.type('My ');
    goOn();
    await page.locator('.ge-text .ge-image').waitFor();
    const text = (await editorText(page)).replace(/<!--.*?-->|\s*\n\s*/g, '');
    assert.match(
      text,
      /^<p>My First line\.<\/p><figure class="wp-block-image size-full"><img [^>]*><\/figure><p>Last line\.<\/p>$/,
    );
    await page.locator('.ge-length', { hasText: '5 words' }).waitFor();
    await page.unrouteAll({ behavior: 'wait' });
  });

  test('words are found, gone through and replaced, by keys alone; one undo brings all back', async () => {
    const page = await edit(
      '<!-- wp:paragraph -->\n<p>Ink, ink and <strong>ink</strong>well.</p>\n<!-- /wp:paragraph -->',
    );
    await focusText(page);
    await page.keyboard.press('Control+f');
    await page.keyboard.type('ink');
    assert.equal(await page.locator('.ge-find-count').textContent(), '1 of 3');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('.ge-find-count').textContent(), '2 of 3');
    await page.getByLabel('Match case').check();
    assert.match((await page.locator('.ge-find-count').textContent()) ?? '', /of 2/);
    await page.getByLabel('Replace by').fill('toner');
    await page.getByRole('button', { name: 'Replace all' }).click();
    assert.match(await editorText(page), /<p>Ink, toner and <strong>toner<\/strong>well\.<\/p>/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+z');
    assert.match(await editorText(page), /<p>Ink, ink and <strong>ink<\/strong>well\.<\/p>/);
  });

  test('skipped headings, pictures without words and links that lead nowhere are pointed out, and once more before publishing', async () => {
    const page = await edit(
      '<!-- wp:heading -->\n<h2 class="wp-block-heading">A</h2>\n<!-- /wp:heading -->\n\n<!-- wp:heading {"level":4} -->\n<h4 class="wp-block-heading">B</h4>\n<!-- /wp:heading -->\n\n<!-- wp:image -->\n<figure class="wp-block-image"><img src="/x.png" alt=""/></figure>\n<!-- /wp:image -->\n\n<!-- wp:paragraph -->\n<p>Look <a href="https://example.org/">here</a> and <a href="#">there</a>.</p>\n<!-- /wp:paragraph -->',
    );
    await page.getByRole('tab', { name: /Checks/ }).click();
    const found = await page.locator('.ge-findings li').allTextContents();
    assert.equal(found.length, 4, found.join('\n'));
    assert.match(found[0] ?? '', /Level 4 follows level 2/);
    assert.match(found[1] ?? '', /without alternative text/);
    assert.match(found[2] ?? '', /“here” does not say/);
    assert.match(found[3] ?? '', /“there” leads nowhere/);
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('dialog').getByText('Publish as it is?').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.match(page.url(), /\/admin\/content\/post\/\d+$/);
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('button', { name: 'Publish all the same' }).click();
    await page.getByText('Visitors see it now').waitFor();
    assert.deepEqual(
      open.complaints.filter((line) => !/404/.test(line)),
      [],
    );
  });

  test('pictures of galleries, beside text and of the entry itself are looked at too, and buttons that lead nowhere', async () => {
    open.complaints.length = 0;
    const media = admin.current.site.services.use('media');
    const png = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#357' } })
      .png()
      .toBuffer();
    const file = { stream: Readable.from([png]), name: 'Ink.png', declaredType: 'image/png' };
    const { id: featuredId } = await media.receive(file, { viewer: SYSTEM, title: 'Ink' });
    const img = '<img src="https://example.org/a.jpg" alt=""/>';
    const button = (attributes: string, words: string): string =>
      `<!-- wp:button -->\n<div class="wp-block-button"><a class="wp-block-button__link wp-element-button"${attributes}>${words}</a></div>\n<!-- /wp:button -->`;
    const content = [
      `<!-- wp:gallery -->\n<figure class="wp-block-gallery has-nested-images columns-default is-cropped"><!-- wp:image -->\n<figure class="wp-block-image">${img}</figure>\n<!-- /wp:image --></figure>\n<!-- /wp:gallery -->`,
      `<!-- wp:media-text -->\n<div class="wp-block-media-text is-stacked-on-mobile"><figure class="wp-block-media-text__media">${img}</figure><div class="wp-block-media-text__content">${TEXT}</div></div>\n<!-- /wp:media-text -->`,
      `<!-- wp:cover -->\n<div class="wp-block-cover">${img}<div class="wp-block-cover__inner-container">${TEXT}</div></div>\n<!-- /wp:cover -->`,
      `<!-- wp:buttons -->\n<div class="wp-block-buttons">${button(' href="/x"', 'Good')}\n\n${button('', 'Vain')}\n\n${button(' href="/x"', '')}</div>\n<!-- /wp:buttons -->`,
      '<!-- wp:paragraph -->\n<p>Words <img src="https://example.org/b.png"> around</p>\n<!-- /wp:paragraph -->',
    ].join('\n\n');
    const { entries } = admin.current.site;
    const { id } = await entries.save({ type: 'post', title: 'A text', content, featuredId }, { viewer: SYSTEM });
    await openEntry(open, id);
    const { page } = open;
    await page.getByRole('tab', { name: /Checks/ }).click();
    await page.locator('.ge-findings').getByText('Featured picture').waitFor();
    assert.deepEqual(await page.locator('.ge-findings li').allTextContents(), [
      'A picture without alternative text.',
      'A picture without alternative text.',
      'The button “Vain” leads nowhere.',
      'A button without words.',
      'A picture without alternative text.',
      'Featured picture: a picture without alternative text.',
    ]);
    assert.deepEqual(await violationsInBoth(page), []);
    await page.getByRole('button', { name: 'Featured picture: a picture' }).click();
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    assert.match(focused ?? '', /^Choose from the library/);
    await page.getByRole('button', { name: 'Remove Ink' }).click();
    await page.locator('.ge-count', { hasText: '5' }).waitFor();
    assert.deepEqual(open.complaints, []);
  });

  test('an accordion is written by keys alone: Enter goes into a part, and out behind the last', async () => {
    open.complaints.length = 0;
    const page = await edit('');
    await focusText(page);
    await page.keyboard.type('/accord');
    await page.locator('.ge-menu, [role=listbox]').getByText('Accordion').waitFor();
    await pressKeys(page, 'Enter');
    await page.keyboard.type('How?');
    await pressKeys(page, 'Enter');
    await page.keyboard.type('By hand.');
    await pressKeys(page, 'ArrowDown');
    await page.keyboard.type('Where?');
    await pressKeys(page, 'Enter');
    await page.keyboard.type('Here.');
    await pressKeys(page, 'Enter', 'Enter');
    await page.keyboard.type('Behind it.');
    const text = await editorText(page);
    assert.match(
      text.replace(/<!--.*?-->|\s*\n\s*/g, ''),
      /toggle-title">How\?<.*<p>By hand\.<\/p><\/div><\/div><div class="wp-block-accordion-item">.*>Where\?<.*<p>Here\.<\/p><\/div><\/div><\/div><p>Behind it\.<\/p>$/,
    );
    // Of what is read again, only the part that is edited changes.
    const [head = '', tail = ''] = text.replaceAll('type="button" ', 'data-own="1" ').split('By hand.');
    const again = await edit(`${head}By hand.${tail}`);
    assert.equal(await editorText(again), `${head}By hand.${tail}`);
    await again.locator('.ge-accordion-panel p').first().click();
    await pressKeys(again, 'End');
    await again.keyboard.type(' Always.');
    assert.equal(await editorText(again), `${head}By hand. Always.${tail}`);
    await again.getByRole('tab', { name: 'Block' }).click();
    await again.getByTitle('Select Accordion', { exact: true }).click();
    await again.getByLabel('Only one part open at a time').check();
    await again.getByLabel('Level of the headings').selectOption('Level 4');
    await again.getByRole('button', { name: 'Add a part' }).click();
    const set = await editorText(again);
    assert.match(set, /^<!-- wp:accordion \{"autoclose":true,"headingLevel":4\} -->/);
    assert.equal(set.match(/<!-- wp:accordion-heading \{"level":4\} -->\n<h4 [^>]*>.*<\/h4>\n/g)?.length, 3);
    assert.doesNotMatch(set, /h3/);
    await again.locator('.ge-accordion-panel p').first().click();
    await pressKeys(again, 'Alt+Shift+Delete', 'ArrowUp', 'Alt+Shift+Delete');
    assert.doesNotMatch(await editorText(again), /How\?/, 'its part goes with its heading');
    assert.deepEqual(open.complaints, []);
  });

  test('a formula is typed as LaTeX and shows at once; one that is not touched keeps its bytes', async () => {
    open.complaints.length = 0;
    const drawn = '<div class="wp-block-math"><math display="block"><mi>z</mi></math></div>';
    const kept = `<!-- wp:math {"latex":"\\\\zeta"} -->\n${drawn}\n<!-- /wp:math -->`;
    const bare = `<!-- wp:math -->\n${drawn}\n<!-- /wp:math -->`;
    const page = await edit(`${kept}\n\n${bare}\n\n${TEXT}`);
    assert.equal(await editorText(page), `${kept}\n\n${bare}\n\n${TEXT}`);
    await focusText(page);
    const cursor = (): Promise<number> => page.evaluate(() => window.editorHandle?.editor.state.selection.head ?? -1);
    await pressKeys(page, 'ArrowRight');
    assert.equal(await cursor(), 2, 'what is drawn first holds no key up');
    await pressKeys(page, 'Control+End', 'Control+Home');
    assert.equal(await cursor(), 1);
    await pressKeys(page, 'Control+End', 'Enter');
    await page.keyboard.type('/formula');
    await page.locator('.ge-menu, [role=listbox]').getByText('Formula').waitFor();
    await pressKeys(page, 'Enter');
    await page.keyboard.type('\\frac{a}{b}');
    await page.locator('.ge-math-shown math mfrac').waitFor();
    const made =
      '<!-- wp:math {"latex":"\\u005cfrac{a}{b}"} -->\n<div class="wp-block-math"><math display="block"><mfrac><mi>a</mi><mi>b</mi></mfrac></math></div>\n<!-- /wp:math -->';
    assert.equal(await editorText(page), `${kept}\n\n${bare}\n\n${TEXT}\n\n${made}`);
    assert.deepEqual(await violationsInBoth(page), []);
    assert.deepEqual(open.complaints, []);
  });

  test('new lists of comments, tags and days have settings; what is on from the start can be switched off', async () => {
    const page = await edit('<!-- wp:latest-comments /-->\n\n<!-- wp:tag-cloud /-->\n\n<!-- wp:calendar /-->');
    await page.getByRole('tab', { name: 'Block' }).click();
    await page.locator('.ge-island').nth(0).click();
    assert.equal(await page.getByLabel('How many').inputValue(), '5');
    await page.getByLabel('Show the date').uncheck();
    await page.locator('.ge-island').nth(1).click();
    await page.getByLabel('Of what').selectOption('category');
    await page.locator('.ge-island').nth(2).click();
    await page.getByLabel('Month').fill('5');
    await page.getByLabel('Year').fill('2024');
    await page.locator('.ge-island').getByText('May 2024').first().waitFor();
    assert.equal(
      await editorText(page),
      '<!-- wp:latest-comments {"displayDate":false} /-->\n\n<!-- wp:tag-cloud {"taxonomy":"category"} /-->\n\n<!-- wp:calendar {"month":5,"year":2024} /-->',
    );
    await page.locator('.ge-island').nth(0).click();
    await page.getByLabel('Show the date').check();
    assert.match(await editorText(page), /^<!-- wp:latest-comments \/-->/);
  });
});
